"""The fault of gate `self-report`: an item that claims to have changed a file which it did not touch."""

from __future__ import annotations

from laneshift.gates.faults.scene import Planted, Scene


def plant(scene: Scene) -> Planted | str:
    """A change of one file that claims two."""
    sources = scene.sources
    if not sources:
        return "the tree has no importable Python file that compiles"
    claimed = "laneshift_never_written.txt"
    change = scene.change({sources[0]: scene.added(sources[0], "")}, claimed=frozenset({claimed}))
    return Planted(f"the change claims {claimed}, which it does not touch", change)

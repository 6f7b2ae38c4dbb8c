"""The fault of gate `imports`: a module that imports one that does not exist, and so no longer imports itself."""

from __future__ import annotations

from laneshift.gates.faults.scene import Planted, Scene

_NOWHERE = "laneshift_seeded_nowhere"


def plant(scene: Scene) -> Planted | str:
    """Let one importable file import a module of its own top-level package that nobody has."""
    for path in scene.sources:
        name = scene.module_of(path)
        top = name.partition(".")[0]
        missing = f"{top}.{_NOWHERE}" if top in scene.modules.packages else _NOWHERE
        change = scene.change({path: scene.added(path, f"import {missing}\n")}, modules={name: name})
        return Planted(f"{path} imports {missing}, which does not exist", change)
    return "the tree has no importable Python file that compiles"

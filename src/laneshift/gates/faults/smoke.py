"""The fault of gate `smoke`: a smoke test that turns red."""

from __future__ import annotations

from laneshift.gates.faults.scene import Planted, Scene

_TEST = "def test_laneshift_seeded_fault():\n    assert False, 'seeded by laneshift'\n"


def plant(scene: Scene) -> Planted | str:
    """Add a red test to the first file of the smoke suite."""
    for name in scene.smoke:
        path = name.partition("::")[0]
        if path.endswith(".py") and path in scene.tree and name == path:
            change = scene.change({path: scene.added(path, _TEST)})
            return Planted(f"{path} has a test that fails", change)
    return "the smoke suite names no test file of its own to add a red test to (tests.smoke)"

"""The fault of gate `logs`: production code that swallows an exception."""

from __future__ import annotations

from laneshift.gates.faults.scene import Planted, Scene

_SILENT = """def laneshift_seeded_fault(call):
    try:
        return call()
    except ValueError as error:
        print(error)
        return None
"""


def plant(scene: Scene) -> Planted | str:
    """Add a function that turns an error into a value to a file of production code."""
    path = scene.production()
    if not path:
        return "the tree has no Python file of production code that compiles"
    return Planted(
        f"{path} has a handler that neither logs nor raises", scene.change({path: scene.added(path, _SILENT)})
    )

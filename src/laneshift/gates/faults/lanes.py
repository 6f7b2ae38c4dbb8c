"""The fault of gate `lanes`: an import from one lane into another that it may not import."""

from __future__ import annotations

from collections.abc import Iterator

from laneshift.gates.faults.scene import Planted, Scene


def plant(scene: Scene) -> Planted | str:
    """Add an import to a file of a lane that is not allowed to have it."""
    for importer, imported in _forbidden(scene):
        line = f"import {scene.module_of(imported)}\n"
        change = scene.change({importer: scene.added(importer, line)})
        if change.touched:
            return Planted(f"{importer} imports {imported}, across lanes that may not", change)
    return "no lane with Python files is forbidden to import another one with Python files"


def _forbidden(scene: Scene) -> Iterator[tuple[str, str]]:
    """Pairs of files, the first of which may not import the second and does not name it yet."""
    first: dict[str, str] = {}
    for path in scene.sources:
        lane = scene.lanes.lane_of(path)
        if lane is not None:
            first.setdefault(lane.name, path)
    for source, importer in first.items():
        for target, imported in first.items():
            name = scene.module_of(imported).encode()
            if not scene.lanes.may_import(source, target) and name not in scene.tree.read(importer):
                yield importer, imported

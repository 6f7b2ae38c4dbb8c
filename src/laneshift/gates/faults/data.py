"""The fault of gate `data`: a data file that cannot be parsed."""

from __future__ import annotations

from laneshift.gates.faults.scene import Planted, Scene

PATH = "laneshift_seeded_fault.json"


def plant(scene: Scene) -> Planted | str:
    """Add a JSON file that ends too early."""
    if scene.tree.is_folder(PATH):
        return f"{PATH} is a folder of this tree"
    return Planted(f"{PATH} is no JSON", scene.change({PATH: b'{"seeded": [1, 2'}))

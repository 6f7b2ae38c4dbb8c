"""The fault of gate `routes`: an application that documents operations and serves none of them."""

from __future__ import annotations

from laneshift.gates.faults.app import answering
from laneshift.gates.faults.scene import Planted, Scene


def plant(scene: Scene) -> Planted | str:
    """Put the application behind something that finds no route."""
    return answering(scene, 404, (), "every documented operation answers 404")

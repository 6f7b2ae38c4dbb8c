"""The fault of a command as a gate: the file that its settings declare."""

from __future__ import annotations

from laneshift.config import Command
from laneshift.gates.faults.scene import Planted, Scene
from laneshift.lanes.globs import first_match


def plant(scene: Scene, gate: str, command: Command) -> Planted | str:
    """Write the declared file; without one nobody can know what the command is to catch."""
    fault = command.fault
    if fault is None:
        return f"no fault is declared for it: set [gates.{gate}.fault] path and text"
    if not first_match(command.paths, fault.path):
        return f"its paths do not mean {fault.path}, so it would not be asked"
    return Planted(f"{fault.path} has the declared text", scene.change({fault.path: fault.text.encode()}))

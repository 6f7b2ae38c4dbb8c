"""A command of the settings as a gate: run in the sandbox on the changed tree, passed when it ends with status 0."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from laneshift.config import Command
from laneshift.gates.context import Change, Ports
from laneshift.gates.faults.command import plant
from laneshift.gates.faults.scene import Planted, Scene
from laneshift.gates.verdict import Exempt, Status, Verdict, counted, errored
from laneshift.lanes.globs import first_match

_NOT_STARTED = frozenset({126, 127})
_TAIL = 400


class CommandGate:
    """`[gates.NAME]`: what the command looks at is the whole tree, how often it is asked is decided by `paths`."""

    runs_code = True
    runs = 1

    def __init__(self, name: str, command: Command) -> None:
        self.id = name
        self.description = command.description or " ".join(command.run)
        self.cost = 20.0
        self.seconds = command.seconds
        self._command = command

    def applies(self, change: Change) -> Exempt | None:
        """It applies to a change that touches one of its paths, deletions too."""
        return None if self._meant(change) else Exempt.NOTHING_OF_ITS_KIND

    def inputs(self, change: Change) -> Mapping[str, Any]:
        """The tree, how many of its paths changed, and the command."""
        return {"tree": change.after.oid, "meant": self._meant(change), "command": self._command.model_dump()}

    def check(self, change: Change, ports: Ports) -> Verdict:
        """Failed shows how the command's output ends; errored when it could not be started or did not end."""
        command, meant = self._command, self._meant(change)
        limits = replace(change.limits, seconds=command.seconds, network=command.network)
        run = ports.sandbox.run(change.after.oid, command.run, limits)
        words = " ".join(command.run)
        if run.timed_out:
            return errored(self.id, f"{words} did not end within {command.seconds} s", run.output)
        if run.exit_code in _NOT_STARTED or run.exit_code < 0:
            return errored(self.id, f"{words} could not run: status {run.exit_code}: {_end(run.output)}", run.output)
        if run.exit_code:
            reason = f"{words} ended with status {run.exit_code}: {_end(run.output)}"
            return Verdict(self.id, Status.FAILED, 0, len(meant), reason, output=run.output)
        return counted(self.id, len(meant), (), "changed files of its paths", run.output)

    def plant(self, scene: Scene) -> Planted | str:
        """The fault that the settings declare for it."""
        return plant(scene, self.id, self._command)

    def _meant(self, change: Change) -> list[str]:
        return [path for path in change.touched if first_match(self._command.paths, path)]


def _end(output: str) -> str:
    return " ".join(output.split())[-_TAIL:]

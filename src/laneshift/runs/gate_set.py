"""The gates that a run puts every item through, as plain data: which, in what order, of which version, set how."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import metadata
from typing import Any

from laneshift.config import Settings
from laneshift.errors import LaneshiftError, of_machine
from laneshift.evidence.canonical import digest
from laneshift.gates.context import Gate
from laneshift.gates.door import gates_of
from laneshift.gates.waiver_files import waivers_of
from laneshift.gates.waivers import Waivers
from laneshift.repo.objects import Tree
from laneshift.runs.failure import is_machines

_OWN = "laneshift"
_HOUR = 3600


def gate_set(settings: Settings, gates: Sequence[Gate] | None = None) -> list[dict[str, Any]]:
    """One record a gate, in their order. `settings` are those of the plan's base.

    Gates of laneshift have its version, which has a pin of its own; one of a plugin has that of its distribution.
    Raises `Refused` (`gates.bad-plugin`) for a plugin that cannot be loaded.
    """
    given = digest(
        {
            "lanes": {name: lane.model_dump(mode="json") for name, lane in settings.lanes.items()},
            "scopes": settings.commit_scopes,
            "roots": settings.source_roots,
            "smoke": settings.tests.smoke,
            "smoke_pass_rate": str(settings.tests.smoke_pass_rate),
            "limits": [settings.tests.item_seconds, settings.tests.memory_mib],
            "gates": settings.gates.model_dump(mode="json"),
        }
    )
    return [
        {"gate": gate.id, "checks": gate.description, "version": _version(gate), "settings": given}
        for gate in (gates_of(settings) if gates is None else gates)
    ]


class HeldWaivers:
    """The waivers of one tree, in force or refused by the time of `clock` (unix seconds), looked at once an hour."""

    def __init__(self, tree: Tree, settings: Settings, clock: Callable[[], int]) -> None:
        self._tree = tree
        self._settings = settings
        self._clock = clock
        self._held: tuple[int, Waivers] | None = None

    def __call__(self) -> Waivers:
        """What holds now. Days begin with hours, so no waiver outlives its last day."""
        now = self._clock()
        if self._held is None or self._held[0] != now // _HOUR:
            known = {gate.id for gate in gates_of(self._settings)}
            self._held = now // _HOUR, waivers_of(self._tree, self._settings, known, now)
        return self._held[1]


def machine_failed(error: Exception) -> bool:
    """Whether an error of a gate says something of the machine, so that the run has to stop."""
    if isinstance(error, LaneshiftError):
        return is_machines(error.as_dict())
    return of_machine(error) is not None


def _version(gate: Gate) -> str:
    package = type(gate).__module__.partition(".")[0]
    if package == _OWN:
        return _OWN
    try:
        return f"{package} {metadata.version(package)}"
    except metadata.PackageNotFoundError:
        return f"{package} of no distribution"

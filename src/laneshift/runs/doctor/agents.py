"""What holds agents where they work: of the protections that were tried, those that they are promised. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from laneshift.runs.doctor.isolation import Kernel, way_out
from laneshift.runs.doctor.row import Row, Status
from laneshift.steps.runner.capabilities import Capability

CHECK = "agents: sandbox"
_PROMISED = {
    "network": "without network",
    "filesystem": "everything but their checkout read-only",
    "temporary": "a temporary folder of their own",
    "processes": "nothing left running",
    "time": "ended in time",
    "memory": "with bounded memory",
    "privileges": "without a way to more rights",
}
_HARD = frozenset({"processes", "time", "memory"})


def agents_row(found: Iterable[Capability], kernel: Kernel) -> Row:
    """One row that says what holds, and what does not."""
    tried = {each.name: each.holds for each in found}
    holds = [words for name, words in _PROMISED.items() if tried.get(name)]
    lacks = [name for name in _PROMISED if not tried.get(name)]
    if not lacks:
        return Row(CHECK, "ok", f"agents work {', '.join(holds)}")
    status: Status = "fail" if _HARD.intersection(lacks) else "warn"
    what = f"of what agents are promised this does not hold: {', '.join(_PROMISED[name] for name in lacks)}"
    why = f"what holds: {', '.join(holds) or 'nothing'}; let no agent work here that you would not run yourself"
    cure, command = way_out(kernel)
    return Row(CHECK, status, what, why, cure, command=command)

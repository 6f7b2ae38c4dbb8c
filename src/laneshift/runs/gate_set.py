"""The gates that a run puts every item through, as plain data: which, in what order, of which version, set how."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import metadata
from typing import Any

from laneshift.config import Settings
from laneshift.evidence.canonical import digest
from laneshift.gates.builtin import GATES
from laneshift.gates.context import Gate

_OWN = "laneshift"


def gate_set(settings: Settings, tool: str, gates: Sequence[Gate] = GATES) -> list[dict[str, Any]]:
    """One record a gate, in their order. `tool` is the version of laneshift, which that of its own gates is.

    `settings` are those of the plan's base; a gate of a plugin is known by its distribution as well.
    """
    given = digest(
        {
            "lanes": {name: lane.model_dump(mode="json") for name, lane in settings.lanes.items()},
            "scopes": settings.commit_scopes,
            "roots": settings.source_roots,
            "smoke": settings.tests.smoke,
            "smoke_pass_rate": str(settings.tests.smoke_pass_rate),
            "limits": [settings.tests.item_seconds, settings.tests.memory_mib],
        }
    )
    return [
        {"gate": gate.id, "checks": gate.description, "version": _version(gate, tool), "settings": given}
        for gate in gates
    ]


def _version(gate: Gate, tool: str) -> str:
    package = type(gate).__module__.partition(".")[0]
    if package == _OWN:
        return tool
    try:
        return f"{package} {metadata.version(package)}"
    except metadata.PackageNotFoundError:
        return f"{package} of no distribution"

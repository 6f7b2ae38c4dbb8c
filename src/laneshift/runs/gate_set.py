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


def gate_set(settings: Settings, gates: Sequence[Gate] = GATES) -> list[dict[str, Any]]:
    """One record a gate, in their order. `settings` are those of the plan's base.

    Gates of laneshift have its version, which has a pin of its own; one of a plugin has that of its distribution.
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
        {"gate": gate.id, "checks": gate.description, "version": _version(gate), "settings": given} for gate in gates
    ]


def _version(gate: Gate) -> str:
    package = type(gate).__module__.partition(".")[0]
    if package == _OWN:
        return _OWN
    try:
        return f"{package} {metadata.version(package)}"
    except metadata.PackageNotFoundError:
        return f"{package} of no distribution"

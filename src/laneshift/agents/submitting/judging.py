"""All checks of the table over one submission. A check that breaks is told as one that could not be made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from laneshift.agents.submitting.checks.self_report import unknown_claims
from laneshift.agents.submitting.ground import Check, Ground
from laneshift.agents.submitting.submission import Objection
from laneshift.agents.submitting.table import CHECKS
from laneshift.errors import no_room

_MOST = 200


@dataclass(frozen=True, slots=True)
class Looked:
    """What speaks against a submission, and what could not be looked at."""

    objections: tuple[Objection, ...]
    unchecked: tuple[str, ...] = ()


def look(ground: Ground, checks: Mapping[str, Check] = CHECKS) -> Looked:
    """Every objection once, in the order of the table; at most 200 of them. Raises only where the disk is full."""
    found: dict[tuple[str, str, int], Objection] = {}
    unchecked = list(unknown_claims(ground.report))
    for name, check in checks.items():
        try:
            for each in check(ground):
                found.setdefault((each.code, each.path, each.line), each)
                if len(found) >= _MOST:
                    return Looked(tuple(found.values()), tuple(unchecked))
        except Exception as error:
            if no_room(error) is not None:
                raise
            # What an agent brings must never get past a check by breaking it.
            unchecked.append(f"{name}: {type(error).__name__}")
    return Looked(tuple(found.values()), tuple(unchecked))

"""Errors that crossed the engine's store as plain data, made errors again with their exit code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from laneshift.errors import Bug, CheckFailed, Fault, LaneshiftError, NeedsPerson, Refused

_BY_EXIT = {kind.exit_code: kind for kind in (CheckFailed, Refused, Bug, NeedsPerson)}


def rebuilt(facts: Mapping[str, Any]) -> LaneshiftError:
    """The error that `facts` (from `LaneshiftError.as_dict`) tell of; a `Bug` when they tell of none of ours."""
    kind = _BY_EXIT.get(facts.get("exit_code", 3), Bug)
    return kind(
        str(facts.get("code", "engine.step-crashed")),
        str(facts.get("what", "a step crashed")),
        where=str(facts.get("where", "")),
        why=str(facts.get("why", "")),
        cure=str(facts.get("cure", "")),
        faults=[Fault(**fault) for fault in facts.get("faults", ())],
    )

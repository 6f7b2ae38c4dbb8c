"""Errors that crossed the engine's store as plain data: made errors again, and told from those of the machine."""

from __future__ import annotations

import errno
import os
from collections.abc import Mapping
from typing import Any

from laneshift.errors import Bug, CheckFailed, Fault, LaneshiftError, NeedsPerson, Refused

_BY_EXIT = {kind.exit_code: kind for kind in (CheckFailed, Refused, Bug, NeedsPerson)}

_MACHINES = frozenset(
    {"machine.no-room", "extra.missing", "repo.not-writable", "evidence.not-writable", "evidence.journal-unavailable"}
)
_GITS = frozenset({"git.failed", "refs.failed", "pool.cannot-check-out"})
_NO_ROOM = tuple(os.strerror(number) for number in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS))


def is_machines(facts: Mapping[str, Any]) -> bool:
    """Whether the machine failed and not the work: a full disk says nothing about the item that found it full.

    git tells it in the words of the operating system, whatever it was doing.
    """
    code, why = facts.get("code", ""), str(facts.get("why", ""))
    return code in _MACHINES or (code in _GITS and any(words in why for words in _NO_ROOM))


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

"""Updates of refs as git reads them, and what is still to be done of a list that was cut short. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RefUpdate:
    """Move `ref` from `old` to `new`. `old` None: it must not exist yet. `new` None: it is deleted."""

    ref: str
    old: str | None
    new: str | None


def script(updates: Sequence[RefUpdate]) -> bytes:
    """The standard input of `git update-ref --stdin -z` that makes all updates in one transaction."""
    lines = ["start\0"]
    for update in updates:
        if update.new is None:
            lines.append(f"delete {update.ref}\0{update.old}\0")
        elif update.old is None:
            lines.append(f"create {update.ref}\0{update.new}\0")
        else:
            lines.append(f"update {update.ref}\0{update.new}\0{update.old}\0")
    return "".join([*lines, "prepare\0", "commit\0"]).encode()


def unfinished(updates: Sequence[RefUpdate], now: Mapping[str, str | None]) -> list[RefUpdate]:
    """What to do still so that a killed transaction happened as a whole; nothing when it never began.

    Git checks every old value before it moves the first ref, so one ref that moved means that all may move. When a ref
    is neither at its old nor at its new value, someone else went on from there, and nothing is done.
    """
    real = [update for update in updates if update.old != update.new]
    if any(now.get(update.ref) not in (update.old, update.new) for update in real):
        return []
    pending = [update for update in real if now.get(update.ref) == update.old]
    return pending if len(pending) < len(real) else []

"""How keys look to a person and to a program. Public halves only: nothing else ever gets here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from laneshift.evidence.attestations.predicates import stamp
from laneshift.evidence.keys.ages import days_old
from laneshift.evidence.keys.key import Key
from laneshift.runs.key_checking import KeyCheck


def plain(keys: Iterable[Key]) -> list[dict[str, Any]]:
    """Keys as plain data."""
    return [key.as_json() for key in keys]


def show_keys(console: Console, keys: Sequence[Key], now: int) -> None:
    """A line for each key."""
    if not keys:
        console.print("no key: nothing is signed")
        return
    table = Table("key", "for", "algorithm", "made", "days", "state", box=None, pad_edge=False)
    for key in keys:
        cells = (key.id, key.purpose, key.algorithm, stamp(key.created), str(days_old(key, now)), _state(key))
        table.add_row(*(Text(cell, overflow="fold") for cell in cells))
    console.print(table)


def show_checks(console: Console, checks: Sequence[KeyCheck]) -> None:
    """A line for each purpose."""
    for each in checks:
        issue = f" (issue {each.issue})" if each.issue else ""
        name = f"{each.purpose}: {each.key}" if each.key else each.purpose
        console.print(f"{name}: {each.standing}: {each.what}{issue}", markup=False, soft_wrap=True)


def print_lines(console: Console, lines: Iterable[str]) -> None:
    """Lines as they are."""
    for line in lines:
        console.print(line, markup=False, soft_wrap=True)


def then(checks: Sequence[KeyCheck]) -> str:
    """The command to run next."""
    waiting = [each.purpose for each in checks if each.standing != "quiet"]
    if not waiting:
        return "laneshift status"
    which = waiting[0] if len(waiting) == 1 else "all"
    return f"laneshift keys rotate --purpose {which} --reason ..."


def after(ring: str) -> str:
    """What follows a change of the ring: where it is pinned in the tree, that file has to follow."""
    return f"laneshift keys export --out {ring}, and commit it" if ring else "laneshift keys list"


def _state(key: Key) -> str:
    if key.revoked is not None:
        return f"revoked: {key.reason}"
    return "signs" if key.retired is None else f"retired {stamp(key.retired)}"

"""Waivers: signed, expiring records in the repository by which a person lets named failures of one gate pass. Pure.

One TOML file is one waiver. What is signed is the canonical JSON of everything in it but the signature. A waiver turns
a failure into `waived`, never into a pass, and does nothing for a gate that erred: nobody knows what that would be.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Any

from laneshift.config import glob_problem, is_principal
from laneshift.evidence.canonical import canonical
from laneshift.gates.verdict import Status, Verdict
from laneshift.lanes.globs import first_match

NAMESPACE = "laneshift-waiver"
"""The namespace of the SSH signatures."""
TYPE = "laneshift/waiver/v1"
LONGEST_DAYS = 366
"""A waiver ends at most so many days from now: one that never ends would be a rule that nobody decided."""

_FIELDS = frozenset({"gate", "items", "paths", "reason", "by", "until", "signature"})
_MOST_GLOBS = 100
_LONGEST_REASON = 1000


@dataclass(frozen=True, slots=True)
class Waiver:
    """One record: which gate, for which items and paths (globs), why, by whom, and the last day on which it holds."""

    file: str
    gate: str
    items: tuple[str, ...]
    paths: tuple[str, ...]
    reason: str
    by: str
    until: dt.date
    signature: str

    @property
    def signed(self) -> bytes:
        """The bytes that the signature is over."""
        told = {"items": list(self.items), "paths": list(self.paths), "reason": self.reason, "by": self.by}
        return canonical({"type": TYPE, "gate": self.gate, "until": self.until.isoformat(), **told})

    def covers(self, item: str, touched: Iterable[str]) -> bool:
        """Whether it is about a change: the item matches where items are named, every path where paths are."""
        if self.items and not first_match(self.items, item):
            return False
        return not self.paths or all(first_match(self.paths, path) for path in touched)

    def __str__(self) -> str:
        """One line for reports."""
        return f"{self.file}: {self.gate} until {self.until.isoformat()} by {self.by}: {self.reason}"


@dataclass(frozen=True, slots=True)
class RefusedWaiver:
    """A file that is no waiver in force, and why."""

    file: str
    why: str

    def __str__(self) -> str:
        """One line for reports."""
        return f"{self.file}: refused: {self.why}"


@dataclass(frozen=True, slots=True)
class Waivers:
    """The waivers of one tree on one day: those in force, and every other one with its reason."""

    in_force: tuple[Waiver, ...] = ()
    refused: tuple[RefusedWaiver, ...] = ()

    def as_json(self) -> list[dict[str, str]]:
        """Plain data for reports."""
        held = [{"file": each.file, "state": "in force", "what": str(each)} for each in self.in_force]
        return held + [{"file": each.file, "state": "refused", "what": each.why} for each in self.refused]


NONE = Waivers()


def parse(file: str, data: bytes) -> Waiver:
    """Read a waiver strictly. Raises `ValueError` with what is wrong."""
    try:
        table = tomllib.loads(data.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ValueError(f"it is not TOML: {error}") from error
    if "signature" not in table:
        raise ValueError("it is not signed")
    if unknown := sorted(set(table) - _FIELDS):
        raise ValueError(f"it has fields that no waiver has: {', '.join(map(repr, unknown[:5]))}")
    if absent := sorted(_FIELDS - {"items", "paths"} - set(table)):
        raise ValueError(f"it does not say {', '.join(absent)}")
    until = table["until"]
    if type(until) is not dt.date:
        raise ValueError("`until` is no date, such as 2030-01-31")
    items, paths = _globs(table, "items"), _globs(table, "paths")
    if not items and not paths:
        raise ValueError("it names neither items nor paths")
    texts = [_text(table, name) for name in ("gate", "reason", "by", "signature")]
    if not is_principal(texts[2]):
        raise ValueError(f"`by` is {texts[2]!r}, which names no person")
    return Waiver(file, texts[0], items, paths, texts[1], texts[2], until, texts[3])


def fault(waiver: Waiver, today: dt.date, gates: Collection[str], people: Iterable[str]) -> str:
    """What keeps a waiver from being in force, its signature aside; empty when nothing does."""
    if waiver.gate not in gates:
        return f"there is no gate {waiver.gate!r}"
    if waiver.by.casefold() not in {name.casefold() for name in people}:
        return f"{waiver.by} is not among approval.people"
    if waiver.until < today:
        return f"it expired on {waiver.until.isoformat()}"
    if (waiver.until - today).days > LONGEST_DAYS:
        return f"it would hold until {waiver.until.isoformat()}, more than {LONGEST_DAYS} days"
    return ""


def waived(verdicts: Iterable[Verdict], waivers: Waivers, item: str, touched: Collection[str]) -> list[Verdict]:
    """The verdicts, each failure that a waiver in force covers as waived by the first of them."""
    found = []
    for verdict in verdicts:
        held = (each for each in waivers.in_force if each.gate == verdict.gate and each.covers(item, touched))
        waiver = next(held, None) if verdict.status is Status.FAILED else None
        found.append(verdict if waiver is None else replace(verdict, status=Status.WAIVED, waiver=str(waiver)))
    return found


def lapse(waivers: Waivers, gate: str, item: str, touched: Collection[str], told: str) -> str:
    """Why nothing lets a failure pass that a waiver let pass before; empty when one does. `told` is that waiver."""
    if any(each.gate == gate and each.covers(item, touched) for each in waivers.in_force):
        return ""
    now = next((each.why for each in waivers.refused if told.startswith(f"{each.file}: ")), "")
    return f"{told.partition(': ')[0]} let it pass then: {now or 'it is not there any more, or covers less'}"


def _text(table: dict[str, Any], name: str) -> str:
    value = table[name]
    if (
        not isinstance(value, str)
        or not value.strip()
        or len(value) > _LONGEST_REASON * (20 if name == "signature" else 1)
    ):
        raise ValueError(f"`{name}` is no text, or is too long")
    if name != "signature" and not value.isprintable():
        raise ValueError(f"`{name}` has characters that cannot be seen")
    return value


def _globs(table: dict[str, Any], name: str) -> tuple[str, ...]:
    value = table.get(name, [])
    if not isinstance(value, list) or len(value) > _MOST_GLOBS or not all(isinstance(glob, str) for glob in value):
        raise ValueError(f"`{name}` is no list of globs")
    for glob in value:
        if problem := glob_problem(glob):
            raise ValueError(f"`{name}`: glob {glob!r} {problem}")
    return tuple(value)

"""Two schemas, and all that they lead to, held against each other.

Pairs are compared once each, wherever they are used: a pair that leads back to itself holds when nothing else on the
way speaks against it, which is how schemas that contain themselves are compared at all. Pure.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from typing import Any

from laneshift.errors import Refused
from laneshift.reports.openapi import keywords, notes
from laneshift.reports.openapi.forms import Branch, TooWide, branches, text
from laneshift.reports.openapi.model import Document, Finding, Found, Kind, Pair, Relation, Side, Verdict, change
from laneshift.reports.openapi.objects import parts
from laneshift.reports.openapi.unions import match

_MOST_PAIRS = 200_000
_MOST_TRIED = 3_000
Key = tuple[str, str, Side]


class Schemas:
    """What was found about the schemas of two documents, by pair and by what uses it."""

    def __init__(self, old: Document, new: Document) -> None:
        self._documents = (old, new)
        self._forms: tuple[dict[str, list[Branch]], dict[str, list[Branch]]] = ({}, {})
        self.findings: dict[Key, list[Finding]] = {}
        self.leads: dict[Key, list[Key]] = {}

    def key(self, pair: Pair) -> Key:
        """What a pair is known by."""
        return text(pair.old), text(pair.new), pair.side

    def compare(self, pair: Pair) -> Key:
        """Compare two schemas and whatever they lead to. Raises `Refused` (`openapi.too-large`)."""
        start = self.key(pair)
        for key, found in self._walk(pair, _MOST_PAIRS):
            self.findings[key], self.leads[key] = found
        if len(self.findings) > _MOST_PAIRS:
            raise Refused("openapi.too-large", f"more than {_MOST_PAIRS} pairs of schemas have to be compared")
        return start

    def _walk(self, pair: Pair, most: int) -> Iterator[tuple[Key, tuple[list[Finding], list[Key]]]]:
        pending, seen = deque([_named(pair)]), set[Key]()
        while pending and len(seen) <= most:
            each = pending.popleft()
            key = self.key(each)
            if key in seen or key in self.findings:
                continue
            seen.add(key)
            findings: list[Finding] = []
            leads: list[Key] = []
            for found in self._pair(each):
                if isinstance(found, Finding):
                    findings.append(found)
                else:
                    leads.append(self.key(found))
                    pending.append(_named(found))
            yield key, (findings, leads)

    def reached(self, start: Key) -> Iterable[Key]:
        """A pair and all that it leads to."""
        seen, pending = {start}, [start]
        while pending:
            for key in self.leads.get(pending.pop(), ()):
                if key not in seen:
                    seen.add(key)
                    pending.append(key)
        return seen

    def _pair(self, pair: Pair) -> Iterator[Found]:
        yield from notes.compare(pair, self._documents)
        try:
            before, after = self._branches(pair.old, 0), self._branches(pair.new, 1)
        except TooWide:
            if text(pair.old) != text(pair.new):
                told = "there are too many alternatives to compare"
                yield change(Relation.UNKNOWN, pair.side, "too-wide", pair.where, told)
            return
        matched = match(before, after, self._fits, pair.side)
        for one, other in matched.pairs:
            yield from self._branch(one, other, pair.side, pair.where)
        for one in matched.gone:
            told = f"no longer {_told(one)}"
            yield change(Relation.NARROWER, pair.side, "alternative-removed", pair.where, told, Kind.REMOVED)
        for other in matched.come:
            told = f"may be {_told(other)}"
            yield change(Relation.WIDER, pair.side, "alternative-added", pair.where, told, Kind.ADDED)

    def _branch(self, one: Branch, other: Branch, side: Side, where: str) -> Iterator[Found]:
        yield from keywords.plain(one, other, side, where)
        if keywords.same_type(one, other):
            yield from parts(one, other, side, where, self._documents)

    def _branches(self, schema: Any, at: int) -> list[Branch]:
        key = text(schema)
        if key not in self._forms[at]:
            document = self._documents[at]
            self._forms[at][key] = branches(schema, document.data, document.dialect)
        return self._forms[at][key]

    def _fits(self, one: Branch, other: Branch, side: Side) -> int:
        """How much speaks against two alternatives being one: 0 for nothing."""
        cost, trial = 0, Schemas(*self._documents)
        for found in self._branch(one, other, side, ""):
            if isinstance(found, Finding):
                cost += found.verdict is not Verdict.SAFE
                continue
            for count, (_, (findings, _)) in enumerate(trial._walk(found, _MOST_TRIED)):
                cost += sum(each.verdict is not Verdict.SAFE for each in findings)
                if count >= _MOST_TRIED:
                    return cost + 1
            if cost:
                return cost
        return cost


def _named(pair: Pair) -> Pair:
    """Where two schemas are that have a name: what changes in them is told once, however many use it."""
    new = pair.new.get("$ref") if isinstance(pair.new, dict) else None
    old = pair.old.get("$ref") if isinstance(pair.old, dict) else None
    if not isinstance(new, str) or not isinstance(old, str):
        return pair
    return Pair(pair.old, pair.new, pair.side, f"schema {new.rpartition('/')[2]} in {pair.side}s")


def _told(branch: Branch) -> str:
    named = str(branch.get("_from", "")).rpartition("/")[2]
    return named or str(branch.get("type", "anything"))

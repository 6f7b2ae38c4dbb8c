"""Traces as trees of spans, told from the journal alone. Pure.

Ids are derived from the keys of records, so a process that takes up what another left adds to the same tree, and a tree
that is told twice is the same tree.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from laneshift.evidence.records import Record
from laneshift.telemetry.samples import run_of

_GOOD_STATES = frozenset({"ready-to-land", "verified", "landed", "already-done"})
_GOOD_RESULTS = frozenset({"landed", "green", "nothing"})
_BAD_STEPS = frozenset({"failed", "errored"})


@dataclass(frozen=True, slots=True)
class Span:
    """One span. Times are unix milliseconds; `parent` is None for the root; `error` is empty where all is well."""

    trace: int
    id: int
    parent: int | None
    name: str
    begin: int
    end: int
    error: str = ""
    attributes: dict[str, str | bool | int] = field(default_factory=dict)


def root_of(record: Record) -> str:
    """The prefix of keys of the tree that ends with `record`; "" for a record that ends none."""
    if record.kind == "item.settled" and (run := run_of(record)):
        return f"{run}/{record.facts['item']}/"
    return record.key.removesuffix("ended") if record.kind == "land.ended" else ""


def item_tree(settled: Record, records: Iterable[Record], claimed: int | None) -> tuple[Span, ...]:
    """The root, then a span for each step that was begun. `records` are those below `root_of(settled)`.

    `claimed` is when a worker took the item. A step that never ended ends in error where the item ends.
    """
    steps = list(_steps(records))
    trace, root, facts = _id(root_of(settled), 16), _id(settled.key, 8), settled.facts
    begin = min([claimed if claimed is not None else settled.at, *(span[1] for span in steps)])
    state = str(facts.get("state"))
    told = _told(settled, outcome=state)
    error = "" if state in _GOOD_STATES else str(facts.get("cause") or state)
    spans = [Span(trace, root, None, "item", begin, max(begin, settled.at), error, told)]
    for name, began, ended, key in steps:
        done = {} if ended is None else {"status": str(ended.facts.get("status"))}
        cached = {} if ended is None else {"cached": bool(ended.facts.get("cached"))}
        status = done.get("status", "")
        bad = "it never ended" if ended is None else str(ended.facts.get("summary")) if status in _BAD_STEPS else ""
        end = max(began, settled.at if ended is None else ended.at)
        attributes = {**_told(settled, step=name, **done), **_named(cached)}
        spans.append(Span(trace, _id(key, 8), root, name, began, end, bad, attributes))
    return tuple(spans)


def landing_tree(ended: Record, records: Iterable[Record]) -> tuple[Span, ...]:
    """The root, then a span for each record of the landing, from the one before it: they are made one after another."""
    found = sorted(records, key=lambda record: record.seq)
    trace, root, result = _id(root_of(ended), 16), _id(ended.key, 8), str(ended.facts.get("result"))
    begin = min([ended.at, *(record.at for record in found)])
    error = "" if result in _GOOD_RESULTS else result
    spans = [Span(trace, root, None, "land", begin, max(begin, ended.at), error, _told(ended, result=result))]
    before = begin
    for record in found:
        if record.seq < ended.seq and record.kind != "land.started":
            culprit = str(record.facts.get("cause")) if record.kind == "item.settled" else ""
            told = _told(record, seq=str(record.seq))
            spans.append(
                Span(trace, _id(record.key, 8), root, record.kind, before, max(before, record.at), culprit, told)
            )
            before = max(before, record.at)
    return tuple(spans)


def _steps(records: Iterable[Record]) -> Iterator[tuple[str, int, Record | None, str]]:
    """Name, beginning, end and key of each step, in the order in which they began."""
    found = sorted(records, key=lambda record: record.seq)
    ends = {record.key: record for record in found if record.kind == "step.ended"}
    for record in found:
        if record.kind == "step.began":
            key = record.key.removesuffix("began")
            yield str(record.facts.get("step")), record.at, ends.get(f"{key}ended"), key


def _told(record: Record, **more: str) -> dict[str, str | bool | int]:
    known = {name: str(record.facts[name]) for name in ("plan", "item") if name in record.facts}
    return _named({**known, **more})


def _named(attributes: dict[str, str] | dict[str, bool]) -> dict[str, str | bool | int]:
    return {f"laneshift.{name}": value for name, value in attributes.items()}


def _id(text: str, size: int) -> int:
    """A number of `size` bytes that is never zero, which would be no id."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:size]) | 1

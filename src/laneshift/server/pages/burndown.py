"""What is left of a batch as time goes on. A fold over the records of its plan; pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from laneshift.evidence.records import Record
from laneshift.reports.chart_lines import lines
from laneshift.reports.svg import Series
from laneshift.runs.plan import Plan
from laneshift.runs.state import ATTENTION, DONE

KINDS = ("item.claimed", "item.settled", "land.recorded", "rollback.recorded")
"""The records that change what is left."""
_POINTS = 60


@dataclass(frozen=True, slots=True)
class Point:
    """How things stood at a time in unix milliseconds: items left to do, set aside, and landed."""

    at: int
    left: int
    attention: int
    landed: int


@dataclass(frozen=True, slots=True)
class Burndown:
    """How things stand after record number `seq`, and how they came to. `refused` were set aside before all of it."""

    seq: int
    left: frozenset[str]
    refused: int = 0
    aside: frozenset[str] = frozenset()
    landed: frozenset[str] = frozenset()
    points: tuple[Point, ...] = ()

    def after(self, records: Iterable[Record], seq: int) -> Burndown:
        """With the `records` up to number `seq`, which are in journal order: one more point for each that counts."""
        left, aside, landed = set(self.left), set(self.aside), set(self.landed)
        found = list(self.points)
        for record in records:
            if record.kind not in KINDS or not self.seq < record.seq <= seq:
                continue
            _apply(record, left, aside, landed)
            found.append(Point(record.at, len(left), self.refused + len(aside), len(landed)))
        return Burndown(seq, frozenset(left), self.refused, frozenset(aside), frozenset(landed), tuple(found))


def begun(plan: Plan) -> Burndown:
    """Before anything was recorded."""
    refused = sum(item.status == "refused" for item in plan.items)
    return Burndown(0, frozenset(item.id for item in plan.items if item.to_run), refused)


def drawn(batch: str, found: Sequence[Point]) -> str:
    """The points as a chart, at even steps of time; "" while there is nothing to draw."""
    if not found:
        return ""
    chosen = _even(found)
    last = chosen[-1]
    words = f"{last.left} left, {last.attention} need a person, {last.landed} landed"
    series = [
        Series(name, tuple(float(getattr(each, field)) for each in chosen))
        for name, field in (("left", "left"), ("attention", "attention"), ("landed", "landed"))
    ]
    return lines(f"What is left of {batch}", words, [_clock(each.at) for each in chosen], series, counts=True)


def _apply(record: Record, left: set[str], aside: set[str], landed: set[str]) -> None:
    facts = record.facts
    if record.kind == "land.recorded":
        landed |= {*facts["items"]}
    elif record.kind == "rollback.recorded":
        landed -= {*facts["items"]}
    else:
        item, state = str(facts["item"]), str(facts.get("state", ""))
        left.discard(item)
        aside.discard(item)
        if state in ATTENTION:
            aside.add(item)
        elif state not in DONE:
            left.add(item)


def _even(found: Sequence[Point]) -> list[Point]:
    """How things stood at even steps of time."""
    begin, end = found[0].at, max(each.at for each in found)
    chosen, place = [], 0
    for step in range(_POINTS):
        moment = begin + (end - begin) * step / (_POINTS - 1)
        while place + 1 < len(found) and found[place + 1].at <= moment:
            place += 1
        known = found[place]
        chosen.append(Point(round(moment), known.left, known.attention, known.landed))
    chosen[-1] = Point(end, found[-1].left, found[-1].attention, found[-1].landed)
    return chosen


def _clock(milliseconds: int) -> str:
    return dt.datetime.fromtimestamp(milliseconds / 1000, dt.UTC).strftime("%H:%M:%S")

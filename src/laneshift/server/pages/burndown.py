"""What is left of a batch as time goes on. A fold over the records of its plan; pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from laneshift.evidence.records import Record
from laneshift.reports.chart_lines import lines
from laneshift.reports.svg import Series
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


def points(waiting: Iterable[str], attention: int, records: Iterable[Record]) -> list[Point]:
    """One point for each record, which are in journal order.

    `waiting` are the items that a run works on, `attention` is how many were refused before there was any.
    """
    left, aside, landed = set(waiting), set[str](), set[str]()
    found = []
    for record in records:
        facts = record.facts
        if record.kind == "land.recorded":
            landed |= {*facts["items"]}
        elif record.kind == "rollback.recorded":
            landed -= {*facts["items"]}
        else:
            _move(facts["item"], str(facts.get("state", "")), left, aside)
        found.append(Point(record.at, len(left), attention + len(aside), len(landed)))
    return found


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
    return lines(f"What is left of {batch}", words, [_clock(each.at) for each in chosen], series)


def _move(item: str, state: str, left: set[str], aside: set[str]) -> None:
    for held in (left, aside):
        held.discard(item)
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

"""Lines of cron beside what they mean, and a walk through every minute: an answer that shares nothing with ours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Field:
    """One field: how it is written, and which numbers it means."""

    text: str
    means: frozenset[int]


@dataclass(frozen=True)
class Line:
    """A line of cron."""

    minute: Field
    hour: Field
    day: Field
    month: Field
    weekday: Field

    @property
    def text(self) -> str:
        return " ".join(each.text for each in (self.minute, self.hour, self.day, self.month, self.weekday))

    @property
    def of_day(self) -> bool:
        return not self.minute.text.startswith("*") and not self.hour.text.startswith("*")

    def on(self, day: date) -> bool:
        in_month, in_week = day.day in self.day.means, day.isoweekday() % 7 in self.weekday.means
        starred = self.day.text.startswith("*") or self.weekday.text.startswith("*")
        return day.month in self.month.means and (in_month and in_week if starred else in_month or in_week)

    def at(self, wall: datetime) -> bool:
        return wall.minute in self.minute.means and wall.hour in self.hour.means and self.on(wall.date())


def field(least: int, most: int, *, sparse: bool = False) -> st.SearchStrategy[Field]:
    """A field from `least` to `most`: a star, a step, a number, a range or a list."""
    every = frozenset(range(least, most + 1))
    number = st.integers(least, most)
    steps = st.integers(2, 30).map(lambda by: Field(f"*/{by}", frozenset(range(least, most + 1, by))))
    single = number.map(lambda one: Field(str(one), frozenset({one})))
    spans = (
        st.tuples(number, number).map(sorted).map(lambda p: Field(f"{p[0]}-{p[1]}", frozenset(range(p[0], p[1] + 1))))
    )
    lists = st.lists(number, min_size=2, max_size=4, unique=True).map(
        lambda some: Field(",".join(map(str, some)), frozenset(some))
    )
    star = st.just(Field("*", every))
    return st.one_of(star, single, lists) if sparse else st.one_of(star, steps, single, spans, lists)


def lines() -> st.SearchStrategy[Line]:
    """Lines that mean something on most days: days and months are seldom named."""
    star_days, star_months = st.just(Field("*", frozenset(range(1, 32)))), st.just(Field("*", frozenset(range(1, 13))))
    days = st.one_of(star_days, star_days, field(1, 31, sparse=True))
    weekdays = st.one_of(st.just(Field("*", frozenset(range(7)))), field(0, 6, sparse=True))
    return st.builds(Line, field(0, 59), field(0, 23), days, star_months, weekdays)


def walked(line: Line, zone: ZoneInfo, since: datetime, until: datetime) -> Iterator[datetime]:
    """Every time of the line after `since` and not after `until`, by looking at each minute."""
    at = since.astimezone(UTC).replace(second=0, microsecond=0)
    while (at := at + MINUTE) <= until:
        local = at.astimezone(zone)
        wall = local.replace(tzinfo=None, fold=0)
        skipped = line.of_day and any(map(line.at, _skipped(at, zone)))
        if skipped or (line.at(wall) and not (line.of_day and local.fold)):
            yield at


def _skipped(at: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    """What clocks would have shown between the minute before and this one."""
    before = (at - MINUTE).astimezone(zone).replace(tzinfo=None, fold=0)
    now = at.astimezone(zone).replace(tzinfo=None, fold=0)
    while (before := before + MINUTE) < now:
        yield before

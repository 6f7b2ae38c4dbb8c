"""Ceilings: how much one plan, one star, one module, one lane and one day may promote. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from laneshift import config
from laneshift.errors import Fault

SUPPORTING = "supporting"
"""The star of everything that was not promoted to another one, without regard to upper and lower case."""
_NAMED = 5


@dataclass(frozen=True, slots=True)
class Load:
    """What one item weighs: the lane it goes to, the stars it gets, its path, and whether its star was forced."""

    lane: str
    stars: tuple[str, ...]
    path: str
    forced: bool = False


def exceeded(
    limits: config.Ceilings, loads: Sequence[Load], landed_today: int, others: Sequence[tuple[str, ...]] = ()
) -> tuple[Fault, ...]:
    """One fault for each ceiling that `loads` exceed, with the numbers; reaching a ceiling is no fault.

    `landed_today` are items that landed in the last 24 hours, besides these. Supporting is what a module has before it
    is promoted, so it has a floor and no ceiling of its own; items without stars do not count for the floor.
    `others` are the stars of each module that has some and stays as it is, where that is known: the floor counts them.
    """
    return (
        *_over("per_run", "the plan", len(loads), limits.per_run),
        *_by_lane(limits, loads),
        *_by_star(limits, loads),
        *_by_module(limits, loads),
        *_by_day(limits, len(loads), landed_today),
        *_floor(limits, loads, others),
    )


def _over(key: str, who: str, count: int, limit: int) -> Iterator[Fault]:
    if count > limit:
        yield _fault(key, f"{who} has {count} items, the limit is {limit}")


def _by_lane(limits: config.Ceilings, loads: Sequence[Load]) -> Iterator[Fault]:
    counts = Counter(load.lane for load in loads)
    for lane, limit in sorted(limits.per_lane.items()):
        yield from _over(f"per_lane.{lane}", f"lane {lane!r}", counts[lane], limit)


def _by_star(limits: config.Ceilings, loads: Sequence[Load]) -> Iterator[Fault]:
    counts = Counter(star for load in loads if not load.forced for star in _stars(load.stars))
    for star, count in sorted(counts.items()):
        if star != SUPPORTING:
            yield from _over("per_star", f"star {star!r}", count, limits.per_star)


def _by_module(limits: config.Ceilings, loads: Sequence[Load]) -> Iterator[Fault]:
    most = limits.stars_per_module
    found = [f"{load.path!r} with {len(_stars(load.stars))}" for load in loads if len(_stars(load.stars)) > most]
    if found:
        shown = ", ".join(found[:_NAMED]) + (", …" if len(found) > _NAMED else "")
        yield _fault("stars_per_module", f"{len(found)} modules have more than {most} stars: {shown}")


def _by_day(limits: config.Ceilings, count: int, landed_today: int) -> Iterator[Fault]:
    if limits.per_day and landed_today + count > limits.per_day:
        what = (
            f"{landed_today} items landed in the last 24 hours and {count} would follow, the limit is {limits.per_day}"
        )
        yield _fault("per_day", what)


def _floor(limits: config.Ceilings, loads: Sequence[Load], others: Sequence[tuple[str, ...]]) -> Iterator[Fault]:
    starred = [_stars(stars) for stars in (*(load.stars for load in loads), *others) if stars]
    supporting = sum(stars == {SUPPORTING} for stars in starred)
    if supporting < Fraction(limits.supporting_floor) * len(starred):
        least = f"{float(limits.supporting_floor):.4g}"
        who = "modules" if others else "items with stars"
        what = f"{supporting} of {len(starred)} {who} are Supporting, the least share is {least}"
        yield _fault("supporting_floor", what)


def _stars(stars: Iterable[str]) -> set[str]:
    return {star.casefold() for star in stars}


def _fault(key: str, what: str) -> Fault:
    return Fault("ceiling.exceeded", f"ceilings.{key}", what, "plan fewer items, or raise the ceiling in the settings")

"""A day of changes: they come, workers check each alone, and what is ready lands in trains, one train at a time.

Costs are measured ones, or parameters that every project has of its own: how long its suite takes, how often items are
red together. What is left out is told in docs/scale.md.
"""

from __future__ import annotations

import math
import random
from collections import deque
from dataclasses import dataclass

from bench.scale.queues import Train, served, trains
from laneshift.runs.train_size import WINDOW, rate, size_for

DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class World:
    """What is measured, and what a project brings. Seconds, unless it says otherwise."""

    changes: int = 10_000
    """Changes a day, at any moment alike."""
    workers: int = 200
    own_tests: float = 120.0
    """A project's: the tests that one item selects."""
    alone_red: float = 0.05
    """A project's: the share of items that their own checks set aside."""
    suite: float = 600.0
    """A project's: the whole suite, however many machines it is spread over."""
    together_red: float = 0.005
    """A project's: the share of items that turn a train red."""
    per_item: float = 0.130
    """Measured: the engine's own part of an item, plan and run."""
    per_landing: float = 0.019
    """Measured: the engine's own part of an item that lands."""
    per_edit: float = 0.0037
    """Measured: two files of a tree of a million."""
    train_start: float = 6.6
    """Measured: a landing whose suite has no pauses, of 24 items."""
    small_run: float = 20.0
    """A project's: one small run of the search for a culprit."""
    records: int = 32
    """Measured: records of the journal for each item."""
    append: float = 0.0114
    """Measured: one append on PostgreSQL, all of them one after another (88 a second)."""
    fixed_size: int | None = None
    """`landing.train_size`; None follows the observed rate."""
    days: int = 3
    seed: int = 34


@dataclass(frozen=True, slots=True)
class Told:
    """What became of it. `workers`, `landing` and `journal` are loads: what is asked of each by what it can do at most,
    so that 1 is all of it and more piles up. Waits are from the change to its landing, in seconds.
    """

    workers: float
    landing: float
    journal: float
    landed_a_day: float
    median: float
    p95: float
    mean_train: float
    backlog: int
    """Items that waited for a landing at the end of the last day."""


def search(items: int, bad: int) -> int:
    """Small runs that find `bad` independent culprits among `items`: as measured, 9 among 24 and 12 among 144.

    For several at once it is too many: 14 were measured for two among 24.
    """
    return bad * (math.ceil(math.log2(items)) + 4) if items > 1 else bad


@dataclass(frozen=True, slots=True)
class Limits:
    """Items a day that each part takes at most."""

    workers: float
    landing: float
    journal: float


def limits(world: World) -> Limits:
    """What each part of `world` takes at most."""
    own = world.own_tests + world.per_item + world.per_edit
    return Limits(world.workers * DAY / own, landing_limit(world), DAY / (world.records * world.append))


def simulate(world: World) -> Told:
    """Some days of `world`. The same seed gives the same days."""
    draw = random.Random(world.seed)
    count, span = world.changes * world.days, DAY * world.days
    arrivals = sorted(draw.uniform(0, span) for _ in range(count))
    own, most = world.own_tests + world.per_item + world.per_edit, limits(world)
    done = served(arrivals, [own] * count, world.workers)
    good = sorted((end, came) for end, came in zip(done, arrivals, strict=True) if draw.random() >= world.alone_red)
    found = _landings(world, draw, [end for end, _ in good])
    waits = sorted(
        train.ended - good[place][1] for train in found for place in range(train.first, train.first + train.items)
    )
    late = sum(train.items for train in found if train.began > span)
    in_time = [train for train in found if train.ended <= span]
    return Told(
        workers=world.changes / most.workers,
        landing=world.changes * (1 - world.alone_red) / most.landing,
        journal=world.changes / most.journal,
        landed_a_day=sum(train.landed for train in in_time) / world.days,
        median=waits[len(waits) // 2],
        p95=waits[len(waits) * 95 // 100],
        mean_train=sum(train.items for train in found) / len(found),
        backlog=late,
    )


def landing_limit(world: World, queue: int = 20_000) -> float:
    """Items a day that landings take at most: those of a queue that is there already, red ones included."""
    found = _landings(world, random.Random(world.seed), [0.0] * queue)
    return queue / found[-1].ended * DAY


def _landings(world: World, draw: random.Random, ready: list[float]) -> list[Train]:
    seen: deque[bool] = deque(maxlen=WINDOW)

    def most() -> int | None:
        return world.fixed_size if world.fixed_size is not None else size_for(rate(len(seen), sum(seen)))

    def run(items: int) -> tuple[float, int]:
        red = [draw.random() < world.together_red for _ in range(items)]
        seen.extend(red)
        bad = sum(red)
        own = world.train_start + items * (world.per_landing + world.per_edit)
        suites = world.suite * (2 if bad else 1)
        return own + suites + world.small_run * search(items, bad), items - bad

    return trains(ready, most, run)

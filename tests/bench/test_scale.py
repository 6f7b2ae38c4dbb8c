"""The simulation's arithmetic against cases that have a closed form, and the page against the simulation."""

from __future__ import annotations

import math
import random
from dataclasses import replace
from pathlib import Path
from statistics import mean

import pytest

from bench.scale.__main__ import BEGIN, DOCS, END
from bench.scale.model import DAY, World, landing_limit, limits, search, simulate
from bench.scale.queues import served, trains
from bench.scale.report import chart, tables

MANY = 30_000


def arrivals(rate: float, seed: int = 7) -> list[float]:
    """Poisson arrivals."""
    draw, now, found = random.Random(seed), 0.0, []
    for _ in range(MANY):
        now += draw.expovariate(rate)
        found.append(now)
    return found


def waits(came: list[float], services: list[float], servers: int) -> float:
    left = served(came, services, servers)
    return mean(end - begin - service for end, begin, service in zip(left, came, services, strict=True))


@pytest.mark.parametrize("load", [0.3, 0.6, 0.8])
def test_one_server_with_one_length_waits_as_pollaczek_and_khinchine_say(load: float) -> None:
    expected = load / (2 * (1 - load))
    assert waits(arrivals(load), [1.0] * MANY, 1) == pytest.approx(expected, rel=0.08)


def test_several_servers_wait_as_erlang_says() -> None:
    servers, load = 5, 3.5
    blocked = load**servers / math.factorial(servers) * servers / (servers - load)
    share = blocked / (sum(load**k / math.factorial(k) for k in range(servers)) + blocked)
    found = []
    for seed in range(4):
        draw = random.Random(seed + 100)
        services = [draw.expovariate(1.0) for _ in range(MANY)]
        found.append(waits(arrivals(load, seed), services, servers))
    assert mean(found) == pytest.approx(share / (servers - load), rel=0.08)


def test_regular_arrivals_wait_for_nothing_below_the_limit_and_pile_up_above() -> None:
    even = [float(number) for number in range(100)]
    assert served(even, [1.0] * 100, 1) == [number + 1 for number in even]
    assert served(even, [2.0] * 100, 1)[-1] == 200
    assert served(even, [2.0] * 100, 2) == [number + 2 for number in even]


def test_a_saturated_line_of_trains_lands_what_division_says() -> None:
    found = trains([0.0] * 100, lambda: 10, lambda items: (50.0 + items, items))
    assert [(train.items, train.landed) for train in found] == [(10, 10)] * 10
    assert found[-1].ended == 10 * 60
    clean = replace(World(), together_red=0.0, fixed_size=100)
    seconds = clean.train_start + clean.suite + 100 * (clean.per_landing + clean.per_edit)
    assert landing_limit(clean) == pytest.approx(100 / seconds * DAY)


def test_a_train_takes_what_is_ready_and_no_more() -> None:
    found = trains([0.0, 1.0, 2.0, 50.0], lambda: None, lambda items: (10.0, items))
    assert [(train.began, train.items) for train in found] == [(0.0, 1), (10.0, 2), (50.0, 1)]


def test_limits_are_those_of_division() -> None:
    world = World(own_tests=100.0, per_item=0.0, per_edit=0.0, workers=10, records=10, append=0.01)
    most = limits(world)
    assert (most.workers, most.journal) == (pytest.approx(10 * DAY / 100), pytest.approx(DAY / 0.1))
    assert (search(1, 1), search(24, 1), search(144, 1), search(24, 0)) == (1, 9, 12, 0)


def test_without_anything_red_all_of_it_lands() -> None:
    told = simulate(replace(World(), alone_red=0.0, together_red=0.0, changes=500, days=2))
    # All but those of the last suite and its own tests.
    assert 2 * told.landed_a_day + told.backlog >= 1000 - 2 * told.mean_train
    assert told.median > 120 + 600


def test_the_page_is_that_of_the_simulation() -> None:
    page = (DOCS / "scale.md").read_text(encoding="utf-8")
    assert page.partition(BEGIN)[2].partition(END)[0].strip() == tables().strip(), "python -m bench.scale --write"
    assert (Path(DOCS) / "benchmarks" / "scale.svg").read_text(encoding="utf-8") == chart()

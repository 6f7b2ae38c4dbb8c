"""A bucket admits what it should over any history, in memory and by the script of Redis alike."""

from __future__ import annotations

import asyncio
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laneshift.server.limits.bucket import Level, Rate, take
from laneshift.server.limits.own_buckets import OwnBuckets
from laneshift.server.limits.redis_buckets import RedisBuckets
from laneshift.server.limits.redis_link import Link
from tests.server.limits.valkey import Valkey

RATES = st.builds(Rate, st.sampled_from([0.25, 0.5, 1.0, 2.0, 8.0]), st.integers(1, 5))
STEPS = st.lists(st.integers(0, 12).map(lambda quarters: quarters / 4), max_size=40)


@given(RATES, STEPS)
def test_over_any_stretch_no_more_is_admitted_than_the_rate_and_the_burst(rate: Rate, waits: list[float]) -> None:
    level: Level | None = None
    now, admitted = 0.0, list[float]()
    for wait in waits:
        now += wait
        level, taken = take(rate, level, now)
        assert 0 <= taken.tokens <= rate.burst
        if taken.allowed:
            admitted.append(now)
    for first in range(len(admitted)):
        for last in range(first, len(admitted)):
            stretch = Fraction(admitted[last]) - Fraction(admitted[first])
            assert last - first + 1 <= rate.burst + stretch * Fraction(rate.rate)


@given(RATES, STEPS)
def test_nobody_is_turned_away_who_has_a_token(rate: Rate, waits: list[float]) -> None:
    """Against a model in exact fractions."""
    level: Level | None = None
    now, model = 0.0, Fraction(rate.burst)
    for wait in waits:
        now += wait
        model = min(Fraction(rate.burst), model + Fraction(wait) * Fraction(rate.rate)) if level else model
        level, taken = take(rate, level, now)
        assert taken.allowed == (model >= 1)
        model -= int(taken.allowed)
        assert taken.tokens == float(model)


def test_what_the_headers_say_comes_true() -> None:
    rate = Rate(0.9, 2)
    level, first = take(rate, None, 0.0)
    level, second = take(rate, level, 0.0)
    level, third = take(rate, level, 0.0)
    assert [each.allowed for each in (first, second, third)] == [True, True, False]
    assert [each.remaining for each in (first, second, third)] == [1, 0, 0]
    assert (third.next_in(rate), third.full_in(rate)) == (2, 3)
    assert take(rate, level, float(third.next_in(rate)))[1].allowed
    assert take(rate, level, float(third.full_in(rate)))[1].remaining == 1, "full, less this one"


def test_a_clock_that_goes_back_gives_nothing() -> None:
    rate = Rate(1.0, 1)
    level, _ = take(rate, None, 100.0)
    level, early = take(rate, level, 50.0)
    assert not early.allowed
    assert not take(rate, level, 100.5)[1].allowed
    assert take(rate, level, 101.0)[1].allowed


def test_0_9_a_second_with_burst_2_admits_what_it_should() -> None:
    """A hundred seconds of somebody who asks four times a second."""
    clock = [0.0]
    buckets, rate = OwnBuckets(lambda: clock[0]), Rate(0.9, 2)

    async def ask() -> int:
        admitted = 0
        for quarter in range(400):
            clock[0] = quarter / 4
            admitted += (await buckets.take("somebody", rate)).allowed
        return admitted

    # 2 at once, and 0.9 of each of the 99.75 seconds that follow.
    assert asyncio.run(ask()) == 2 + int(0.9 * 99.75)


def test_names_that_are_full_again_are_forgotten() -> None:
    clock = [0.0]
    buckets, rate = OwnBuckets(lambda: clock[0]), Rate(1.0, 1)

    async def ask() -> None:
        for number in range(25_000):
            clock[0] += 0.001
            await buckets.take(f"address:{number}", rate)

    asyncio.run(ask())
    assert len(buckets._levels) < 12_000


@pytest.mark.parametrize("servers", [1, 2])
def test_fifty_clients_at_once_get_exactly_the_burst(shared: Valkey, servers: int) -> None:
    """From one server of ours or from two: nothing is gained in the meantime, at one token in a thousand seconds."""
    rate, name = Rate(0.001, 20), f"crowd-{servers}"

    async def ask() -> list[bool]:
        links = [Link(shared.url, "test") for _ in range(servers)]
        try:
            buckets = [RedisBuckets(link) for link in links]
            asked = (buckets[number % servers].take(name, rate) for number in range(50))
            return [taken.allowed for taken in await asyncio.gather(*asked)]
        finally:
            for link in links:
                await link.close()

    assert sum(asyncio.run(ask())) == 20


def test_the_script_keeps_fractions_and_its_keys_end(shared: Valkey) -> None:
    async def ask() -> list[float]:
        link = Link(shared.url, "test")
        try:
            buckets = RedisBuckets(link)
            return [(await buckets.take("slow", Rate(0.9, 2))).tokens for _ in range(3)]
        finally:
            await link.close()

    first, second, third = asyncio.run(ask())
    assert first == 1.0
    assert second != int(second)
    assert third < 1.0

"""The fence around a step."""

from __future__ import annotations

import asyncio

import pytest

from laneshift.runs.engine import fence
from laneshift.runs.engine.fence import Fence, LeaseLost
from laneshift.runs.engine.port import Json
from laneshift.runs.engine.work import Work


def lost() -> None:
    raise LeaseLost("gone")


def test_without_a_fence_everybody_may_write() -> None:
    fence.check()
    assert fence.token() == 0


def test_behind_a_fence_that_is_down_no_step_begins() -> None:
    ran: list[Json] = []

    async def ask() -> None:
        with pytest.raises(LeaseLost):
            await Work(1, Fence(7, lost)).light("s", ran.append, "x")

    asyncio.run(ask())
    assert ran == []


def test_in_a_transaction_the_fence_is_asked_there_or_else_as_ever() -> None:
    transaction, asked = object(), list[object]()

    def step(_: Json) -> Json:
        fence.within(transaction)
        return fence.token()

    async def ask() -> None:
        assert await Work(1, Fence(7, lambda: None, asked.append)).light("s", step, None) == 7
        assert await Work(1).light("s", step, None) == 0
        answers = [lost]
        with pytest.raises(LeaseLost):
            await Work(1, Fence(7, lambda: answers.append(lost) if len(answers) < 2 else lost())).light("s", step, None)
        assert len(answers) == 2, "once before the step, and in its transaction again"

    asyncio.run(ask())
    assert asked == [transaction]


def test_a_step_that_finds_out_is_no_failure_of_the_step() -> None:
    good = [True]

    def check() -> None:
        if not good[0]:
            lost()

    def step(_: Json) -> Json:
        assert fence.token() == 7
        good[0] = False
        try:
            fence.check()
        except Exception:  # noqa: BLE001 - what careless steps do
            return "swallowed"
        return "not noticed"

    async def ask() -> None:
        with pytest.raises(LeaseLost):
            await Work(1, Fence(7, check)).heavy("s", step, None)

    asyncio.run(ask())
    assert fence.token() == 0


def test_heavy_steps_are_counted_while_they_press() -> None:
    async def ask() -> tuple[int, int]:
        work = Work(1)
        steps = [asyncio.create_task(work.heavy("s", lambda n: n, n)) for n in range(3)]
        await asyncio.sleep(0)
        pressing = work.pressing
        await asyncio.gather(*steps)
        return pressing, work.pressing

    assert asyncio.run(ask()) == (3, 0)

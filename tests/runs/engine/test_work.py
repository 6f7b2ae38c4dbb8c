"""Threads and slots for steps."""

from __future__ import annotations

import asyncio
import contextvars
import threading

import pytest

from laneshift.errors import CheckFailed
from laneshift.runs.engine.port import Json, StepFailed
from laneshift.runs.engine.work import Work


def test_heavy_steps_start_in_the_order_of_their_asking() -> None:
    """Each ends only once the next one has begun, so that it does not matter which thread is the quicker one."""
    started: list[int] = []
    begun = [threading.Event() for _ in range(41)]
    begun[40].set()

    def step(n: int) -> int:
        started.append(n)
        begun[n].set()
        assert begun[n + 1].wait(240)
        return n

    async def ask() -> list[Json]:
        work = Work(2)
        return await asyncio.gather(*[work.heavy("s", step, n) for n in range(40)])

    assert asyncio.run(ask()) == list(range(40))
    assert sorted(started[:2]) == [0, 1]
    assert started[2:] == list(range(2, 40))


def test_a_slot_is_free_again_after_an_error_or_a_cancelled_wait() -> None:
    begun, free = threading.Event(), threading.Event()

    def hold(_: Json) -> Json:
        begun.set()
        return free.wait(300)

    def fail(_: Json) -> Json:
        raise CheckFailed("gate.red", "red")

    async def ask() -> Json:
        work = Work(1)
        for _ in range(3):
            with pytest.raises(StepFailed):
                await work.heavy("fail", fail, None)
        waiting = asyncio.create_task(work.heavy("wait", hold, None))
        assert await asyncio.to_thread(begun.wait, 240)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        return await asyncio.wait_for(work.heavy("next", lambda n: n, 7), 120)

    try:
        assert asyncio.run(ask()) == 7
    finally:
        free.set()


def test_a_step_sees_the_context_of_its_caller() -> None:
    name: contextvars.ContextVar[str] = contextvars.ContextVar("name", default="none")

    async def ask() -> Json:
        name.set("item-7")
        return await Work(1).light("s", lambda _: name.get(), None)

    assert asyncio.run(ask()) == "item-7"


def test_a_result_for_a_loop_that_is_gone_is_dropped_quietly(capfd: pytest.CaptureFixture[str]) -> None:
    free = threading.Event()

    async def ask() -> None:
        late = asyncio.create_task(Work(1).light("late", lambda _: free.wait(120), None))
        await asyncio.sleep(0.05)
        assert not late.done()

    asyncio.run(ask())
    thread = next(one for one in threading.enumerate() if one.name == "step-late")
    free.set()
    thread.join(120)
    assert capfd.readouterr() == ("", "")

"""The threads of nodes: bounded, shared fairly, and gone when they are not needed."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from contextvars import ContextVar
from typing import Any

import pytest

from laneshift.errors import CheckFailed, Refused
from laneshift.matriz.crew import Crew

WHO: ContextVar[str] = ContextVar("who", default="nobody")


async def thread_name() -> str:
    return threading.current_thread().name


async def who() -> str:
    return WHO.get()


async def fails() -> None:
    raise CheckFailed("test.bad", "it failed")


def story(told: Coroutine[Any, Any, None]) -> None:
    asyncio.run(told)


@pytest.mark.parametrize(("size", "each"), [(0, 0), (1, 2), (4, 0)])
def test_nonsense_is_refused(size: int, each: int) -> None:
    with pytest.raises(ValueError, match="threads for one node"):
        Crew(size, each)


def test_a_job_gives_what_it_gives_or_raises_what_it_raises_in_the_context_of_who_asked() -> None:
    crew = Crew()

    async def told() -> None:
        WHO.set("ann")
        assert await crew.begin("node", who).ended == "ann"
        with pytest.raises(CheckFailed) as failed:
            await crew.begin("node", fails).ended
        assert failed.value.code == "test.bad"
        assert (await crew.begin("node", thread_name).ended).startswith("matriz-")

    story(told())
    crew.close(300)
    assert crew.standing().threads == 0


def test_one_node_never_has_more_than_its_share_and_waits_in_turn() -> None:
    crew = Crew(size=3, each=1)
    order: list[int] = []
    gates = [threading.Event() for _ in range(3)]

    async def told() -> None:
        def body(number: int) -> Any:
            async def run() -> None:
                gates[number].wait()
                order.append(number)

            return run

        jobs = [crew.begin("node", body(number)) for number in range(3)]
        await jobs[0].begun
        other = crew.begin("other", thread_name)
        assert await other.ended, "others have places of their own"
        assert not jobs[1].begun.done()
        for gate in reversed(gates):
            gate.set()
        await asyncio.gather(*(job.ended for job in jobs))

    story(told())
    crew.close(300)
    assert order == [0, 1, 2]


def test_a_job_that_is_given_up_before_its_turn_never_begins() -> None:
    crew = Crew(size=1, each=1)
    gate, ran = threading.Event(), []

    async def waits() -> None:
        gate.wait()

    async def runs() -> None:
        ran.append("it")

    async def told() -> None:
        first = crew.begin("node", waits)
        await first.begun
        second = crew.begin("node", runs)
        crew.give_up(second)
        gate.set()
        await first.ended
        await crew.begin("node", who).ended

    story(told())
    crew.close(300)
    assert ran == []


def test_a_thread_that_hangs_is_counted_until_it_comes_back() -> None:
    crew = Crew(size=2, each=1)
    gate = threading.Event()

    async def waits() -> None:
        gate.wait()

    async def told() -> None:
        job = crew.begin("node", waits)
        await job.begun
        assert not crew.full("node")
        crew.give_up(job)
        assert crew.full("node")
        assert not crew.full("other")
        assert crew.standing().hanging == {"node": 1}
        gate.set()
        assert await crew.begin("node", who).ended == "nobody"
        assert crew.standing().hanging == {}

    story(told())
    crew.close(300)


def test_what_a_body_leaves_running_ends_with_it() -> None:
    crew = Crew()
    cancelled = threading.Event()

    async def stays() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    async def begins() -> str:
        begins.task = asyncio.create_task(stays())  # type: ignore[attr-defined]
        await asyncio.sleep(0)
        return "done"

    async def told() -> None:
        assert await crew.begin("node", begins).ended == "done"

    story(told())
    assert cancelled.wait(300)
    crew.close(300)
    assert crew.standing().threads == 0


def test_threads_with_nothing_to_do_end() -> None:
    crew = Crew(idle=0.01)

    async def told() -> None:
        await asyncio.gather(*(crew.begin("node", who).ended for _ in range(8)))

    story(told())
    for thread in threading.enumerate():
        if thread in crew.threads:
            thread.join(300)
    assert crew.standing().threads == 0


def test_a_loop_that_has_ended_harms_nobody() -> None:
    crew = Crew()
    gate = threading.Event()

    async def waits() -> None:
        gate.wait()

    async def leaves() -> None:
        await crew.begin("node", waits).begun

    story(leaves())
    gate.set()

    async def told() -> None:
        assert await crew.begin("node", who).ended == "nobody"

    story(told())
    crew.close(300)
    assert crew.standing().threads == 0


def test_after_the_end_nothing_begins() -> None:
    crew = Crew()
    crew.close()

    async def told() -> None:
        with pytest.raises(Refused) as refused:
            crew.begin("node", who)
        assert refused.value.code == "matriz.closed"

    story(told())

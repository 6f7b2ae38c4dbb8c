"""What is there at once is given at once; what is not is waited for as long as it may take, however it waits."""

from __future__ import annotations

import asyncio

import pytest
from starlette.types import Message

from laneshift.server.limits.at_once import within

FOUND: Message = {"type": "http.request"}
LONG = 600.0


async def _after(turns: int) -> Message:
    for _ in range(turns):
        await asyncio.sleep(0)
    return FOUND


@pytest.mark.parametrize("turns", [0, 1, 5])
def test_a_message_is_given_whenever_it_comes(turns: int) -> None:
    assert asyncio.run(within(LONG, _after(turns))) is FOUND


def test_one_that_comes_from_elsewhere_is_waited_for() -> None:
    async def story() -> Message:
        came: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().call_soon(came.set_result, FOUND)
        return await within(LONG, came)

    assert asyncio.run(story()) is FOUND


def test_what_takes_too_long_is_told_to_whoever_waits_and_ends() -> None:
    ended = list[str]()

    async def never() -> Message:
        try:
            await asyncio.sleep(0)
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            ended.append("cancelled")
            raise
        return FOUND

    with pytest.raises(TimeoutError):
        asyncio.run(within(0.001, never()))
    assert ended == ["cancelled"]


@pytest.mark.parametrize("turns", [0, 2])
def test_a_failure_is_the_one_of_the_message(turns: int) -> None:
    async def fails() -> Message:
        await _after(turns)
        raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        asyncio.run(within(LONG, fails()))


def test_whoever_is_cancelled_meanwhile_is_cancelled_and_not_late() -> None:
    async def story() -> None:
        waits = asyncio.create_task(within(LONG, _after(1_000_000)))
        await asyncio.sleep(0)
        waits.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waits

    asyncio.run(story())

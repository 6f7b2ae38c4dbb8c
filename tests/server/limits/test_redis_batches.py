"""Scripts of a moment share a message, and nothing else: each has its own answer, or its own failure."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as Lost
from redis.exceptions import ResponseError

from laneshift.server.limits.redis_batches import Batches, Call
from tests.server.limits.valkey import Valkey

SAY = "return {KEYS[1], ARGV[1]}"
FAIL = "return redis.error_reply('ODD no')"
COUNT = "return redis.call('INCR', KEYS[1])"


@asynccontextmanager
async def batches(server: Valkey) -> AsyncIterator[Batches]:
    async with Redis.from_url(server.url) as client:
        found = Batches(client.connection_pool.get_connection)
        try:
            yield found
        finally:
            await found.close()


def reads(server: Valkey) -> int:
    """How often the server has read something."""
    with server.client() as client:
        return int(client.info("stats")["total_reads_processed"])


def say(number: int) -> Call:
    return Call(SAY, f"key{number}", (str(number),))


def test_a_crowd_shares_messages_and_each_has_its_own_answer(one: Valkey) -> None:
    async def story() -> list[list[bytes]]:
        async with batches(one) as found:
            await found.run(say(0))
            return list(await asyncio.gather(*(found.run(say(number)) for number in range(300))))

    before = reads(one)
    assert asyncio.run(story()) == [[f"key{number}".encode(), str(number).encode()] for number in range(300)]
    assert reads(one) - before < 100


def test_scripts_that_redis_forgot_are_sent_again_and_run_once(one: Valkey) -> None:
    async def story() -> tuple[list[int], int]:
        async with batches(one) as found:
            await found.run(Call(COUNT, "forgotten", ()))
            with one.client() as client:
                client.execute_command("SCRIPT", "FLUSH", "SYNC")
            counted = await asyncio.gather(*(found.run(Call(COUNT, "forgotten", ())) for _ in range(20)))
            return sorted(counted), await found.run(Call(COUNT, "forgotten", ()))

    assert asyncio.run(story()) == (list(range(2, 22)), 22)


def test_a_script_that_fails_fails_alone(one: Valkey) -> None:
    async def story() -> list[object]:
        async with batches(one) as found:
            calls = (Call(FAIL, "x", ()) if number == 3 else say(number) for number in range(6))
            return list(await asyncio.gather(*map(found.run, calls), return_exceptions=True))

    answers = asyncio.run(story())
    assert isinstance(answers.pop(3), ResponseError)
    assert answers == [[f"key{number}".encode(), str(number).encode()] for number in (0, 1, 2, 4, 5)]


def test_a_connection_that_was_lost_is_made_again(one: Valkey) -> None:
    async def story() -> list[bytes]:
        async with batches(one) as found:
            await found.run(say(1))
            with one.client() as client:
                client.execute_command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
            answer: list[bytes] = await found.run(say(2))
            return answer

    assert asyncio.run(story()) == [b"key2", b"2"]


def test_a_server_that_says_nothing_is_given_up_and_its_late_answers_are_nobody_elses(one: Valkey) -> None:
    async def story() -> tuple[object, list[bytes]]:
        async with batches(one) as found:
            await found.run(say(1))
            found._patience = 0.05
            with one.silent():
                gone = await asyncio.gather(found.run(say(2)), found.run(say(3)), return_exceptions=True)
            found._patience = 60.0
            answer: list[bytes] = await found.run(say(4))
            return gone, answer

    gone, answer = asyncio.run(story())
    assert isinstance(gone, list)
    assert all(isinstance(each, TimeoutError) for each in gone)
    assert answer == [b"key4", b"4"]


def test_whoever_left_keeps_nobody_from_an_answer(one: Valkey) -> None:
    async def story() -> list[bytes]:
        async with batches(one) as found:
            gone, stays = (asyncio.create_task(found.run(say(number))) for number in (1, 2))
            asyncio.get_running_loop().call_soon(gone.cancel)
            answer: list[bytes] = await stays
            with pytest.raises(asyncio.CancelledError):
                await gone
            return answer

    assert asyncio.run(story()) == [b"key2", b"2"]


def test_when_sending_ends_for_another_reason_nobody_waits_for_ever() -> None:
    async def refuses() -> object:
        raise RuntimeError("odd")

    async def story() -> list[object]:
        asyncio.get_running_loop().set_exception_handler(lambda *_: None)
        found = Batches(refuses)
        return list(await asyncio.gather(*(found.run(say(number)) for number in range(3)), return_exceptions=True))

    assert all(isinstance(each, Lost) for each in asyncio.run(story()))

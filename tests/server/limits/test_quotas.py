"""Quotas end what is too much, say true things at every answer, and do what they were told when Redis is gone."""

from __future__ import annotations

import asyncio
import logging

import httpx
import pytest
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from laneshift.server.limits.bucket import Rate
from laneshift.server.limits.own_buckets import OwnBuckets
from laneshift.server.limits.quotas import Buckets, Quotas
from laneshift.server.limits.redis_buckets import RedisBuckets
from laneshift.server.limits.redis_link import Link
from tests.server.limits.test_idempotency import by, client
from tests.server.limits.valkey import Valkey


async def fine(scope: Scope, receive: Receive, send: Send) -> None:
    await PlainTextResponse("fine")(scope, receive, send)


def counted(buckets: Buckets, rate: Rate, when_gone: str = "closed") -> ASGIApp:
    return by(Quotas(fine, buckets, rate, when_gone=when_gone))


def limits(answer: httpx.Response) -> tuple[int, ...]:
    names = ("x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset")
    return tuple(int(answer.headers[name]) for name in names)


def test_headers_are_true_at_every_answer_and_the_refusal_says_when_to_come_back() -> None:
    async def story() -> None:
        clock = [0.0]
        async with client(counted(OwnBuckets(lambda: clock[0]), Rate(0.5, 3))) as asker:
            seen = [limits(await asker.get("/")) for _ in range(3)]
            refused = await asker.get("/")
            clock[0] = float(refused.headers["retry-after"])
            back = await asker.get("/")
        assert seen == [(3, 2, 2), (3, 1, 4), (3, 0, 6)]
        assert (refused.status_code, refused.json()["code"], limits(refused)) == (429, "quota.exceeded", (3, 0, 6))
        assert (back.status_code, limits(back)) == (200, (3, 0, 6))

    asyncio.run(story())


def test_each_principal_has_a_bucket_and_strangers_one_for_their_address() -> None:
    async def story() -> None:
        async with client(counted(OwnBuckets(lambda: 0.0), Rate(0.1, 1))) as asker:
            for who in ("ada", "bob", "nobody"):
                first, second = [await asker.get("/", headers={"X-Who": who}) for _ in range(2)]
                assert (first.status_code, second.status_code) == (200, 429), who

    asyncio.run(story())


def test_whether_the_server_lives_may_always_be_asked() -> None:
    async def story() -> None:
        async with client(counted(OwnBuckets(lambda: 0.0), Rate(0.1, 1))) as asker:
            assert {(await asker.get("/healthz")).status_code for _ in range(5)} == {200}

    asyncio.run(story())


@pytest.mark.parametrize(("when_gone", "status"), [("open", 200), ("closed", 503)])
def test_redis_is_killed_and_comes_back(
    one: Valkey, when_gone: str, status: int, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("laneshift.server.limits.redis_link._PAUSE", 0.0)

    async def story() -> None:
        link = Link(one.url, f"test-{when_gone}")
        try:
            async with client(counted(RedisBuckets(link), Rate(0.001, 5), when_gone)) as asker:
                assert limits(await asker.get("/"))[:2] == (5, 4)
                one.kill()
                without = [await asker.get("/") for _ in range(3)]
                assert {each.status_code for each in without} == {status}
                assert all("x-ratelimit-remaining" not in each.headers for each in without), "nobody can say"
                one.start()
                back = await asker.get("/")
                assert (back.status_code, limits(back)[:2]) == (200, (5, 3)), "what was taken before is remembered"
        finally:
            await link.close()

    with caplog.at_level(logging.WARNING, "laneshift.server"):
        asyncio.run(story())
    said = [record.getMessage() for record in caplog.records]
    assert len(said) == 2, said
    assert ("everybody is let in" if when_gone == "open" else "nobody is let in") in said[0]
    assert said[1].endswith("answers again")


def test_while_redis_is_silent_requests_do_not_queue_up() -> None:
    async def story() -> int:
        listener = await asyncio.start_server(lambda _reader, _writer: asyncio.sleep(3600), "127.0.0.1", 0)
        tries = 0

        async def silent(_reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
            nonlocal tries
            tries += 1
            await asyncio.sleep(3600)

        listener.close()
        hanging = await asyncio.start_server(silent, "127.0.0.1", 0)
        port = hanging.sockets[0].getsockname()[1]
        link = Link(f"redis://127.0.0.1:{port}", "test")
        async with client(counted(RedisBuckets(link), Rate(1.0, 5))) as asker:
            for _ in range(20):
                assert (await asker.get("/")).status_code == 503
        await link.close()
        hanging.close()
        return tries

    assert asyncio.run(story()) < 20


def test_amounts_are_taken_given_back_and_owed_alike_in_memory_and_in_redis(shared: Valkey) -> None:
    asked = [(40, False), (70, False), (90, True), (-20, True), (1, False), (500, True), (-1000, True), (100, False)]
    rate = Rate(0.0001, 100)

    async def story(buckets: Buckets) -> list[tuple[bool, int, int]]:
        taken = [await buckets.take("ada", rate, amount, used=used) for amount, used in asked]
        return [(each.allowed, each.remaining, round(each.tokens)) for each in taken]

    async def in_redis() -> list[tuple[bool, int, int]]:
        link = Link(shared.url, "test-amounts")
        try:
            return await story(RedisBuckets(link))
        finally:
            await link.close()

    found = asyncio.run(story(OwnBuckets(lambda: 0.0)))
    assert [allowed for allowed, _, _ in found] == [True, False, True, True, False, True, True, True]
    assert [tokens for _, _, tokens in found] == [60, 60, -30, -10, -10, -510, 100, 0]
    assert [(allowed, tokens) for allowed, _, tokens in asyncio.run(in_redis())] == [
        (allowed, tokens) for allowed, _, tokens in found
    ]

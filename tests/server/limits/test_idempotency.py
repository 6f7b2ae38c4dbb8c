"""The same request twice has one effect and one answer, wherever answers are kept."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from laneshift.server.auth.principal import Principal
from laneshift.server.limits.idempotency import Answers, Idempotency
from laneshift.server.limits.kept_answer import LARGEST, Answer
from laneshift.server.limits.own_answers import OwnAnswers
from laneshift.server.limits.redis_answers import RedisAnswers
from laneshift.server.limits.redis_link import Link
from tests.server.limits.valkey import Valkey

ADA = Principal("person", "ada@example.org", ("admin",), "key:1")
BOB = Principal("person", "bob@example.org", ("admin",), "key:2")
HEADERS = [(b"idempotency-key", b"one")]


@dataclass
class Effects:
    """An application that counts what it did. `wait` keeps requests at work until it is set."""

    done: Counter[str] = field(default_factory=Counter)
    status: int = 201
    wait: asyncio.Event | None = None
    began: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        body = await request.body()
        self.began.set()
        if self.wait is not None:
            await self.wait.wait()
        self.done[body.decode()] += 1
        await self._response(body)(scope, receive, send)

    def _response(self, body: bytes) -> Response:
        if body == b"large":
            return PlainTextResponse("x" * (LARGEST + 1))
        if body == b"crash":
            raise RuntimeError("a bug")
        return JSONResponse({"made": body.decode(), "number": self.done.total()}, self.status, {"Location": "/made/1"})


def by(app: ASGIApp) -> ASGIApp:
    """What stands before: who asks is known. Tests say it in a header."""

    async def identified(scope: Scope, receive: Receive, send: Send) -> None:
        who = dict(scope["headers"]).get(b"x-who", b"ada")
        scope["state"] = {"principal": {b"ada": ADA, b"bob": BOB}.get(who), "request_id": "r"}
        await app(scope, receive, send)

    return identified


@asynccontextmanager
async def client(app: ASGIApp) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as found:
        yield found


Make = Callable[[], Answers]
Story = Callable[[Make], Any]


@pytest.fixture(params=["memory", "one", "three"])
def told(request: pytest.FixtureRequest) -> Callable[[Story], None]:
    """Run a story with a store in memory, and with Valkey alone and in a cluster."""
    if request.param == "memory":
        return lambda story: asyncio.run(story(lambda: OwnAnswers(3600, 30)))
    server: Valkey = request.getfixturevalue(request.param)

    def run(story: Story) -> None:
        async def whole() -> None:
            links: list[Link] = []

            def make() -> Answers:
                links.append(Link(server.url, f"test-{request.node.name}"))
                return RedisAnswers(links[-1], 3600, 30)

            try:
                await story(make)
            finally:
                for link in links:
                    await link.close()

        asyncio.run(whole())

    return run


async def post(asker: httpx.AsyncClient, body: str, key: str = "one", **headers: str) -> httpx.Response:
    return await asker.post("/things", content=body, headers={"Idempotency-Key": key, **headers})


def test_asked_again_the_first_answer_comes_again(told: Callable[[Story], None]) -> None:
    async def story(make: Make) -> None:
        app = Effects()
        async with client(by(Idempotency(app, make()))) as asker:
            first, again = await post(asker, "a"), await post(asker, "a")
            quoted = await post(asker, "a", '"one"')
        assert (first.status_code, first.json()) == (201, {"made": "a", "number": 1})
        for other in (again, quoted):
            assert (other.status_code, other.content, other.headers["location"]) == (201, first.content, "/made/1")
            assert other.headers["idempotency-replayed"] == "true"
        assert "idempotency-replayed" not in first.headers
        assert app.done == {"a": 1}

    told(story)


def test_another_request_with_the_same_key_is_refused(told: Callable[[Story], None]) -> None:
    async def story(make: Make) -> None:
        app = Effects()
        async with client(by(Idempotency(app, make()))) as asker:
            await post(asker, "a")
            body = await post(asker, "b")
            place = await asker.post("/others", content="a", headers={"Idempotency-Key": "one"})
            query = await asker.post("/things?x=1", content="a", headers={"Idempotency-Key": "one"})
            kind = await post(asker, "a", **{"Content-Type": "text/plain"})
        for refused in (body, place, query, kind):
            assert (refused.status_code, refused.json()["code"]) == (422, "idempotency.other-body")
        assert app.done == {"a": 1}

    told(story)


def test_keys_of_one_principal_are_nothing_to_another(told: Callable[[Story], None]) -> None:
    async def story(make: Make) -> None:
        app = Effects()
        async with client(by(Idempotency(app, make()))) as asker:
            ours, theirs = await post(asker, "a"), await post(asker, "a", **{"X-Who": "bob"})
        assert (ours.json()["number"], theirs.json()["number"]) == (1, 2)

    told(story)


def test_two_hundred_at_once_have_one_effect(told: Callable[[Story], None]) -> None:
    async def story(make: Make) -> None:
        app = Effects(wait=asyncio.Event())
        # Two servers that share what is kept, where it can be shared.
        first = make()
        second = make() if isinstance(first, RedisAnswers) else first
        async with client(by(Idempotency(app, first))) as here, client(by(Idempotency(app, second))) as there:
            asked = [asyncio.create_task(post((here, there)[number % 2], "a")) for number in range(200)]
            await app.began.wait()
            while sum(each.done() for each in asked) < 199:
                await asyncio.sleep(0.01)
            assert app.wait is not None
            app.wait.set()
            answers = await asyncio.gather(*asked)
            after = await post(there, "a")
        assert app.done == {"a": 1}
        assert Counter(each.status_code for each in answers) == {409: 199, 201: 1}
        assert {each.json()["code"] for each in answers if each.status_code == 409} == {"idempotency.in-flight"}
        assert (after.status_code, after.json()["number"]) == (201, 1)

    told(story)


@pytest.mark.parametrize("status", [401, 403, 409, 429, 500, 503])
def test_what_says_that_nothing_was_done_is_not_kept(status: int) -> None:
    async def story() -> None:
        app = Effects(status=status)
        async with client(by(Idempotency(app, OwnAnswers(3600, 30)))) as asker:
            assert (await post(asker, "a")).status_code == status
            app.status = 201
            assert (await post(asker, "a")).status_code == 201

    asyncio.run(story())


@pytest.mark.parametrize("status", [200, 202, 400, 404, 422])
def test_every_other_answer_is_kept(status: int) -> None:
    async def story() -> None:
        app = Effects(status=status)
        async with client(by(Idempotency(app, OwnAnswers(3600, 30)))) as asker:
            await post(asker, "a")
            app.status = 201
            assert (await post(asker, "a")).status_code == status

    asyncio.run(story())


def test_after_a_crash_the_key_is_free(told: Callable[[Story], None]) -> None:
    async def story(make: Make) -> None:
        app = Effects()
        async with client(by(Idempotency(app, make()))) as asker:
            assert (await post(asker, "crash")).status_code == 500
            assert (await post(asker, "crash")).status_code == 500
        assert app.done == {"crash": 2}

    told(story)


def test_an_answer_that_is_too_large_is_told_to_be_done(told: Callable[[Story], None]) -> None:
    async def story(make: Make) -> None:
        app = Effects()
        async with client(by(Idempotency(app, make()))) as asker:
            first, again = await post(asker, "large"), await post(asker, "large")
        assert (first.status_code, len(first.content)) == (200, LARGEST + 1)
        assert (again.status_code, again.json()["code"]) == (409, "idempotency.not-kept")
        assert app.done == {"large": 1}

    told(story)


@pytest.mark.parametrize("key", ["", "two words", "x" * 256, '"open', "naïve".encode("latin-1").decode("latin-1")])
def test_what_is_no_key_is_refused(key: str) -> None:
    async def story() -> None:
        app = Effects()
        async with client(by(Idempotency(app, OwnAnswers(3600, 30)))) as asker:
            headers = [(b"idempotency-key", key.encode("latin-1"))]
            refused = await asker.post("/things", content="a", headers=headers)
        assert (refused.status_code, refused.json()["code"]) == (400, "idempotency.bad-key")
        assert not app.done

    asyncio.run(story())


def test_without_a_key_or_a_principal_nothing_is_kept() -> None:
    async def story() -> None:
        app = Effects()
        async with client(by(Idempotency(app, OwnAnswers(3600, 30)))) as asker:
            for _ in range(2):
                await asker.post("/things", content="a")
                await post(asker, "b", **{"X-Who": "nobody"})
                await asker.put("/things", content="c", headers={"Idempotency-Key": "one"})
        assert app.done == {"a": 2, "b": 2, "c": 2}

    asyncio.run(story())


def test_who_holds_a_key_and_dies_loses_it_and_who_lives_does_not() -> None:
    async def story() -> None:
        clock = [0.0]
        answers = OwnAnswers(3600, 30, lambda: clock[0])
        assert (await answers.begin("n", "request", "dead")).state == "ours"
        clock[0] = 29.0
        await answers.hold("n", "dead")
        clock[0] = 58.0
        assert (await answers.begin("n", "request", "next")).state == "busy"
        clock[0] = 60.0
        assert (await answers.begin("n", "request", "next")).state == "ours"
        await answers.free("n", "dead")
        assert (await answers.begin("n", "request", "third")).state == "busy", "a dead one frees nothing of others"

    asyncio.run(story())


def test_an_answer_outlives_the_server_and_a_restart_of_redis(one: Valkey) -> None:
    async def story() -> None:
        app = Effects()

        async def ask() -> httpx.Response:
            link = Link(one.url, "restart")
            try:
                async with client(by(Idempotency(app, RedisAnswers(link, 3600, 30)))) as asker:
                    return await post(asker, "a")
            finally:
                await link.close()

        first = await ask()
        assert (await ask()).content == first.content, "another server of ours"
        one.kill()
        gone = await ask()
        assert (gone.status_code, gone.json()["code"]) == (503, "idempotency.unknown")
        one.start()
        assert (await ask()).content == first.content
        assert app.done == {"a": 1}

    asyncio.run(story())


def test_memory_is_bounded() -> None:
    async def story() -> None:
        answers = OwnAnswers(3600, 30)
        app = Effects()
        async with client(by(Idempotency(app, answers))) as asker:
            for number in range(3000):
                await post(asker, "a", f"key-{number}")
        held = answers._bytes
        assert 0 < held < 64 * 2**20
        assert len(answers._held) == 3000

    asyncio.run(story())


def test_beyond_what_there_is_room_for_the_oldest_answers_go_and_nothing_at_work(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("laneshift.server.limits.own_answers._MOST_BYTES", 10_000)

    async def story() -> None:
        answers = OwnAnswers(3600, 30)
        await answers.begin("at work", "request", "busy")
        for number in range(50):
            await answers.begin(str(number), "request", "token")
            await answers.keep(str(number), "token", Answer(200, (), b"x" * 100))
        assert (await answers.begin("at work", "request", "other")).state == "busy"
        assert (await answers.begin("49", "request", "other")).state == "kept"
        assert (await answers.begin("0", "request", "other")).state == "ours"
        assert 2 < len(answers._held) < 12
        assert 0 < answers._bytes <= 10_000 + 2200

    asyncio.run(story())


def test_a_request_that_takes_long_holds_its_key() -> None:
    async def story() -> None:
        app, answers = Effects(wait=asyncio.Event()), OwnAnswers(3600, 0.06)
        held = asyncio.Event()
        hold = answers.hold

        async def counted(name: str, token: str) -> None:
            await hold(name, token)
            held.set()

        answers.hold = counted  # type: ignore[method-assign] # to wait for it instead of for a time
        async with client(by(Idempotency(app, answers))) as asker:
            first = asyncio.create_task(post(asker, "a"))
            for _ in range(3):
                held.clear()
                await held.wait()
            assert app.wait is not None
            app.wait.set()
            assert (await first).status_code == 201
        assert app.done == {"a": 1}
        await asyncio.sleep(0)
        assert asyncio.all_tasks() == {asyncio.current_task()}, "what has ended is held no more"

    asyncio.run(story())


@pytest.mark.parametrize("parts", [[b"whole"], [b"in ", b"parts"], [b"in ", b"parts", b""]])
def test_whoever_has_the_whole_answer_finds_it_kept(parts: list[bytes]) -> None:
    async def story() -> None:
        answers, got, when_kept = OwnAnswers(3600, 30), list[bytes](), list[bytes]()
        keep = answers.keep

        async def seen(name: str, token: str, answer: Answer) -> None:
            when_kept.append(b"".join(got))
            await keep(name, token, answer)

        answers.keep = seen  # type: ignore[method-assign] # to see what the client has by then

        async def told(scope: Scope, receive: Receive, send: Send) -> None:
            await send({"type": "http.response.start", "status": 200, "headers": []})
            for number, part in enumerate(parts, 1):
                await send({"type": "http.response.body", "body": part, "more_body": number < len(parts)})

        async def sent(message: Message) -> None:
            got.append(message.get("body", b""))

        async def received() -> Message:
            return {"type": "http.request", "body": b"", "more_body": False}

        scope = {"type": "http", "method": "POST", "path": "/", "query_string": b"", "headers": HEADERS, "state": {}}
        await by(Idempotency(told, answers))(scope, received, sent)
        assert b"".join(got) == b"".join(parts)
        assert len(when_kept) == 1
        assert len(when_kept[0]) < len(b"".join(parts))

    asyncio.run(story())

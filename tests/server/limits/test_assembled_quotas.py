"""Quotas of the assembled server: told at every answer that was counted, and asked before anything is decided."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from laneshift.server.limits.chosen import limits_for
from laneshift.server.limits.redis_link import Link
from laneshift.server.options import Options
from tests.repo.builders import git_cli
from tests.server.limits.assembled import RUNS, left, limited, limited_by
from tests.server.limits.valkey import Valkey
from tests.server.serving import BOT, READER, Served, told
from tests.toy import shop_at

BURST, MOST = 30, 4096


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return limited_by(tmp_path_factory.mktemp("quotas") / "repo", BURST)


@pytest.fixture
def server(repository: Path) -> Iterator[Served]:
    """A server whose buckets are full, where nobody comes in without a key."""
    with limited(repository, options=Options(port=0, body=MOST)) as found:
        found.key()
        yield found


def endless() -> Iterator[bytes]:
    for _ in range(100):
        yield b"x" * 1024


def test_each_answer_to_somebody_tells_what_is_left_whatever_it_says(server: Served) -> None:
    bot = server.key("agent", BOT, ("suggest_only",))
    with server.client(bot) as client:
        json = {"Content-Type": "application/json"}
        answers = [
            (200, client.get("/api/v1/me")),
            (404, client.get("/api/v1/nothing")),
            (404, client.get("/api/v1/plans/nothing")),
            (405, client.put("/api/v1/me")),
            (403, client.post(RUNS, json={})),
            (403, client.get("/api/v1/keys")),
            (422, client.get("/api/v1/batches?limit=0")),
            (403, client.post("/api/v1/plans", content=endless(), headers=json)),
            (400, client.post(RUNS, json={}, headers={"Idempotency-Key": "two words"})),
            (200, client.get("/openapi.json")),
        ]
        tag = client.get("/api/v1/batches")
        answers += [(200, tag), (304, client.get("/api/v1/batches", headers={"If-None-Match": tag.headers["etag"]}))]
    counted(answers)


def test_so_does_one_to_a_body_that_turns_out_too_large(server: Served) -> None:
    json = {"Content-Type": "application/json"}
    with server.client(server.key()) as client:
        answers = [
            (413, client.post("/api/v1/plans", content=endless(), headers=json)),
            (413, client.post("/api/v1/plans", content=endless(), headers={**json, "Idempotency-Key": "one"})),
        ]
    counted(answers)


def counted(answers: list[tuple[int, httpx.Response]]) -> None:
    """The answers have these statuses, and each tells of one request less that is left."""
    assert [answer.status_code for _, answer in answers] == [status for status, _ in answers]
    assert [left(answer) for _, answer in answers] == list(range(BURST - 1, BURST - 1 - len(answers), -1))
    for _, answer in answers:
        assert answer.headers.get_list("x-ratelimit-limit") == [str(BURST)]
        assert int(answer.headers["x-ratelimit-reset"]) > 0


def test_strangers_are_counted_by_their_address_also_with_a_credential_that_does_not_hold(server: Served) -> None:
    with server.client() as nobody, server.client("lsk_wrong") as wrong:
        asked = [nobody.get("/api/v1/me"), wrong.get("/api/v1/me"), nobody.get("/api/v1/nothing"), wrong.post(RUNS)]
        foreign = nobody.post(RUNS, json={}, headers={"Origin": "https://evil.example"})
        assert [answer.status_code for answer in asked] == [401, 401, 404, 401]
        assert (foreign.status_code, foreign.json()["code"]) == (403, "access.foreign-origin")
        assert [left(answer) for answer in (*asked, foreign)] == list(range(BURST - 1, BURST - 6, -1))
        refused = [(nobody, wrong)[number % 2].get("/api/v1/me") for number in range(BURST)]
        assert [answer.status_code for answer in refused] == [401] * (BURST - 5) + [429] * 5
    with server.client(server.key()) as known:
        assert (answer := known.get("/api/v1/me")).status_code == 200
        assert left(answer) == BURST - 1, "strangers at the same address take nothing from those who are known"


def test_what_is_refused_before_it_is_asked_who_this_is_is_not_counted(server: Served) -> None:
    with server.client(server.key()) as client:
        host = client.get("/api/v1/me", headers={"Host": "evil.example"})
        large = client.post("/api/v1/plans", content=b"x" * (MOST + 1))
        assert (host.status_code, large.status_code) == (421, 413)
        assert not any(name.startswith("x-ratelimit") for answer in (host, large) for name in answer.headers)
        assert left(client.get("/api/v1/me")) == BURST - 1


def test_once_it_is_spent_everything_described_is_refused_as_described_and_nothing_is_decided(server: Served) -> None:
    with server.client(server.key()) as client:
        described = client.get("/openapi.json").json()
        while client.get("/api/v1/me").status_code == 200:
            continue
        decided = len(server.parts.log.last(1000))
        for method, path in server.routes:
            answer = client.request(method, path.replace("{", "").replace("}", ""), json={})
            if path in ("/healthz", "/readyz"):
                assert (answer.status_code, "x-ratelimit-limit" in answer.headers) == (200, False)
                continue
            assert (answer.status_code, told(answer)[0], left(answer)) == (429, "quota.exceeded", 0), path
            assert 0 < int(answer.headers["retry-after"]) <= int(answer.headers["x-ratelimit-reset"])
            assert answer.headers["cache-control"] == "no-store"
            assert "429" in described["paths"][path][method.lower()]["responses"], (method, path)
        assert client.get("/").status_code == 429, "pages are counted too"
        assert len(server.parts.log.last(1000)) == decided
    with server.client(server.key("person", READER, ("reader",))) as other:
        assert other.get("/api/v1/me").status_code == 200


@pytest.mark.parametrize("kind", ["memory", "one", "three"])
def test_fifty_clients_at_once_get_exactly_the_burst(
    repository: Path, kind: str, request: pytest.FixtureRequest
) -> None:
    """From one server, or half of them from another that shares the buckets."""
    url = "" if kind == "memory" else request.getfixturevalue(kind).url
    with limited(repository, url) as first, limited(repository, url) as second:
        key = first.key("person", f"crowd-{kind}@example.org", ("reader",))
        other = first if kind == "memory" else second
        with first.client(key) as here, other.client(key) as there, ThreadPoolExecutor(50) as pool:
            asked = [pool.submit(client.get, "/api/v1/me") for _ in range(25) for client in (here, there)]
            statuses = [each.result().status_code for each in asked]
    assert sorted(statuses) == [200] * BURST + [429] * (50 - BURST)


@pytest.mark.parametrize(("when_gone", "status"), [("open", 200), ("closed", 503)])
def test_without_redis_it_is_as_the_settings_say(tmp_path: Path, one: Valkey, when_gone: str, status: int) -> None:
    path = limited_by(tmp_path / "repo", BURST, when_gone=when_gone)
    with limited(path, one.url) as server, server.client(server.key()) as client:
        assert left(client.get("/api/v1/me")) == BURST - 1
        one.kill()
        try:
            without = client.get("/api/v1/me")
            assert without.status_code == status
            assert not any(name.startswith("x-ratelimit") for name in without.headers), "nobody can say"
            once = client.post(RUNS, json={}, headers={"Idempotency-Key": "one"})
            assert once.status_code == 503, "nobody could keep the promise, whoever is let in"
            assert once.json()["code"] == ("idempotency.unknown" if when_gone == "open" else "quota.unknown")
            assert once.headers["retry-after"] == "1"
        finally:
            one.start()


def test_settings_are_those_of_the_branch_that_batches_land_on(tmp_path: Path) -> None:
    path = limited_by(tmp_path / "repo", BURST)
    main, settings = git_cli(path, "symbolic-ref", "--short", "HEAD"), path / "laneshift.toml"
    text = settings.read_text()
    settings.write_text(text.replace(f"burst = {BURST}", "burst = 999"))
    assert limits_for(shop_at(path), {}).settings.quotas.burst == BURST, "not those of the work tree"
    settings.write_text(f'target = "{main}"\n{text}'.replace(f"burst = {BURST}", "burst = 999"))
    git_cli(path, "switch", "-q", "-c", "elsewhere")
    git_cli(path, "commit", "-q", "-a", "-m", "more for everybody")
    assert limits_for(shop_at(path), {}).settings.quotas.burst == BURST, "not those of another branch"
    git_cli(path, "switch", "-q", main)
    git_cli(path, "merge", "-q", "--ff-only", "elsewhere")
    assert limits_for(shop_at(path), {}).settings.quotas.burst == 999


@pytest.mark.parametrize("kind", ["one", "three"])
def test_a_server_that_has_ended_holds_no_connection(
    repository: Path, kind: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed: list[Link] = []

    async def close(link: Link) -> None:
        await whole(link)
        closed.append(link)

    whole = Link.close
    monkeypatch.setattr(Link, "close", close)
    store: Valkey = request.getfixturevalue(kind)
    with store.client() as redis:
        before = len(redis.client_list())
        with limited(repository, store.url) as server, server.client(server.key()) as client:
            assert client.get("/api/v1/me").status_code == 200
        assert len(closed) == 1, "it was let go of before the server had ended"
        until = time.monotonic() + 240
        while len(redis.client_list()) > before:
            assert time.monotonic() < until, "a connection is left"

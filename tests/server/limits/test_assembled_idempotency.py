"""`Idempotency-Key` through the assembled server: one effect in the records, one answer, and no secret kept."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from pathlib import Path
from typing import Any

import httpx
import pytest

from laneshift.runs.requesting import requests
from tests.server.limits.assembled import RUNS, limited, limited_by
from tests.server.limits.valkey import Valkey
from tests.server.serving import BOT, OPERATOR, Served

KEY = "Idempotency-Key"


@pytest.fixture(params=["memory", "one", "three"])
def store(request: pytest.FixtureRequest) -> str:
    """The address of what answers are kept in; "" for the memory of the server."""
    if request.param == "memory":
        return ""
    found: Valkey = request.getfixturevalue(request.param)
    return found.url


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    return limited_by(tmp_path / "repo", burst=1000)


async def crowd(servers: list[Served], key: str, count: int) -> list[httpx.Response]:
    """So many clients at once that ask for the same run."""
    headers = {"Authorization": f"Bearer {key}", KEY: "the-run"}
    bounds = httpx.Limits(max_connections=count)
    async with httpx.AsyncClient(headers=headers, timeout=120, limits=bounds) as client:
        asked = (client.post(f"{servers[number % len(servers)].url}{RUNS}", json={}) for number in range(count))
        return await asyncio.gather(*asked)


def test_two_hundred_at_once_make_one_request(repository: Path, store: str) -> None:
    with limited(repository, store) as first, limited(repository, store) as second:
        key = first.key()
        servers = [first] if not store else [first, second]
        answers = asyncio.run(crowd(servers, key, 200))
        statuses = Counter(answer.status_code for answer in answers)
        assert set(statuses) <= {202, 409}
        assert statuses.total() == 200
        accepted = [answer for answer in answers if answer.status_code == 202]
        assert len({answer.content for answer in accepted}) == 1
        assert sum("idempotency-replayed" not in answer.headers for answer in accepted) == 1
        busy = {answer.json()["code"] for answer in answers if answer.status_code == 409}
        assert busy <= {"idempotency.in-flight"}
        assert all(answer.headers["retry-after"] == "1" for answer in answers if answer.status_code == 409)
        assert len(requests(first.parts.shop.journal)) == 1
        with servers[-1].client(key) as client:
            again = client.post(RUNS, json={}, headers={KEY: "the-run"})
            assert (again.status_code, again.content) == (202, accepted[0].content)
            assert again.headers["location"] == accepted[0].headers["location"]
            other = client.post(RUNS, json={"auto_approve": True}, headers={KEY: "the-run"})
            assert (other.status_code, other.json()["code"]) == (422, "idempotency.other-body")
            fresh = client.post(RUNS, json={}, headers={KEY: "another-run"})
            assert (fresh.status_code, fresh.json()["code"]) == (409, "request.open")


def test_an_answer_outlives_its_server(repository: Path, one: Valkey) -> None:
    with limited(repository, one.url) as first:
        key = first.key()
        with first.client(key) as client:
            before = client.post(RUNS, json={}, headers={KEY: "restart"})
    with limited(repository, one.url) as second, second.client(key) as client:
        after = client.post(RUNS, json={}, headers={KEY: "restart"})
        assert (after.status_code, after.content) == (202, before.content)
        assert after.headers["idempotency-replayed"] == "true"
        assert after.headers["x-request-id"] != before.headers["x-request-id"], "each request has a name of its own"
        assert after.headers["x-ratelimit-remaining"] != before.headers["x-ratelimit-remaining"]
        assert len(requests(second.parts.shop.journal)) == 1


def test_the_text_of_an_access_key_is_shown_once_and_kept_nowhere(repository: Path, one: Valkey) -> None:
    body = {"kind": "person", "name": OPERATOR, "roles": ["reader"]}
    with limited(repository, one.url) as server, server.client(server.key()) as client:
        made = client.post("/api/v1/keys", json=body, headers={KEY: "make"})
        assert made.status_code == 201
        again = client.post("/api/v1/keys", json=body, headers={KEY: "make"})
        assert (again.status_code, again.json()["code"]) == (409, "idempotency.not-kept")
        assert made.json()["text"] not in again.text
        assert sum(each["name"] == OPERATOR for each in client.get("/api/v1/keys").json()["items"]) == 1
        with one.client() as redis:
            kept = [redis.hgetall(name) for name in redis.scan_iter("*idempotency*")]
        answers = [json.loads(each[b"answer"]) for each in kept if each.get(b"answer")]
        assert {"status": 201, "headers": [], "body": None} in answers
        assert not any(made.json()["text"].encode() in value for each in kept for value in each.values())


def test_keys_are_for_what_is_not_repeatable_by_itself(repository: Path) -> None:
    with limited(repository) as server, server.client(server.key()) as client:
        spare = server.parts.keys.store.all()[0].id
        first, second = [client.delete(f"/api/v1/keys/{spare}", headers={KEY: "one"}) for _ in range(2)]
        # The key was the asker's own, so it is gone with the first.
        assert (first.status_code, second.status_code) == (200, 401)
        assert "idempotency-replayed" not in second.headers


def test_a_key_opens_nothing_for_whoever_may_not_ask(repository: Path) -> None:
    with limited(repository) as server:
        admin, bot = server.key(), server.key("agent", BOT, ("suggest_only",))
        with server.client(admin) as allowed, server.client(bot) as refused, server.client() as nobody:
            assert allowed.post(RUNS, json={}, headers={KEY: "one"}).status_code == 202
            for client, status in ((refused, 403), (nobody, 401)):
                answer = client.post(RUNS, json={}, headers={KEY: "one"})
                assert (answer.status_code, "idempotency-replayed" in answer.headers) == (status, False)
        assert len(requests(server.parts.shop.journal)) == 1


@pytest.mark.parametrize("narrow", [{"scopes": ("reading",)}, {"roles": ("reader",)}])
def test_a_narrower_key_of_the_same_person_is_not_told_what_it_may_not_ask(repository: Path, narrow: Any) -> None:
    with limited(repository) as server:
        wide, same, less = server.key(), server.key(), server.key(**narrow)
        with server.client(wide) as first, server.client(less) as second, server.client(same) as third:
            told = first.post(RUNS, json={}, headers={KEY: "one"})
            answer = second.post(RUNS, json={}, headers={KEY: "one"})
            assert (answer.status_code, answer.json()["code"]) == (403, "access.denied")
            assert "idempotency-replayed" not in answer.headers
            again = third.post(RUNS, json={}, headers={KEY: "one"})
            assert (again.status_code, again.content) == (202, told.content), "a key that may do the same is told"
        assert len(requests(server.parts.shop.journal)) == 1


def test_every_post_is_described_with_its_key(repository: Path) -> None:
    with limited(repository) as server:
        paths = server.application.app.openapi()["paths"]
    told = {
        (method, path): KEY in [each["name"] for each in operation.get("parameters", ())]
        for path, found in paths.items()
        for method, operation in found.items()
    }
    assert {method for (method, _), named in told.items() if named} == {"post"}
    assert all(named for (method, _), named in told.items() if method == "post")

"""A client that goes ends the work on its question, wherever that is."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncGenerator, Iterator
from dataclasses import dataclass, field, replace
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from laneshift.server.answerers.port import Asked, Piece, Usage
from laneshift.server.parts import Parts
from tests.server.serving import Served, served
from tests.toy import toy

ASK = {"model": "endless", "messages": [{"role": "user", "content": "one two"}]}
PATIENCE = 120.0


@dataclass
class Endless:
    """Says two words where the question is streamed, and then nothing, until it is cancelled."""

    name: str = "endless"
    owner: str = "a test"
    fingerprint: str = ""
    begun: threading.Event = field(default_factory=threading.Event)
    ended: threading.Event = field(default_factory=threading.Event)

    def tokens(self, asked: Asked) -> int:
        return 10

    async def answer(self, asked: Asked) -> AsyncGenerator[Piece | Usage, None]:
        self.begun.set()
        try:
            if asked.streamed:
                yield Piece(text="one ")
                yield Piece(text="two ")
            await asyncio.Event().wait()
        finally:
            self.ended.set()


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return toy(tmp_path_factory.mktemp("leaving") / "repo")


@pytest.fixture
def endless() -> Endless:
    return Endless()


@pytest.fixture
def server(repository: Path, endless: Endless) -> Iterator[Served]:
    def change(parts: Parts) -> Parts:
        return replace(parts, models=replace(parts.models, chat={"endless": endless}))

    with served(repository, change=change) as found:
        yield found


def used(server: Served, key: str) -> dict[str, int]:
    """What is on record of the one question that was asked, once it is."""
    with server.client(key) as client:
        while not (items := client.get("/api/v1/usage").json()["items"]):
            continue
    found: dict[str, int] = items[0]
    return found


@pytest.mark.parametrize("path", ["/v1/chat/completions", "/v1/responses"])
def test_a_stream_that_is_left_ends_the_work_and_is_counted_as_far_as_it_came(
    server: Served, endless: Endless, path: str
) -> None:
    key = server.key(name=f"{path.count('s')}@example.org")
    body = {**ASK, "stream": True, "input": "one two"}
    with server.client(key) as client, client.stream("POST", path, json=body) as answer:
        # Held: the client hangs up when nobody has its lines any more.
        lines = answer.iter_lines()
        assert any("two " in line for line in lines)
        assert not endless.ended.is_set()
    assert endless.ended.wait(PATIENCE)
    told = used(server, key)
    assert (told["requests"], told["failures"]) == (1, 0)
    assert told["prompt"] == 10
    assert told["completion"] >= 2


@pytest.mark.parametrize("path", ["/v1/chat/completions", "/v1/responses"])
def test_a_plain_question_that_nobody_waits_for_any_more_is_ended(server: Served, endless: Endless, path: str) -> None:
    body = {**ASK, "input": "one two"}
    headers = {"Authorization": f"Bearer {server.key()}", "Content-Type": "application/json"}
    line = HTTPConnection(urlsplit(server.url).netloc, timeout=PATIENCE)
    line.request("POST", path, json.dumps(body), headers)
    assert endless.begun.wait(PATIENCE)
    assert not endless.ended.is_set()
    line.close()
    assert endless.ended.wait(PATIENCE)


def test_work_in_the_background_goes_on_until_it_is_cancelled_or_deleted(server: Served, endless: Endless) -> None:
    key = server.key()
    with server.client(key) as client:
        made = client.post("/v1/responses", json={"model": "endless", "input": "x", "background": True}).json()
        assert made["status"] == "queued"
        assert endless.begun.wait(PATIENCE)
        while client.get(f"/v1/responses/{made['id']}").json()["status"] != "in_progress":
            continue
        assert not endless.ended.is_set()
        open_ = {"model": "endless", "input": "y", "previous_response_id": made["id"]}
        refused = client.post("/v1/responses", json=open_)
        assert (refused.status_code, refused.json()["error"]["param"]) == (400, "previous_response_id")
        assert client.post(f"/v1/responses/{made['id']}/cancel").json()["status"] == "cancelled"
        assert endless.ended.wait(PATIENCE)
        while server.parts.background.names:
            continue
        assert client.get(f"/v1/responses/{made['id']}").json()["status"] == "cancelled"
    with server.client(server.key(name="other@example.org")) as other:
        for method, tail in (("GET", ""), ("DELETE", ""), ("POST", "/cancel"), ("GET", "/input_items")):
            assert other.request(method, f"/v1/responses/{made['id']}{tail}").status_code == 404


def test_a_server_that_ends_tells_that_it_did(repository: Path, endless: Endless) -> None:
    def change(parts: Parts) -> Parts:
        return replace(parts, models=replace(parts.models, chat={"endless": endless}))

    with served(repository, change=change) as first:
        key = first.key(name="later@example.org")
        with first.client(key) as client:
            made = client.post("/v1/responses", json={"model": "endless", "input": "x", "background": True}).json()
        assert endless.begun.wait(PATIENCE)
    assert endless.ended.is_set()
    with served(repository) as second, second.client(key) as client:
        told = client.get(f"/v1/responses/{made['id']}").json()
    assert (told["status"], json.dumps(told["error"])[:9]) == ("failed", '{"code": ')

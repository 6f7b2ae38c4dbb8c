"""The chain of ways in, and what comes after it: a browser's session as one way, and a layer that sees who asks."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from laneshift import server as server_code
from laneshift.evidence.redaction import redact_text
from laneshift.server.auth.principal import Principal
from laneshift.server.auth.resolvers import bad_credential
from laneshift.server.options import Options
from tests.server.serving import ADMIN, READER, Served, served
from tests.toy import planned, toy

SEEN = b"x-seen"


class Sessions:
    """Browser sessions by a cookie, as passkeys will bring them."""

    def configured(self) -> bool:
        return True

    async def resolve(self, asked: HTTPConnection) -> Principal | None:
        name = asked.cookies.get("session")
        if name is None:
            return None
        if name != "good":
            raise bad_credential()
        return Principal("person", ADMIN, ("admin",), "session:1")


class Seen:
    """A layer that tells who asks."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                principal = scope["state"]["principal"]
                message["headers"].append((SEEN, (principal.id if principal else "nobody").encode()))
            await send(message)

        await self._app(scope, receive, told if scope["type"] == "http" else send)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    path: Path = toy(tmp_path_factory.mktemp("ways") / "repo")
    planned(path, "labs.stays\tlabs/stays.py\tcore/stays.py\n", "one.tsv")
    with served(path, resolvers=[Sessions()], layers=[Seen]) as found:
        found.key()  # without one, whoever comes over loopback is let in
        yield found


def test_a_session_changes_things_from_pages_of_this_server_alone(server: Served) -> None:
    own = {"Origin": server.url}
    with server.client(Cookie="session=good") as client:
        assert client.get("/api/v1/me").json()["via"] == "session:1"
        for headers in ({}, {"Origin": "https://evil.example"}, {**own, "Sec-Fetch-Site": "cross-site"}):
            answer = client.post("/api/v1/plans/one/runs", json={}, headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (403, "access.foreign-origin")
        assert client.get("/api/v1/requests").json()["items"] == []
        assert client.post("/api/v1/plans/one/runs", json={}, headers=own).status_code == 202
        (made,) = client.get("/api/v1/requests").json()["items"]
        withdrawn = client.post(f"/api/v1/requests/{made['id']}/withdrawal", headers={"Sec-Fetch-Site": "same-origin"})
        assert withdrawn.json()["standing"] == "withdrawn"


def test_a_session_that_does_not_hold_is_no_key_and_the_other_way_round(server: Served) -> None:
    key = server.key("person", READER, ("reader",))
    with server.client(key, Cookie="session=bad") as client:
        assert client.get("/api/v1/me").status_code == 401
    with server.client(key, Cookie="other=bad") as client:
        assert client.get("/api/v1/me").json()["name"] == READER
    with server.client("wrong", Cookie="other=bad") as client:
        assert client.get("/api/v1/me").status_code == 401


def test_a_layer_sees_who_asks_and_nobody_where_nobody_does(server: Served) -> None:
    name = SEEN.decode()
    with server.client(Cookie="session=good") as client:
        assert client.get("/api/v1/me").headers[name] == f"person:{ADMIN}"
    with server.client() as client:
        assert client.get("/healthz").headers[name] == "nobody"
    with server.client(Cookie="session=bad") as client:
        refused = client.get("/healthz")
        assert (refused.status_code, refused.headers[name]) == (401, "nobody")


def test_who_says_nothing_is_told_how_to_say_it(tmp_path: Path) -> None:
    with served(toy(tmp_path / "repo"), Options(port=0)) as server:
        server.key()
        with server.client() as client:
            told = client.get("/api/v1/me").json()
            page = client.get("/", headers={"Accept": "text/html"})
    # Errors are told without secrets: what helps must not look like one.
    assert "[redacted]" not in str(told)
    assert "Bearer" in told["cure"]
    assert "[redacted]" not in page.text


def test_nothing_that_helps_looks_like_a_secret() -> None:
    cures: list[object] = []
    for path in Path(server_code.__path__[0]).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            found = node.value if isinstance(node, ast.keyword) and node.arg == "cure" else None
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == "cure":
                found = node.value
            cures += [each.value for each in ast.walk(found) if isinstance(each, ast.Constant)] if found else []
    assert len(cures) > 20
    looking = [cure for cure in cures if isinstance(cure, str) and redact_text(cure) != cure]
    assert not looking

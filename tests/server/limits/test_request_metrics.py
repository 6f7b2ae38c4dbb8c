"""What a server tells of its requests: by the template of a route and the class of a status, and never by a path."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from fastapi.routing import iter_route_contexts
from starlette.types import ASGIApp, Receive, Scope, Send

from laneshift.server.app import PREFIX
from laneshift.server.limits.request_samples import measured, template
from laneshift.telemetry import catalogue as known
from laneshift.telemetry.metric import OTHER
from tests.server.serving import Served, served
from tests.telemetry.requests import counted, total

COUNT = f"{known.REQUEST_TIME.prometheus}_count"


class Failing:
    """A layer with a bug, and a route of whose answer nobody waits for the end."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] == "/broken":
            raise RuntimeError("a bug")
        await self._app(scope, receive, send)


@pytest.fixture(scope="module")
def asked(batches: Path) -> Iterator[Served]:
    with served(batches, layers=(Failing,)) as found:
        yield found


def test_every_request_is_counted_by_its_route_and_the_class_of_its_answer(asked: Served) -> None:
    key = asked.key()
    before = counted(asked, key, 0)
    with asked.client(key) as client:
        plan = client.get("/api/v1/plans").json()["items"][0]["id"]
        for path in (f"/api/v1/plans/{plan}", f"/api/v1/plans/{plan}?x=1", "/api/v1/plans/ghp_secret", "/broken"):
            client.get(path)
        for number in range(5):
            client.get(f"/no/such/{number}")
        client.delete("/healthz")
        for probe in ("/healthz", "/readyz"):
            assert client.get(probe).status_code == 200
            client.head(probe)
        # Nobody reads such a stream to its end: what counts is when it began.
        with client.stream("GET", "/api/v1/events") as stream:
            assert stream.status_code == 200
    series = counted(asked, key, int(total(before, known.REQUESTS.prometheus)) + 13)
    found = {
        (labels["route"], labels["status"]): value
        for labels, value in ((dict(own), value) for (name, own), value in series.items() if name == COUNT)
    }
    assert found["/api/v1/plans/PLAN", "2xx"] == 2
    assert found["/api/v1/plans/PLAN", "4xx"] == 1
    assert found[OTHER, "4xx"] == 5
    assert found[OTHER, "5xx"] == 1
    assert found["/healthz", "4xx"] == 1, "what only looks like a probe is counted"
    assert not {("/healthz", "2xx"), ("/readyz", "2xx"), ("/readyz", "4xx")} & found.keys(), "probes are not"
    assert found["/api/v1/events", "2xx"] == 1
    assert total(series, known.REQUESTS.prometheus, status="5xx") == 1
    assert total(series, known.REQUESTS.prometheus) == sum(found.values())
    assert plan not in str(series)
    assert "ghp_secret" not in str(series)


def test_every_route_of_the_server_has_a_template_of_its_own(asked: Served) -> None:
    paths = {context.path for context in iter_route_contexts(asked.application.app.routes) if context.path}
    assert {path for _, path in asked.routes} <= {path.replace(":path}", "}") for path in paths}
    told = {path: template(scope_of(path, path), PREFIX) for path in paths}
    assert len(set(told.values())) == len(paths) <= known.REQUEST_TIME.labels[0].most
    for path in paths:
        [_, taken] = measured(scope_of(path, path), 200, 0.1, PREFIX)
        assert taken.labels == {"route": told[path], "status": "2xx"}, "no template is cut or refused as a label"


def scope_of(route: str, path: str) -> Scope:
    return {"type": "http", "path": path, "route": SimpleNamespace(path=route)}


@pytest.mark.parametrize(
    ("route", "path", "expected"),
    [
        ("/batches/{plan}", "/api/v1/batches/x", "/api/v1/batches/PLAN"),
        ("/api/v1/batches/{plan}", "/api/v1/batches/x", "/api/v1/batches/PLAN"),
        ("/static/{name:path}", "/static/a/b.css", "/static/NAME"),
        ("/", "/", "/"),
    ],
)
def test_a_template_is_whole_and_fits_into_a_label(route: str, path: str, expected: str) -> None:
    assert template(scope_of(route, path), PREFIX) == expected
    assert re.fullmatch(r"[A-Za-z0-9_./-]{1,64}", expected)


def test_a_request_that_nobody_answered_is_told_as_such() -> None:
    [one, taken] = measured({"type": "http", "path": "/api/v1/x"}, 0, 2.0, PREFIX)
    assert (one.labels, taken.labels, taken.value) == ({"status": "none"}, {"route": OTHER, "status": "none"}, 2.0)

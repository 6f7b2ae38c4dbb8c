"""Traces and the health of nodes over HTTP, and the trace of whoever asks."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import httpx
import pytest
from fastapi import APIRouter, Depends
from starlette.requests import Request

from laneshift.matriz.orchestrator import Outcome
from laneshift.server.app import assemble
from laneshift.server.auth.principal import Principal
from laneshift.server.guard import Guard, parts_of
from laneshift.server.parts import Parts
from tests.server.matriz import asked, question, with_nodes
from tests.server.serving import Served, served
from tests.toy import toy

TRACE, SPAN = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
router = APIRouter()


@router.post("/ask")
async def ask(request: Request, _: Annotated[Principal, Depends(Guard("models.chat"))]) -> dict[str, str]:
    """Asks the nodes as a model would."""
    engine = parts_of(request).engine
    outcome = await engine.orchestrator.run(question(engine), "what is this?")
    return {"id": outcome.trace.id, "trace": outcome.trace.trace_id, "parent": outcome.trace.parent}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    path = toy(tmp_path_factory.mktemp("traces") / "repo")
    with served(path, change=with_nodes) as found:
        found.key()
        yield found


@pytest.fixture(scope="module")
def outcomes(site: Served) -> list[Outcome]:
    engine = site.parts.engine
    found = [asked(engine, f"question {number}") for number in range(5)]
    assert engine.traces.settle(300)
    return found


@pytest.fixture
def client(site: Served) -> Iterator[httpx.Client]:
    with site.client(site.key()) as found:
        yield found


def test_a_trace_is_found_whole(client: httpx.Client, outcomes: list[Outcome]) -> None:
    trace = outcomes[0].trace
    answer = client.get(f"/api/v1/traces/{trace.id}")
    assert answer.status_code == 200
    assert answer.json() == trace.as_json()
    again = client.get(f"/api/v1/traces/{trace.id}", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304


def test_traces_are_listed_page_by_page_the_last_first(client: httpx.Client, outcomes: list[Outcome]) -> None:
    listed, cursor = [], ""
    while cursor is not None:
        page = client.get("/api/v1/traces", params={"limit": 2, "cursor": cursor}).json()
        assert len(page["items"]) <= 2
        listed += [each["id"] for each in page["items"]]
        cursor = page["next"]
    ours = [outcome.trace.id for outcome in reversed(outcomes)]
    assert [each for each in listed if each in ours] == ours
    assert "records" not in page["items"][0]


@pytest.mark.parametrize("run", ["0" * 16, "x", "%00", "%2e%2e"])
def test_a_trace_that_is_not_there_is_not_found(client: httpx.Client, run: str) -> None:
    answer = client.get(f"/api/v1/traces/{run}")
    assert answer.status_code == 404
    assert answer.json()["code"] in ("matriz.no-trace", "http.not-found")


def test_the_health_of_every_node_is_told(client: httpx.Client, outcomes: list[Outcome]) -> None:
    found = client.get("/api/v1/matriz/nodes").json()
    by_name = {each["name"]: each for each in found["items"]}
    assert sorted(by_name) == ["broken", "memory", "words"]
    assert by_name["broken"]["state"] in ("open", "half-open")
    assert by_name["broken"]["trouble"] == "KeyError: 'what it looked for'"
    assert by_name["words"]["failures"] == 0
    assert by_name["words"]["calls"] >= 10
    assert found["threads"]["most"] == 16


@pytest.mark.parametrize("path", ["/api/v1/traces", f"/api/v1/traces/{'0' * 16}", "/api/v1/matriz/nodes", "/traces"])
def test_only_those_who_may_read_see_what_answers_were_made_of(site: Served, path: str) -> None:
    with site.client(site.key(name="nemo@example.org", roles=("nothing",))) as stranger:
        assert stranger.get(path).status_code == 403
    with site.client() as nobody:
        assert nobody.get(path).status_code == 401
    with site.client(site.key(name="rita@example.org", roles=("reader",))) as reader:
        assert reader.get(path).status_code in (200, 404)


def asking(parts: Parts) -> httpx.AsyncClient:
    application = assemble(parts, more=[router])
    return httpx.AsyncClient(transport=httpx.ASGITransport(application.asgi), base_url="http://127.0.0.1")


@pytest.mark.parametrize("header", [f"00-{TRACE}-{SPAN}-01", "", "nonsense"])
def test_what_is_done_for_a_request_is_in_its_trace(site: Served, header: str) -> None:
    async def story() -> httpx.Response:
        own = {"Authorization": f"Bearer {site.key()}"}
        if header:
            own["traceparent"] = header
        async with asking(site.parts) as client:
            return await client.post("/ask", headers=own)

    answer = asyncio.run(story())
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert answer.headers["traceresponse"] == f"00-{told['trace']}-{told['id']}-01"
    assert (told["trace"], told["parent"]) == (TRACE, SPAN) if header.startswith("00") else told["parent"] == ""


def test_a_request_that_asks_no_node_has_no_run_of_its_own(client: httpx.Client) -> None:
    answer = client.get("/api/v1/me", headers={"traceparent": f"00-{TRACE}-{SPAN}-01"})
    assert "traceresponse" not in answer.headers


def test_an_answer_of_the_model_matriz_is_found_among_the_traces(tmp_path: Path) -> None:
    """Whether all of it came in time is up to the machine; what became of each step is told in any case."""
    asked = {"model": "matriz", "messages": [{"role": "user", "content": "what is 6 * 7?"}]}
    with served(toy(tmp_path / "repo")) as own, own.client(own.key()) as client:
        answer = client.post("/v1/chat/completions", json=asked, headers={"traceparent": f"00-{TRACE}-{SPAN}-01"})
        assert answer.status_code == 200, answer.text
        _, trace, run, _ = answer.headers["traceresponse"].split("-")
        told = client.get(f"/api/v1/traces/{run}").json()
        nodes = client.get("/api/v1/matriz/nodes").json()["items"]
    assert (trace, told["trace_id"], told["parent"]) == (TRACE, TRACE, SPAN)
    steps = {record["step"] for record in told["records"]}
    assert steps >= {"intent", "retrieve", "facts", "math", "validate", "explain"}
    assert told["partial"] == any(
        record["ended"] in ("cut", "failed", "refused", "unfed") for record in told["records"]
    )
    assert {node["name"] for node in nodes} >= {"parse-intent", "math", "explain"}

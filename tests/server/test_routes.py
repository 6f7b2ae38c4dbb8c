"""The assembled application: all of it is there, all of it is guarded, and all of it answers over HTTP."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import get_args

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from openapi_spec_validator import validate
from starlette.routing import Match

from laneshift.server import app as assembling
from laneshift.server.admission import AdmittingRoute
from laneshift.server.api.items import State
from laneshift.server.app import assemble, mount
from laneshift.server.guard import Everybody, Guard
from laneshift.server.options import Options
from laneshift.server.pages.runs import SHOWN
from laneshift.server.parts import parts_for
from laneshift.server.route_finder import RouteFinder
from tests.server.conftest import FLOW, FLOW_RUN
from tests.server.serving import ADMIN, READER, Served, served, told
from tests.toy import shop_at

OPEN = {("GET", "/healthz"), ("GET", "/readyz"), ("GET", "/openapi.json")}
"""Everything that is for everybody. A route that is added here gives something away: say what and why in its gate."""
PROVING = {("POST", "/id/webauthn/challenge"), ("POST", "/id/webauthn/verify")}
"""For everybody as well: where people prove who they are. What they let nobody do is in test_passkeys."""


def filled(server: Served, path: str) -> str:
    """The path with what there is in the repository of the tests."""
    plan = server.parts.plans.load("core").id
    named = {"plan": plan, "item": "labs.shapes", "step": "test", "request": f"{plan}.request-1", "name": "stars"}
    people = {"passkey": "none", "name": "stars", "session": "none"}
    flows = {"flow": FLOW, "run": FLOW_RUN, "number": "1"}
    models = dict.fromkeys(("response", "dream", "index", "vector", "trace"), "none") | {"model": "matriz"}
    return path.format(**{**people, **named, **flows, **models}, key="000000000000")


def test_every_route_answers_over_http_and_as_described(server: Served, admin: str) -> None:
    with server.client(admin) as client:
        described = client.get("/openapi.json").json()
        for method, path in server.routes:
            if path == "/api/v1/events":
                continue
            answer = client.request(method, filled(server, path), json={} if method == "POST" else None)
            told = described["paths"][path][method.lower()]["responses"]
            assert str(answer.status_code) in told, (method, path, answer.text)
            assert answer.status_code < 500, (method, path, answer.text)
            if answer.status_code >= 400 and path.startswith("/v1/"):
                assert answer.headers["content-type"] == "application/json"
                assert answer.json()["error"].keys() >= {"message", "type", "param", "code"}
            elif answer.status_code >= 400:
                assert answer.headers["content-type"] == "application/problem+json"
                assert answer.json()["instance"].endswith(answer.headers["x-request-id"])


def test_what_is_served_is_what_is_described(server: Served) -> None:
    with server.client() as client:
        described = client.get("/openapi.json").json()
    validate(described)
    names = {path.removeprefix("/api/v1/").partition("/")[0] for _, path in server.routes if path.startswith("/api/")}
    wanted = {"me", "batches", "plans", "requests", "journal", "events", "reports", "keys", "decisions"}
    wanted |= {"flows", "flow-runs", "changes", "freeze"}
    assert wanted <= names
    assert len(server.routes) >= 30


def test_nothing_but_what_is_listed_here_is_for_everybody(server: Served) -> None:
    with server.client() as client:
        for method, path in server.routes:
            answer = client.request(method, filled(server, path), json={} if method == "POST" else None)
            if (method, path) in PROVING:
                assert (answer.status_code, answer.json()["code"]) == (422, "http.bad-value"), (method, path)
                continue
            if (method, path) in OPEN:
                assert answer.status_code == 200, (method, path)
                continue
            assert answer.status_code == 401, (method, path, answer.text)
            assert answer.headers["www-authenticate"].startswith("Bearer")
            told = answer.json()
            code = told["error"]["laneshift"] if path.startswith("/v1/") else told["code"]
            assert code == "access.no-credential"


def test_a_router_that_cannot_be_imported_stops_the_start(batches: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parts = parts_for(shop_at(batches), Options(port=0))
    monkeypatch.setattr(assembling, "ROUTERS", (*assembling.ROUTERS, "not_there"))
    with pytest.raises(ModuleNotFoundError):
        assemble(parts)
    monkeypatch.undo()
    monkeypatch.setitem(sys.modules, "laneshift.server.api.trains", None)
    with pytest.raises(ImportError):
        assemble(parts)
    parts.close()


def test_a_route_that_nothing_stands_before_stops_the_start() -> None:
    router, gated = APIRouter(), APIRouter(dependencies=[])

    @router.get("/naked")
    def naked() -> str:
        return "everything"

    @gated.get("/open", dependencies=[assembling_gate()])
    def opened() -> str:
        return "nothing"

    with pytest.raises(RuntimeError, match="nothing stands before /x/naked"):
        mount(FastAPI(), router, "/x")
    mount(FastAPI(), gated)


def assembling_gate() -> object:
    """What lets everybody through, on purpose."""
    from fastapi import Depends

    return Depends(Everybody("a test"))


def test_what_has_not_changed_is_not_sent_again(server: Served, admin: str) -> None:
    plan = server.parts.plans.load("core").id
    with server.client(admin) as client:
        first = client.get(f"/api/v1/plans/{plan}/items")
        tag = first.headers["etag"]
        for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):
            again = client.get(f"/api/v1/plans/{plan}/items", headers={"If-None-Match": known})
            assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
        assert client.get(f"/api/v1/plans/{plan}/items", headers={"If-None-Match": '"other"'}).status_code == 200
        assert first.headers["cache-control"] == "private, no-cache"


def test_lists_go_on_where_the_page_before_ended(server: Served, admin: str) -> None:
    with server.client(admin) as client:
        for path in ("batches", "plans", "journal", f"plans/{server.parts.plans.load('core').id}/items"):
            whole = client.get(f"/api/v1/{path}", params={"limit": 500}).json()["items"]
            seen, cursor = [], ""
            while cursor is not None:
                told = client.get(f"/api/v1/{path}", params={"limit": 1, "cursor": cursor}).json()
                seen, cursor = [*seen, *told["items"]], told["next"]
            assert seen == whole
            assert len(seen) >= 2
            foreign = client.get(f"/api/v1/{path}", params={"cursor": "WyJhIiwxXQ"})
            assert (foreign.status_code, foreign.json()["code"]) == (422, "page.bad-cursor")


def test_a_plan_is_looked_for_among_the_plans_alone(
    server: Served, admin: str, batches: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(batches)
    own = next((batches / ".git" / "laneshift" / "plans").glob("core-*.json"))
    (batches / "core.json").write_bytes(own.read_bytes())
    names = ["core.json", "../core", "..%2f..%2fcore", "%2e%2e", ".newest", "core%00", "x" * 400, str(own)]
    with server.client(admin) as client:
        for name in names:
            answer = client.get(f"/api/v1/plans/{name}")
            assert answer.status_code == 404, name
            assert str(batches) not in answer.text
    (batches / "core.json").unlink()


def test_every_answer_tells_browsers_to_leave_it_alone(server: Served, admin: str) -> None:
    with server.client(admin) as client:
        for path in ("/healthz", "/api/v1/batches", "/api/v1/nothing", "/api/v1/plans/nothing"):
            headers = client.get(path).headers
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["x-frame-options"] == "DENY"
            assert "default-src 'none'" in headers["content-security-policy"]
            assert headers["cache-control"] in ("no-store", "private, no-cache")
            assert "server" not in headers


def test_a_server_that_is_not_ready_says_so_and_no_more(batches: Path) -> None:
    def broken() -> None:
        raise OSError("the secret place /var/lib/x is gone")

    with served(batches) as server, server.client() as client:
        assert client.get("/readyz").json()["ready"] is True
        server.parts.probes["redis"] = broken  # type: ignore[index]
        answer = client.get("/readyz")
        assert answer.status_code == 503
        assert answer.json()["checks"]["redis"] == "failed"
        assert "secret" not in answer.text
        assert client.get("/healthz").status_code == 200


def test_the_metrics_are_those_of_the_catalogue(server: Served, admin: str) -> None:
    with server.client(admin) as client:
        text = client.get("/metrics").text
    lines = [line for line in text.splitlines() if line.startswith("laneshift_journal_records_total{")]
    assert sum(float(line.rpartition(" ")[2]) for line in lines) == len(server.parts.shop.journal.records())


def test_a_request_is_not_compared_with_every_route(server: Served) -> None:
    first, *others = server.application.app.routes
    assert isinstance(first, RouteFinder)
    assert all(isinstance(route, APIRoute) for route in others), "a router within a router is looked through each time"
    for method, path in server.routes:
        scope = {"type": "http", "method": method, "path": filled(server, path), "root_path": ""}
        match, found = first.matches(scope)
        assert (match, found["route"].path.replace(":path", "")) == (Match.FULL, path)


def test_a_head_is_asked_for_as_its_answer_is(server: Served, admin: str) -> None:
    plan = server.parts.plans.load("core").id
    with server.client(admin) as client:
        for path in ("/healthz", "/", f"/runs/{plan}", "/api/v1/me", f"/api/v1/plans/{plan}/items"):
            asked, head = client.get(path), client.head(path)
            assert (head.status_code, head.content) == (asked.status_code, b""), path
            for name in ("content-type", "etag", "content-security-policy"):
                assert head.headers.get(name) == asked.headers.get(name), (path, name)
        tag = client.get("/api/v1/me").headers["etag"]
        assert client.head("/api/v1/me", headers={"If-None-Match": tag}).status_code == 304
        assert client.head("/runs/none").status_code == 404
        # A stream has no end; its head does.
        assert client.head("/api/v1/events").headers["content-type"].startswith("text/event-stream")
        assert client.head("/api/v1/nothing").status_code == 404
        assert client.head(f"/api/v1/plans/{plan}/runs").status_code == 405
    with server.client() as client:
        assert client.head("/api/v1/me").status_code == 401


def test_who_asks_in_a_way_that_is_none_is_told_the_ways(server: Served, admin: str) -> None:
    ways = {
        "/api/v1/freeze": "DELETE, GET, HEAD, POST",
        "/api/v1/me": "GET, HEAD",
        "/id/people": "GET, HEAD",
        "/api/v1/plans/none/runs": "POST",
        "/v1/chat/completions": "POST",
    }
    with server.client(admin) as client:
        for path, allowed in ways.items():
            answer = client.request("PUT", path)
            assert (answer.status_code, answer.headers["allow"]) == (405, allowed), path
            assert "PUT" in told(answer)[1]
            assert allowed in answer.text


def test_who_asks_for_what_is_not_there_is_told_where_to_look(server: Served, admin: str) -> None:
    with server.client(admin) as client:
        answer = client.get("/api/v1/nothing").json()
        assert (answer["code"], answer["where"], answer["cure"]) == (
            "http.not-found",
            "/api/v1/nothing",
            "/openapi.json",
        )
        page = client.get(f"/runs/{server.parts.plans.load('core').id}/", headers={"Accept": "text/html,*/*;q=0.8"})
        assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
        assert "script-src 'self'" in page.headers["content-security-policy"]
        assert "http.not-found" in page.text
        # Programs below these paths read no pages, whatever they say that they take.
        for path in ("/api/v1/nothing", "/v1/nothing", "/mcp/nothing"):
            assert (
                client.get(path, headers={"Accept": "text/html"}).headers["content-type"]
                != page.headers["content-type"]
            )


def test_a_body_that_is_not_said_to_be_json_is_of_a_wrong_type(server: Served, admin: str) -> None:
    plan = server.parts.plans.load("core").id
    with server.client(admin) as client:
        for path in (f"/api/v1/plans/{plan}/runs", "/v1/embeddings", "/api/v1/freeze"):
            for kind in ("application/x-www-form-urlencoded", "text/plain", "application/xml", ""):
                answer = client.post(path, content=b"{}", headers={"Content-Type": kind} if kind else {})
                assert (answer.status_code, told(answer)[0]) == (415, "http.wrong-type"), (path, kind)
                assert "application/json" in answer.text
            answer = client.post(path, content=b"[]", headers={"Content-Type": "application/json"})
            assert answer.status_code in (400, 422), path


def test_what_does_not_exist_is_not_told_of_what_does(server: Served, admin: str) -> None:
    with server.client(admin) as client:
        for name in ("nothing", "a%00b", "%ff"):
            answer = client.get(f"/api/v1/plans/{name}").json()
            assert (answer["code"], answer["why"]) == ("plan.not-found", "")


def test_items_are_in_states_that_there_are(server: Served, admin: str) -> None:
    plan = server.parts.plans.load("core").id
    with server.client(admin) as client:
        for state in ("landed", "waiting", "quarantined", "already-done"):
            assert client.get(f"/api/v1/plans/{plan}/items", params={"state": state}).status_code == 200
        answer = client.get(f"/api/v1/plans/{plan}/items", params={"state": "Landed"})
        assert (answer.status_code, answer.json()["code"]) == (422, "http.bad-value")
        assert "'landed'" in answer.text


def test_the_states_that_are_asked_for_are_those_that_pages_show() -> None:
    assert set(get_args(State)) == {state for states in SHOWN.values() for state in states}


def test_guards_are_asked_before_anything_of_a_request_is_read(server: Served) -> None:
    kinds = {"Content-Type": "application/json"}
    reader = server.key(name=READER, roles=["reader"])
    with server.client() as nobody, server.client(reader) as somebody:
        for body in (b"{", b"[]", b'{"reason": 1}'):
            assert nobody.post("/api/v1/freeze", content=body, headers=kinds).status_code == 401, body
            assert somebody.post("/api/v1/freeze", content=body, headers=kinds).status_code == 403, body


def test_a_function_is_given_what_its_guard_gave(server: Served, admin: str) -> None:
    waited = [route for route in server.application.app.routes if isinstance(route, APIRoute)]
    guards = [each for route in waited for each in route.dependant.dependencies if isinstance(each.call, Guard)]
    assert not guards, "these would be asked a second time, by the framework"
    assert all(isinstance(route, AdmittingRoute) for route in waited)
    with server.client(admin) as client:
        before = client.get("/api/v1/decisions").json()["items"][-1]["seq"]
        me = client.get("/api/v1/me").json()
        told = client.get("/api/v1/decisions").json()["items"]
    assert (me["name"], me["roles"]) == (ADMIN, ["admin"])
    # Every request is one decision, the one that this is the answer to as well.
    assert [each["action"] for each in told if each["seq"] > before] == ["self.read", "policy.explain"]

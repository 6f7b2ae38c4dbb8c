"""`/mcp`: the same keys, policies, quotas and hosts as everything else, with the official client over real HTTP."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import anyio
import httpx
import pytest
from mcp import Client

from laneshift.agents.mcp.tools import TOOLS
from laneshift.errors import Refused
from laneshift.server.limits.chosen import limits_for
from laneshift.server.mcp.asking import agent_named
from laneshift.server.mcp.openings import MOST, SECONDS, Openings
from laneshift.server.options import Options
from tests.agents.mcp.scene import AGENTS, MODES, Scene, client_over_http, code, listened, run, scene_at
from tests.once import once
from tests.server.serving import ADMIN, READER, Served, served, told
from tests.toy import copy_of, shop_at

HELLO = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "raw", "version": "1"}},
}
LIST = {"jsonrpc": "2.0", "id": 2, "method": "tools/list"}
ACCEPT = {"Accept": "application/json, text/event-stream"}


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    template = once(tmp_path_factory, "mcp", lambda folder: scene_at(folder / "repo"))
    return replace(template, path=copy_of(template.path, tmp_path_factory.mktemp("mcp-http") / "repo"))


@pytest.fixture(scope="module")
def server(scene: Scene) -> Iterator[Served]:
    with served(scene.path, Options(port=0, body=200_000), layers=limits_for(shop_at(scene.path)).layers) as found:
        found.key()
        yield found


def agent(server: Served, name: str, role: str = "agent", **more: Any) -> str:
    return server.key("agent", f"{name}@example.org", (role,), **more)


def asked(server: Served, key: str, tool: str, arguments: dict[str, Any], mode: str = "auto") -> Any:
    async def work() -> Any:
        async with client_over_http(server.url, key, mode) as client:
            return await client.call_tool(tool, arguments)

    return run(work)


def opened(server: Served, key: str) -> tuple[httpx.Client, str]:
    """A client of an older version, and the id of its session."""
    with server.client(key, **ACCEPT) as client:
        answer = client.post("/mcp", json=HELLO)
    assert answer.status_code == 200, answer.text
    return server.client(key, **ACCEPT), answer.headers["mcp-session-id"]


def test_nobody_comes_in_without_a_key(server: Served) -> None:
    for key, expected in (("", "access.no-credential"), ("lsk_000000000000_" + "0" * 32, "access.bad-credential")):
        with server.client(key, **ACCEPT) as client:
            answer = client.post("/mcp", json=LIST)
            assert answer.status_code == 401
            assert told(answer)[0] == expected


def test_two_agents_work_at_once_and_one_of_two_clients_has_the_pack(server: Served, scene: Scene) -> None:
    claude, codex = agent(server, "claude"), agent(server, "codex")
    pack = {"plan": "core", "pack": scene.packs["claude-code"]}
    codes: list[str] = []

    async def one(client: Client) -> None:
        codes.append(code(await client.call_tool("claim", pack)))

    async def work() -> None:
        async with (
            client_over_http(server.url, claude) as first,
            client_over_http(server.url, claude, "legacy") as second,
            client_over_http(server.url, codex) as other,
        ):
            async with anyio.create_task_group() as all_of_them:
                for client in (first, second, other):
                    all_of_them.start_soon(one, client)
            held = (await first.call_tool("status", {})).structured_content
            assert held["agent"] == "claude-code"
            (claim,) = held["claims"]
            seen = (await other.call_tool("status", {})).structured_content["claims"][0]
            assert (seen["claim"], seen["token"], seen["mine"]) == (claim["claim"], 0, False)
            shown = {"claim": claim["claim"], "token": claim["token"]}
            assert (await second.call_tool("release", shown)).structured_content["held"]

    run(work)
    assert sorted(codes) == ["", "claim.not-yours", "claim.taken"]


@pytest.mark.parametrize(
    ("who", "tool", "expected"),
    [
        (("person", READER, ("reader",)), "list_work", ""),
        (("person", READER, ("reader",)), "claim", "access.denied"),
        (("person", READER, ("reader",)), "dry_run", "access.denied"),
        (("person", ADMIN, ("admin",)), "claim", "agents.unknown"),
        (("agent", "stranger@example.org", ("agent",)), "list_work", ""),
        (("agent", "stranger@example.org", ("agent",)), "claim", "agents.unknown"),
        (("agent", "claude@example.org", ("suggest_only",)), "claim", "access.denied"),
        (("agent", "claude@example.org", ("suggest_only",)), "submit", "access.denied"),
        (("agent", "copilot@example.org", ("agent",)), "claim", "agents.not-allowed"),
        (("agent", "idle@example.org", ("agent",)), "submit", "agents.not-allowed"),
    ],
)
def test_policies_and_kinds_both_have_to_allow_it(
    server: Served, scene: Scene, who: tuple[str, str, tuple[str, ...]], tool: str, expected: str
) -> None:
    pack = {"plan": "core", "pack": scene.packs["claude-code"]}
    given = {"claim": pack, "submit": {**pack, "commit": "0" * 40}, "dry_run": {"plan": "core"}}.get(tool, {})
    result = asked(server, server.key(*who), tool, given)
    assert code(result) == expected
    assert str(scene.path) not in str(result)


def test_who_may_only_suggest_submits_as_that(server: Served, scene: Scene) -> None:
    base = shop_at(scene.path).repository.commit_id("HEAD")
    pack = {"plan": "core", "pack": scene.packs["claude-code"], "commit": base}
    result = asked(server, agent(server, "copilot", "suggest_only"), "submit", pack)
    assert not result.is_error
    told_of = result.structured_content
    assert not told_of["accepted"]
    assert [each["code"] for each in told_of["objections"]] == ["submit.nothing"]
    decided = {each.facts["action"] for each in server.parts.log.last(50) if "copilot" in str(each.facts["principal"])}
    assert "item.suggest" in decided
    assert not decided & {"item.submit", "item.commit"}


@pytest.mark.parametrize("mode", MODES)
def test_progress_comes_while_the_answer_is_made(server: Served, monkeypatch: pytest.MonkeyPatch, mode: str) -> None:
    told_of: list[float] = []
    first = threading.Event()
    monkeypatch.setitem(TOOLS, "dry_run", listened(TOOLS["dry_run"], "", first))

    async def heard(progress: float, _total: float | None, _message: str | None) -> None:
        told_of.append(progress)
        first.set()

    async def work() -> Any:
        async with client_over_http(server.url, agent(server, "codex"), mode) as client:
            return await client.call_tool("dry_run", {"plan": "core"}, progress_callback=heard)

    assert not run(work).is_error
    assert told_of
    assert told_of == sorted(set(told_of))


def test_no_answer_names_a_folder_of_the_machine(server: Served, scene: Scene) -> None:
    pack = {"plan": "core", "pack": scene.packs["claude-code"], "commit": "0" * 40}
    result = asked(server, agent(server, "claude"), "dry_run", pack)
    assert code(result) == "repo.no-such-revision"
    assert str(scene.path) not in str(result)
    assert "<repository>" in str(result)


def test_every_question_is_decided_and_on_record(server: Served) -> None:
    key = agent(server, "codex")
    asked(server, key, "status", {"plan": "core"})
    with server.client(server.key()) as client:
        found = client.get("/api/v1/decisions", params={"limit": 20}).json()["items"]
    mine = [(each["action"], each["resource"]) for each in found if each["principal"] == "agent:codex@example.org"]
    assert ("item.read", 'Batch::"core"') in mine
    assert ("self.read", 'Repository::"this"') in mine


def test_a_narrower_key_does_less(server: Served) -> None:
    key = agent(server, "claude", scopes=("item.read", "self.read"))
    assert code(asked(server, key, "list_work", {})) == ""
    assert code(asked(server, key, "dry_run", {"plan": "core"})) == "access.denied"


def test_pages_of_other_sites_and_other_names_are_refused(server: Served) -> None:
    key = agent(server, "claude")
    for headers, status, expected in (
        ({"Origin": "https://evil.example"}, 403, "access.foreign-origin"),
        ({"Origin": "null"}, 403, "access.foreign-origin"),
        ({"Host": "evil.example"}, 421, "http.wrong-host"),
    ):
        with server.client(key, **ACCEPT, **headers) as client:
            answer = client.post("/mcp", json=HELLO)
            assert (answer.status_code, told(answer)[0]) == (status, expected)
    with server.client(key, **ACCEPT, Origin=server.url) as client:
        assert client.post("/mcp", json=HELLO).status_code == 200


def test_a_session_belongs_to_the_key_that_opened_it(server: Served) -> None:
    client, session = opened(server, agent(server, "claude"))
    assert len(session) >= 32
    with client, server.client(agent(server, "claude"), **ACCEPT) as other:
        own = {"mcp-session-id": session}
        assert client.post("/mcp", json=LIST, headers=own).status_code == 200
        assert other.post("/mcp", json=LIST, headers=own).status_code == 404
        assert other.delete("/mcp", headers=own).status_code == 404
        assert client.delete("/mcp", headers=own).status_code == 200
        assert client.post("/mcp", json=LIST, headers=own).status_code == 404


def test_a_revoked_key_ends_what_its_session_may_do(server: Served) -> None:
    key = agent(server, "claude")
    client, session = opened(server, key)
    with client:
        found = next(
            each for each in server.parts.keys.store.all() if key.split("_")[1] == each.id.removeprefix("lsk_")
        )
        server.parts.keys.revoke(found.id, "a test")
        assert client.post("/mcp", json=LIST, headers={"mcp-session-id": session}).status_code == 401


def test_sizes_methods_and_quotas_are_those_of_the_server(server: Served) -> None:
    with server.client(agent(server, "claude"), **ACCEPT) as client:
        assert client.get("/mcp").status_code == 405
        large = client.post("/mcp", json={**LIST, "params": {"cursor": "x" * 300_000}})
        assert (large.status_code, told(large)[0]) == (413, "http.too-large")
        answer = client.post("/mcp", json=HELLO)
        assert int(answer.headers["X-RateLimit-Remaining"]) < int(answer.headers["X-RateLimit-Limit"])
        assert client.post("/mcp", content=b"{", headers={"Content-Type": "application/json"}).status_code == 400


def test_a_server_without_the_sdk_says_so(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    for name in [name for name in sys.modules if name.startswith("laneshift.agents.mcp")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "mcp_types", None)
    with served(scene.path) as found, found.client(found.key(), **ACCEPT) as client:
        answer = client.post("/mcp", json=HELLO)
        assert (answer.status_code, told(answer)[0]) == (404, "mcp.not-installed")
        assert client.get("/healthz").status_code == 200


def test_one_credential_does_not_take_all_sessions() -> None:
    now = [0.0]
    openings = Openings(lambda: now[0])
    for _ in range(MOST):
        openings.count("key:one")
    with pytest.raises(Refused, match="opened"):
        openings.count("key:one")
    openings.count("key:other")
    now[0] = SECONDS
    openings.count("key:one")


def test_an_agent_is_known_by_its_address_and_its_owner(scene: Scene) -> None:
    from laneshift.server.auth.principal import Principal

    shop = shop_at(scene.path)
    settings = shop.settings(shop.repository.tree("HEAD"))
    assert "claude@example.org" in AGENTS
    for kind, name, owner, expected in (
        ("agent", "Claude@Example.org", ADMIN, "claude-code"),
        ("agent", "claude@example.org", "other@example.org", ""),
        ("person", "claude@example.org", "", ""),
        ("agent", "nobody@example.org", ADMIN, ""),
    ):
        assert agent_named(settings, Principal(kind, name, ("agent",), "key:1", (), owner)) == expected

"""Hostile and mistaken input: told with our code and a cure, never with a trace, and no session ends by it."""

from __future__ import annotations

from typing import Any

import pytest
from mcp import Client

from laneshift.agents.desk.desk import Desk, Offices
from laneshift.agents.desk.local import local_desk, rights
from laneshift.agents.mcp.server import served
from laneshift.wiring import offices
from tests.agents.mcp.scene import MODES, Scene, client_here, code, run
from tests.toy import shop_at

HUGE = "x" * 300_000
DEEP: Any = []
for _ in range(100):
    DEEP = [DEEP]

HOSTILE: list[tuple[str, dict[str, Any], str]] = [
    ("status", {"plan": "../../../etc/passwd"}, "mcp.bad-arguments"),
    ("status", {"plan": "nul\0here"}, "mcp.bad-arguments"),
    ("status", {"plan": "plans.json"}, "plan.not-found"),
    ("status", {"plan": ".newest"}, "plan.not-found"),
    ("status", {"plan": "nobody-planned-this"}, "plan.not-found"),
    ("status", {"plan": HUGE}, "mcp.bad-arguments"),
    ("status", {"plan": 7, "more": True}, "mcp.bad-arguments"),
    ("status", {"plan": None}, "mcp.bad-arguments"),
    ("list_work", {"limit": 10**30}, "mcp.bad-arguments"),
    ("list_work", {"limit": "5"}, "mcp.bad-arguments"),
    ("list_work", {"after": -1}, "mcp.bad-arguments"),
    ("explain_failure", {"plan": "core"}, "mcp.bad-arguments"),
    ("explain_failure", {"plan": "core", "item": "../x"}, "plan.no-such-item"),
    ("explain_failure", {"plan": "core", "item": "\u202e"}, "plan.no-such-item"),
    ("explain_failure", {"plan": "core", "item": "\ud800"}, "mcp.bad-arguments"),
    ("get_pack", {"plan": "core", "pack": "../../secret"}, "mcp.bad-arguments"),
    ("get_pack", {"plan": "core", "pack": "none"}, "packs.no-such-pack"),
    ("claim", {"plan": "core", "pack": "none"}, "packs.no-such-pack"),
    ("claim", {"plan": "core", "pack": "x", "seconds": 10**9}, "mcp.bad-arguments"),
    ("release", {"claim": "c1", "token": 1}, "claim.lost"),
    ("release", {"claim": "c1", "token": True}, "mcp.bad-arguments"),
    ("dry_run", {}, "desk.one-way"),
    ("dry_run", {"plan": "core", "question": "what if?"}, "desk.one-way"),
    ("dry_run", {"plan": "core", "commit": "0" * 40}, "desk.one-way"),
    ("dry_run", {"plan": "core", "pack": "p", "commit": "HEAD"}, "mcp.bad-arguments"),
    ("dry_run", {"plan": "core", "pack": "p", "commit": "--help"}, "mcp.bad-arguments"),
    ("dry_run", {"items": [{"module": "m", "src": "../x.py", "dst": "/etc/x.py"}]}, "dream.refused"),
    ("dry_run", {"items": [{"module": DEEP}]}, "mcp.bad-arguments"),
    ("dry_run", {"items": [{}] * 301}, "mcp.bad-arguments"),
    ("dry_run", {"question": "what if ../../etc moved to core?"}, "dream.unclear"),
]


@pytest.mark.parametrize("mode", MODES)
def test_hostile_input_is_refused_and_the_session_goes_on(scene: Scene, mode: str) -> None:
    async def work() -> None:
        async with client_here(scene.path, mode=mode) as client:
            for name, arguments, expected in HOSTILE:
                result = await client.call_tool(name, arguments)
                assert code(result) == expected, (name, str(arguments)[:100], result.structured_content)
                text = result.content[0].text
                assert "Traceback" not in text
                assert len(text) <= 2000
                assert str(scene.path) not in str(result.structured_content)
            assert not (await client.call_tool("status", {})).is_error

    run(work)


def test_every_fault_of_the_arguments_is_told_and_none_of_their_values(scene: Scene) -> None:
    async def work() -> None:
        async with client_here(scene.path) as client:
            given = {"limit": "hunter2", "after": "hunter2", "other": "hunter2"}
            result = await client.call_tool("list_work", given)
            error = result.structured_content["error"]
            assert {fault["where"] for fault in error["faults"]} == {"limit", "after", "other"}
            assert error["cure"]
            assert "hunter2" not in str(result)

    run(work)


@pytest.mark.parametrize("mode", MODES)
def test_a_bug_of_ours_is_told_by_its_kind_alone(scene: Scene, mode: str) -> None:
    shop = shop_at(scene.path)

    def broken() -> Any:
        raise RuntimeError("the secret of the machine")

    desk = local_desk(shop, Offices(broken, broken), "claude-code")

    async def work() -> None:
        async with Client(served(lambda _: desk), mode=mode) as client:
            result = await client.call_tool("list_work", {})
            assert code(result) == "laneshift.bug"
            assert "RuntimeError" in result.content[0].text
            assert "secret" not in str(result)
            assert not (await client.call_tool("explain_failure", {"plan": "core", "item": "labs.plugin"})).is_error

    run(work)


@pytest.mark.parametrize(
    ("agent", "tool", "expected"),
    [("copilot", "claim", "agents.not-allowed"), ("copilot", "status", ""), ("gone", "status", "agents.unknown")],
)
def test_an_agent_does_what_its_kind_may_do(scene: Scene, agent: str, tool: str, expected: str) -> None:
    pack = {"plan": "core", "pack": scene.packs["claude-code"]}
    shop = shop_at(scene.path)
    # One of them was in the settings when it began, and is not any more.
    desk = Desk(shop, offices(shop), agent, rights(shop, agent))

    async def work() -> None:
        async with Client(served(lambda _: desk)) as client:
            assert code(await client.call_tool(tool, pack if tool == "claim" else {})) == expected

    run(work)

"""Every tool over the official client: what it is said to take and give, it takes and gives."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest
from mcp import Client
from mcp.shared.exceptions import MCPError

from laneshift.agents.mcp.tools import TOOLS
from tests.agents.mcp.scene import MODES, Scene, client_here, code, run

MOVE = {"module": "labs.stays", "src": "labs/stays.py", "dst": "core/stays.py"}


def calls(scene: Scene) -> dict[str, list[dict[str, Any]]]:
    """Arguments that each tool of a kind that changes nothing answers."""
    pack = {"plan": scene.plan, "pack": scene.packs["claude-code"]}
    return {
        "list_work": [{}, {"plan": "core"}, {"limit": 1}, {"limit": 1, "after": 2}],
        "status": [{}, {"plan": scene.plan}],
        "explain_failure": [{"plan": "core", "item": "labs.plugin"}, {"plan": "core", "item": "labs.shapes"}],
        "get_pack": [pack],
        "dry_run": [{"plan": "core"}, {"items": [MOVE]}, {"question": "what if labs.stays moved to core?"}],
    }


@pytest.mark.parametrize("mode", MODES)
def test_each_answer_is_as_its_schema_says(scene: Scene, mode: str) -> None:
    async def work() -> None:
        async with client_here(scene.path, mode=mode) as client:
            described = {tool.name: tool for tool in (await client.list_tools()).tools}
            assert set(described) == set(TOOLS)
            for name, tool in described.items():
                assert tool.output_schema is not None
                for schema in (tool.input_schema, tool.output_schema):
                    jsonschema.Draft202012Validator.check_schema(schema)
                for arguments in calls(scene).get(name, []):
                    jsonschema.validate(arguments, tool.input_schema)
                    result = await client.call_tool(name, arguments)
                    assert not result.is_error, result.content
                    jsonschema.validate(result.structured_content, tool.output_schema)
                    assert result.content[0].text
                    assert "next: " in result.content[0].text or name == "get_pack"

    run(work)


def test_tools_say_what_they_do_to_the_repository() -> None:
    changing = {name for name, tool in TOOLS.items() if not tool.read_only}
    assert changing <= {"claim", "release", "submit"}
    assert not any(tool.destructive for tool in TOOLS.values())


def test_work_is_told_page_by_page(scene: Scene) -> None:
    async def work() -> None:
        async with client_here(scene.path) as client:
            seen, after = [], 0
            while True:
                told = (await client.call_tool("list_work", {"limit": 2, "after": after})).structured_content
                seen += [item["item"] for item in told["items"]]
                after = told["more"]
                if not after:
                    break
            assert seen == ["labs.shapes", "labs.report", "labs.plugin"]
            states = {item["item"]: item["state"] for item in told["items"]}
            assert states == {"labs.plugin": "quarantined"}
            assert {pack["pack"] for pack in told["packs"]} >= set(scene.packs.values())

    run(work)


def test_a_failure_is_explained_with_its_place_and_its_log(scene: Scene) -> None:
    async def work() -> None:
        async with client_here(scene.path) as client:
            told = (
                await client.call_tool("explain_failure", {"plan": "core", "item": "labs.plugin"})
            ).structured_content
            assert told["state"] == "quarantined"
            assert told["step"] == "test"
            assert told["failing"] == ["tests/test_plugin.py::test_plugin_is_found_by_a_computed_name"]
            assert (told["path"], told["line"]) == ("tests/test_plugin.py", 5)
            assert "No module named" in told["log"]
            assert told["level"] in ("low", "medium", "high")
            assert [step["status"] for step in told["steps"]][-1] == "failed"

    run(work)


def test_a_pack_is_a_resource_and_a_prompt(scene: Scene) -> None:
    async def work() -> None:
        async with client_here(scene.path) as client:
            pack = scene.packs["codex"]
            found = {resource.name: resource for resource in (await client.list_resources()).resources}
            assert found[pack].uri == f"laneshift://packs/{scene.plan}/{pack}"
            read = (await client.read_resource(found[pack].uri)).contents[0]
            assert read.mime_type == "text/markdown"
            brief = (await client.call_tool("get_pack", {"plan": scene.plan, "pack": pack})).structured_content
            assert read.text == brief["markdown"]
            prompt = await client.get_prompt("work_on_pack", {"plan": scene.plan, "pack": pack})
            assert read.text in prompt.messages[0].content.text

    run(work)


def test_a_claim_is_held_for_longer_and_let_go_by_its_holder_alone(own: Scene) -> None:
    async def work() -> None:
        pack = {"plan": "core", "pack": own.packs["claude-code"]}
        async with client_here(own.path) as ours, client_here(own.path, "codex") as theirs:
            first = (await ours.call_tool("claim", {**pack, "seconds": 60})).structured_content
            held = {"claim": first["claim"], "token": first["token"]}
            again = (await ours.call_tool("claim", {**pack, **held, "seconds": 600})).structured_content
            assert (again["claim"], again["token"]) == (first["claim"], first["token"])
            assert again["until"] > first["until"]
            assert code(await ours.call_tool("claim", pack)) == "claim.taken"
            assert code(await theirs.call_tool("claim", pack)) == "claim.not-yours"
            assert code(await theirs.call_tool("claim", {**pack, **held})) == "claim.lost"
            seen = (await theirs.call_tool("status", {})).structured_content["claims"][0]
            assert (seen["agent"], seen["token"], seen["mine"]) == ("claude-code", 0, False)
            assert code(await theirs.call_tool("release", held)) == "claim.lost"
            assert (await ours.call_tool("release", held)).structured_content["held"]
            assert not (await theirs.call_tool("status", {})).structured_content["claims"]

    run(work)


async def protocol_error(client: Client, name: str) -> MCPError:
    with pytest.raises(MCPError) as raised:
        await client.call_tool(name, {})
    return raised.value


@pytest.mark.parametrize("mode", MODES)
def test_a_tool_that_is_not_there_is_an_error_of_the_protocol(scene: Scene, mode: str) -> None:
    async def work() -> None:
        async with client_here(scene.path, mode=mode) as client:
            assert (await protocol_error(client, "rm_rf")).code == -32602
            with pytest.raises(MCPError, match="no such resource"):
                await client.read_resource("file:///etc/passwd")
            with pytest.raises(MCPError, match="no such prompt"):
                await client.get_prompt("other", {})

    run(work)

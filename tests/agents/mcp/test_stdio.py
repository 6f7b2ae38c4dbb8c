"""The server on standard input and output: a real process, and its wire as bytes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import closing
from typing import Any

import anyio
import pytest
from mcp import Client

from laneshift.agents.desk.local import local_desk
from laneshift.agents.mcp.server import served
from laneshift.agents.mcp.stdio import LARGEST, _Lines, serve
from laneshift.agents.mcp.wire import Wire
from laneshift.errors import Refused
from laneshift.wiring import offices
from tests.agents.mcp.noisy import NOISE
from tests.agents.mcp.scene import Scene, code, process, run
from tests.cli.one_process import here
from tests.toy import laneshift, shop_at, with_tests

HELLO = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "raw", "version": "1"}},
}


def spoken(
    scene: Scene, lines: Sequence[bytes], awaited: int, last: bytes = b""
) -> tuple[list[Any], list[BaseException]]:
    """What a server answers to these lines, and what it raised. `last` and the end of lines come after the answers
    `awaited`: a client that goes does not wait for what it asked."""
    shop = shop_at(scene.path)
    desk = local_desk(shop, offices(shop), "claude-code")
    theirs, ours = os.pipe(), os.pipe()
    raised: list[BaseException] = []
    answers: list[Any] = []
    heard = threading.Event()

    def serving() -> None:
        try:
            serve(served(lambda _: desk), Wire(theirs[0], ours[1]))
        except BaseException as error:  # noqa: BLE001 - looked at by the test
            raised.append(error)
        finally:
            os.close(ours[1])

    def writing() -> None:
        with os.fdopen(theirs[1], "wb") as stream:
            for line in lines:
                stream.write(line + b"\n")
            stream.flush()
            heard.wait()
            stream.write(last)

    threads = [threading.Thread(target=work) for work in (serving, writing)]
    for thread in threads:
        thread.start()
    with os.fdopen(ours[0], "rb") as stream:
        for line in stream:
            answers.append(json.loads(line))
            if len(answers) == awaited:
                heard.set()
    heard.set()
    for thread in threads:
        thread.join()
    os.close(theirs[0])
    return answers, raised


def test_two_processes_of_one_agent_claim_a_pack_and_one_has_it(own: Scene) -> None:
    pack = {"plan": "core", "pack": own.packs["claude-code"]}
    codes: list[str] = []

    async def one(client: Client) -> None:
        codes.append(code(await client.call_tool("claim", pack)))

    async def work() -> None:
        async with Client(process(own.path)) as left, Client(process(own.path), mode="legacy") as right:
            async with anyio.create_task_group() as both:
                both.start_soon(one, left)
                both.start_soon(one, right)
            told = (await right.call_tool("status", {})).structured_content
            assert [claim["pack"] for claim in told["claims"]] == [pack["pack"]]

    run(work)
    assert sorted(codes) == ["", "claim.taken"]


def test_what_is_printed_never_gets_between_the_messages(scene: Scene) -> None:
    words = [sys.executable, "-m", "tests.agents.mcp.noisy", str(scene.path)]
    asked = {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {"name": "status", "arguments": {}}}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(words, env=with_tests(), **pipes) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for message in (HELLO, asked):
            process.stdin.write(json.dumps(message).encode() + b"\n")
        process.stdin.flush()
        answers = [json.loads(process.stdout.readline()) for _ in range(2)]
        rest, told = process.communicate()
    assert [answer["id"] for answer in answers] == [1, 2]
    assert not answers[1]["result"].get("isError")
    assert rest == b""
    # At the start, while it answered, and at the end; in three ways.
    assert told.count(NOISE.encode()) == 9


@pytest.mark.parametrize(
    ("agent", "expected"), [("nobody", "agents.unknown"), ("", "desk.nobody"), ("idle", "agents.not-allowed")]
)
def test_nobody_acts_as_an_agent_that_is_none(scene: Scene, agent: str, expected: str) -> None:
    shop = shop_at(scene.path)
    with pytest.raises(Refused) as raised:
        local_desk(shop, offices(shop), agent)
    assert raised.value.code == expected


def test_a_server_that_cannot_be_says_so_and_never_on_the_wire(scene: Scene) -> None:
    done = laneshift(scene.path, "mcp", "--agent", "nobody", "--json")
    assert (done.code, done.out) == (2, "")
    assert "agents.unknown" in done.err


def test_what_is_no_message_ends_nothing(scene: Scene) -> None:
    listing = {"jsonrpc": "2.0", "id": 2, "method": "tools/list"}
    bad = [b"{", b"[]", b"\xff\xfe", b'{"jsonrpc": "2.0", "id": {}, "method": 3}', b"[" * 5000]
    answers, raised = spoken(scene, [*bad, json.dumps(HELLO).encode(), *bad, json.dumps(listing).encode()], awaited=2)
    assert raised == []
    assert {answer["id"] for answer in answers} == {1, 2}
    assert answers[-1]["result"]["tools"]


def test_a_message_without_end_ends_the_server(scene: Scene) -> None:
    answers, raised = spoken(scene, [json.dumps(HELLO).encode()], awaited=1, last=b"x" * (LARGEST + 10) + b"\n")
    assert [answer["id"] for answer in answers] == [1]
    assert [getattr(error, "code", error) for error in raised] == ["mcp.too-large"]
    assert isinstance(raised[0], Refused)


def test_whoever_waits_for_a_line_can_be_ended() -> None:
    read, write = os.pipe()
    found: list[str] = []
    with closing(_Lines(read)) as lines:
        os.write(write, b"one\ntwo\nthr")
        waiting = threading.Thread(target=lambda: found.extend(iter(lines.readline, "")))
        waiting.start()
        while len(found) < 2:
            waiting.join(0.01)
        lines.stop()
        waiting.join(240)
        assert not waiting.is_alive()
    assert found[:2] == ["one\n", "two\n"]
    for each in (read, write):
        os.close(each)


@pytest.mark.parametrize("client", ["claude-code", "codex", "copilot", "gemini"])
def test_settings_of_known_clients_start_the_server(scene: Scene, client: str) -> None:
    told = here(["mcp", "--print-config", client, "-C", str(scene.path), "--json"])
    assert told.code == 0
    text = told.data["text"]
    assert all(word in text for word in ("laneshift", "mcp", "--agent", client, str(scene.path)))
    assert here(["mcp", "--print-config", "other", "-C", str(scene.path)]).code != 0

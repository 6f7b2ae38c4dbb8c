"""A repository with agents, a plan of which an item is quarantined, and packs; and clients of its servers."""

from __future__ import annotations

import sys
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import anyio
import httpx2
from mcp import Client, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client

from laneshift.agents.desk.desk import Desk
from laneshift.agents.desk.local import local_desk
from laneshift.agents.desk.working import Working
from laneshift.agents.mcp.server import served
from laneshift.agents.mcp.tools import Tool
from laneshift.agents.packs.making import made
from laneshift.agents.registry import registered
from laneshift.runs import working
from laneshift.wiring import offices
from tests.monorepo import BATCH, BREAKS
from tests.toy import QUICK, environment, planned, shop_at, toy

AGENTS = """
[agents.claude-code]
email = "claude@example.org"
owner = "admin@example.org"

[agents.codex]
email = "codex@example.org"
owner = "admin@example.org"
kind = "surgical"

[agents.copilot]
email = "copilot@example.org"
owner = "admin@example.org"

[agents.idle]
email = "idle@example.org"
owner = "admin@example.org"
"""
MODES = ("legacy", "auto")
"""Both ways to speak: with the handshake of older versions, and without."""


@dataclass(frozen=True)
class Scene:
    """`packs` are the ids of the packs by the agent that they were made for."""

    path: Path
    plan: str
    packs: Mapping[str, str]


def scene_at(path: Path) -> Scene:
    """The scene, made anew."""
    toy(path, {"laneshift.toml": QUICK + AGENTS})
    plan = planned(path, BATCH + BREAKS, "core.tsv")
    shop = shop_at(path)
    working.run(shop, plan, 1, only=("labs.plugin",))
    found = registered(shop.settings(shop.repository.tree("HEAD")))
    packs = made(shop, plan, [found["claude-code"], found["codex"]])
    return Scene(path, plan.id, {pack.agent: pack.id for pack in reversed(packs)})


def client_here(path: Path, agent: str = "claude-code", mode: str = "auto") -> Client:
    """A client of a server in this very process."""
    shop = shop_at(path)
    desk = local_desk(shop, offices(shop), agent)
    return Client(served(lambda _: desk), mode=mode)


def process(path: Path, agent: str = "claude-code") -> StdioServerParameters:
    """The real command on standard input and output."""
    words = ["-m", "laneshift", "mcp", "--agent", agent, "-C", str(path)]
    return StdioServerParameters(command=sys.executable, args=words, env=environment())


@asynccontextmanager
async def client_over_http(url: str, key: str = "", mode: str = "auto") -> AsyncIterator[Client]:
    """A client of a server at `url`, with an access key or without."""
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    async with (
        httpx2.AsyncClient(headers=headers, timeout=240) as http,
        Client(streamable_http_client(f"{url}/mcp", http_client=http), mode=mode) as client,
    ):
        yield client


def listened(tool: Tool, line: str, heard: threading.Event) -> Tool:
    """The tool, whose work waits at lines with `line` until one is heard: those that come too fast are passed over."""

    def ask(desk: Desk, asked: Any, working: Working) -> Any:
        def tell(text: str) -> None:
            working.tell(text)
            assert line not in text or heard.wait(240)

        return tool.ask(desk, asked, replace(working, tell=tell))

    return replace(tool, ask=ask)


def run(work: Callable[[], Awaitable[Any]]) -> Any:
    """What the work comes to, in an event loop of its own."""
    return anyio.run(work)


def code(result: Any) -> str:
    """The code of the error that a tool answered with, "" for none."""
    return str(result.structured_content["error"]["code"]) if result.is_error else ""

"""Progress is told, and what is cancelled really stops: its commands end, and it changes nothing from then on."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import Client

from laneshift.agents.desk.desk import Desk
from laneshift.agents.desk.working import Working
from laneshift.agents.mcp.tools import TOOLS
from laneshift.gates.sandbox import Limits
from laneshift.repo.doors import Shut
from laneshift.repo.objects import Repository
from laneshift.repo.refs import RefUpdate, read, swap
from tests.agents.mcp.scene import MODES, Scene, client_here, client_over_http, listened, run
from tests.server.serving import served

Open = Callable[[], AbstractAsyncContextManager[Client]]
REF = "refs/heads/late"


class Seen:
    """A heavy tool that does `work` instead of its own, and what became of that."""

    def __init__(self, work: Callable[[Desk, Working], Any]) -> None:
        self._work = work
        self.began, self.ended = threading.Event(), threading.Event()
        self.how: BaseException | None = None

    def ask(self, desk: Desk, asked: Any, working: Working) -> Any:
        """As a tool is asked."""
        self.began.set()
        try:
            return self._work(desk, working)
        except BaseException as error:
            self.how = error
            raise
        finally:
            self.ended.set()


@contextmanager
def opened(scene: Scene, mode: str, way: str) -> Iterator[Open]:
    """How clients get to a server of this process."""
    if way == "here":
        yield partial(client_here, scene.path, mode=mode)
        return
    with served(scene.path) as found:
        key = found.key("agent", "claude@example.org", ("agent",))
        yield partial(client_over_http, found.url, key, mode)


async def cancelled(open_client: Open, seen: Seen) -> None:
    """Ask, and go away as soon as the work has begun; the session goes on, and what was asked is over."""
    async with open_client() as client:
        async with anyio.create_task_group() as asking:
            asking.start_soon(client.call_tool, "dry_run", {"plan": "core"})
            assert await anyio.to_thread.run_sync(seen.began.wait, 240)
            asking.cancel_scope.cancel()
        assert await anyio.to_thread.run_sync(seen.ended.wait, 240)
        assert not (await client.call_tool("status", {})).is_error


def sleeping(mark: str, desk: Desk, working: Working) -> Any:
    """A command of the project that takes long."""
    tree = desk.shop.repository.tree("HEAD")
    sandbox = desk.shop.sandbox(desk.shop.settings(tree))
    return sandbox.run(tree.oid, ["python", "-c", f"import time; time.sleep(300) # {mark}"], Limits(300))


def changing(desk: Desk, working: Working) -> None:
    """Work that never asks whether it should stop, and comes to its effect too late."""
    while not working.stopped():
        threading.Event().wait(0.01)
    repository = desk.shop.repository
    swap(repository, [RefUpdate(REF, None, repository.commit_id("HEAD"))], reason="too late")


def running(mark: str) -> bool:
    """Whether a process of this machine has `mark` among its words."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if mark.encode() in (folder / "cmdline").read_bytes():
                return True
        except OSError:
            continue
    return False


@pytest.mark.parametrize("way", ["here", "http"])
@pytest.mark.parametrize("mode", MODES)
def test_a_command_ends_when_its_client_cancels(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, mode: str, way: str
) -> None:
    mark = f"cancelled-{mode}-{way}-{os.getpid()}"
    seen = Seen(partial(sleeping, mark))
    monkeypatch.setitem(TOOLS, "dry_run", replace(TOOLS["dry_run"], ask=seen.ask))
    with opened(scene, mode, way) as open_client:
        run(partial(cancelled, open_client, seen))
    assert isinstance(seen.how, Shut)
    assert not running(mark)


def test_what_comes_too_late_changes_nothing(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = Seen(changing)
    monkeypatch.setitem(TOOLS, "dry_run", replace(TOOLS["dry_run"], ask=seen.ask))
    with opened(scene, "legacy", "here") as open_client:
        run(partial(cancelled, open_client, seen))
    assert isinstance(seen.how, Shut)
    assert read(Repository.open(scene.path), REF) is None


@pytest.mark.parametrize("mode", MODES)
def test_long_work_tells_how_far_it_is(scene: Scene, monkeypatch: pytest.MonkeyPatch, mode: str) -> None:
    reached = threading.Event()
    monkeypatch.setitem(TOOLS, "dry_run", listened(TOOLS["dry_run"], "expansion", reached))

    async def work() -> None:
        told: list[tuple[float, str]] = []

        async def heard(progress: float, total: float | None, message: str | None) -> None:
            told.append((progress, message or ""))
            if "expansion" in told[-1][1]:
                reached.set()

        async with client_here(scene.path, mode=mode) as client:
            result = await client.call_tool("dry_run", {"plan": "core"}, progress_callback=heard)
        assert not result.is_error
        numbers = [number for number, _ in told]
        assert numbers == sorted(set(numbers))
        assert reached.is_set()

    run(work)

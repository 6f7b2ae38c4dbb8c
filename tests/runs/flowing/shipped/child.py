"""A process that performs one flow, and kills itself at the points that it was told. Loaded once, then forked."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import laneshift.runs.engine.sqlite_engine
import laneshift.runs.working  # noqa: F401 - as above
from laneshift.cli.acting import site_of
from laneshift.runs.flowing.effects import Outcome, Work
from laneshift.runs.flowing.kinds.table import Table
from laneshift.runs.flowing.library import Library
from laneshift.runs.flowing.records import signal as tell
from laneshift.runs.flowing.records import start
from laneshift.runs.flowing.serving import serve_flows
from tests.toy import shop_at

WHO = "person:ada@example.org"
_CHANGES = frozenset({"os.rename", "os.remove", "os.mkdir", "os.link", "subprocess.Popen", "socket.connect"})
_POLLS = 4


@dataclass(frozen=True)
class Job:
    """A flow to perform in the repository at `path`. `points` are `step/purpose/moment`, each killing at most once;
    which did is written to `fuse`, and how often each step changed something to `counts`."""

    path: Path
    flow: str
    inputs: Mapping[str, Any]
    points: Sequence[str]
    fuse: Path
    counts: Path
    environ: Mapping[str, str]
    says: tuple[str, Any] | None = ("approve", True)


def perform(job: Job) -> None:
    """Start the flow or go on with it, until it has ended."""
    os.environ.update(job.environ)
    shop = shop_at(job.path)
    effects = Killing(job, Table(replace(site_of(shop), environ=dict(os.environ))))
    flows = Library(shop.repository, effects.inner).with_parts(Library(shop.repository, effects.inner).get(job.flow))
    run = start(shop, flows, job.flow, job.inputs, WHO, key="the one run")
    if job.says is not None and not run.over:
        tell(shop, run.id, *job.says, WHO, id_="said")
    serve_flows(shop, effects, 2, threading.Event(), until=lambda runs: run.id in runs and runs[run.id].over)
    # What a thread of the engine still does is nothing that this process waits for.
    sys.stdout.flush()
    os._exit(0)


@dataclass
class _Here:
    """The step that a thread works for, and how often it has changed something. Threads that it begins share it."""

    place: str
    count: int = 0
    killing: bool = False


_here: ContextVar[_Here | None] = ContextVar("here", default=None)


class Killing:
    """The real effects, ended by SIGKILL before a step, in the midst of what it changes, or after it."""

    def __init__(self, job: Job, inner: Table) -> None:
        self._job = job
        site = inner._site
        self.inner = Table(replace(site, own=self._own(site.own)))
        sys.addaudithook(self._heard)

    def perform(self, work: Work) -> Outcome:
        """As the port says, if it lives."""
        step, purpose = work.key.partition("@")[0].split("/")[-2:]
        place = f"{step}/{purpose}"
        self._kill(f"{place}/before")
        here = _Here(place)
        token = _here.set(here)
        try:
            outcome = self.inner.perform(work)
        finally:
            _here.reset(token)
        self._count(place, here.count)
        self._kill(f"{place}/after")
        return outcome

    def faults(self, kind: str, settings: Mapping[str, Any], open_: Callable[[Any], bool]) -> list[tuple[str, str]]:
        """As the port says."""
        return self.inner.faults(kind, settings, open_)

    def _heard(self, event: str, arguments: tuple[Any, ...]) -> None:
        here = _here.get()
        writes = event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wxa+")
        if here is None or here.killing or not (event in _CHANGES or writes):
            return
        here.count += 1
        for point in self._job.points:
            name, _, number = point.partition("/in:")
            if name == here.place and number == str(here.count):
                here.killing = True
                self._kill(point)

    def _own(self, run: Callable[..., int]) -> Callable[..., int]:
        def polled(words: Sequence[str], told: Callable[[], bool]) -> int:
            here, polls = _here.get(), 0
            place = None if here is None else here.place
            self._count(f"{place}+child", 1)

            def asked() -> bool:
                nonlocal polls
                polls += 1
                if polls == _POLLS:
                    self._kill(f"{place}/in:child")
                return told()

            return run(words, asked)

        return polled

    def _count(self, place: str, count: int) -> None:
        with self._job.counts.open("a") as file:
            file.write(f"{place} {count}\n")

    def _kill(self, point: str) -> None:
        if point not in self._job.points:
            return
        burnt = self._job.fuse.read_text().splitlines() if self._job.fuse.exists() else []
        if point in burnt:
            return
        with self._job.fuse.open("a") as file:
            file.write(f"{point}\n")
            file.flush()
            os.fsync(file.fileno())
        os.kill(os.getpid(), signal.SIGKILL)

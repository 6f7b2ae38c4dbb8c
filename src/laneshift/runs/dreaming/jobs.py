"""Dreams of a server: asked for, dreamt one after the other in a thread of their own, kept when they ended.

What ended is a file each, so that another process can tell of it. What had not ended when its server did is told as
failed; it can be asked for again, and comes out the same.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from threading import Event, Lock
from typing import Any, Literal, get_args

from laneshift.errors import Bug, LaneshiftError, Refused, of_machine
from laneshift.evidence.atomic import write_whole
from laneshift.runs.dreaming.asking import Asked
from laneshift.runs.dreaming.dreaming import MOST_SECONDS, dream
from laneshift.runs.dreaming.model import End
from laneshift.runs.dreaming.scene import Wish, check, wish_of
from laneshift.runs.workshop import Workshop

Status = Literal["queued", "in_progress", "completed", "failed", "cancelled"]
ENDED: frozenset[Status] = frozenset({"completed", "failed", "cancelled"})
MOST_WAITING = 16
MOST_KEPT = 200
_ID = re.compile(r"dream_[0-9a-f]{24}\Z")


@dataclass(frozen=True)
class Job:
    """One dream that was asked for. Times are unix seconds; `expansions` is how far it is.

    `result` is the dream's document, `error` why there is none.
    """

    id: str
    by: str
    asked: Mapping[str, Any]
    status: Status
    created: int
    ended: int | None = None
    expansions: int = 0
    result: Mapping[str, Any] | None = None
    error: Mapping[str, Any] | None = None


@dataclass
class _Running:
    """A job that has not ended, and the flag that ends it."""

    job: Job
    wish: Wish
    asked: Asked
    stop: Event = field(default_factory=Event)


class Dreams:
    """The dreams of one repository. Safe to use from threads."""

    def __init__(self, shop: Workshop, seconds: float = MOST_SECONDS) -> None:
        self._shop = shop
        self._seconds = seconds
        self._folder = shop.repository.state_dir / "dreams"
        self._open: dict[str, _Running] = {}
        self._lock = Lock()
        self._workers = ThreadPoolExecutor(1, "laneshift-dream")

    def start(self, asked: Asked, plain: Mapping[str, Any], rev: str, by: str) -> Job:
        """Have a dream begun, on the commit that `rev` names; `plain` is what was asked, to be told again.

        Raises `Refused`: as `check` does where the scenario is wrong, and `dream.busy` while too many wait.
        """
        wish = wish_of(self._shop.repository, asked, rev)
        check(self._shop, wish)
        job = Job(f"dream_{secrets.token_hex(12)}", by, plain, "queued", self._shop.clock())
        running = _Running(job, wish, asked)
        with self._lock:
            if len(self._open) >= MOST_WAITING:
                what = f"{MOST_WAITING} dreams wait already"
                raise Refused("dream.busy", what, cure="wait for one to end, or cancel one")
            self._open[job.id] = running
        self._keep(job)
        self._workers.submit(self._work, running)
        return job

    def get(self, name: str) -> Job:
        """The job as it is now. Raises `Refused` (`dream.no-such-dream`)."""
        with self._lock:
            running = self._open.get(name)
            if running is not None:
                return running.job
        kept = self._kept(name)
        if kept is None:
            raise Refused("dream.no-such-dream", "there is no such dream", where=name[:100])
        return kept

    def all(self) -> list[Job]:
        """Every job that is known, the newest first."""
        names = {path.stem for path in self._files()} | set(self._open)
        found = [job for name in names if (job := self._found(name)) is not None]
        return sorted(found, key=lambda job: (job.created, job.id), reverse=True)

    def cancel(self, name: str) -> Job:
        """Have a dream end before its next expansion. Raises `Refused`: `dream.no-such-dream`, `dream.ended`."""
        with self._lock:
            running = self._open.get(name)
            if running is not None:
                running.stop.set()
                if running.job.status == "queued":
                    running.job = replace(running.job, status="cancelled", ended=self._shop.clock())
                return running.job
        job = self.get(name)
        raise Refused("dream.ended", f"this dream is {job.status} already", where=name)

    def close(self) -> None:
        """End what runs, drop what waits, and wait for the thread."""
        with self._lock:
            for running in self._open.values():
                running.stop.set()
        self._workers.shutdown(wait=True)

    def _found(self, name: str) -> Job | None:
        with self._lock:
            running = self._open.get(name)
        return self._kept(name) if running is None else running.job

    def _work(self, running: _Running) -> None:
        ended = self._ended(running)
        try:
            self._keep(ended)
            self._drop_oldest()
        finally:
            with self._lock:
                running.job = ended
                self._open.pop(ended.id, None)

    def _ended(self, running: _Running) -> Job:
        with self._lock:
            if running.stop.is_set():
                return replace(running.job, status="cancelled", ended=self._shop.clock())
            running.job = replace(running.job, status="in_progress")
        try:
            result = self._dreamt(running)
        except LaneshiftError as error:
            return self._failed(running.job, error)
        except Exception as error:  # noqa: BLE001 - a dream that crashes is told as failed, and others go on
            what = of_machine(error) or Bug("dream.crashed", f"the dream ended with {type(error).__name__}")
            return self._failed(running.job, what)
        status: Status = "cancelled" if result["end"] == End.CANCELLED else "completed"
        return replace(running.job, status=status, ended=self._shop.clock(), result=result)

    def _dreamt(self, running: _Running) -> dict[str, Any]:
        asked = running.asked

        def heard(done: int) -> None:
            running.job = replace(running.job, expansions=done)

        found = dream(
            self._shop,
            running.wish,
            paths=asked.num_paths,
            depth=asked.depth,
            seed=asked.seed,
            constraints=asked.constraints,
            cancelled=running.stop.is_set,
            heard=heard,
            seconds=self._seconds,
        )
        told: dict[str, Any] = found.as_json()
        return told

    def _failed(self, job: Job, error: LaneshiftError) -> Job:
        return replace(job, status="failed", ended=self._shop.clock(), error=error.as_dict())

    def _keep(self, job: Job) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_whole(self._folder / f"{job.id}.json", json.dumps(asdict(job)).encode("utf-8", "backslashreplace"))

    def _kept(self, name: str) -> Job | None:
        """A job that this process does not work on; one that nobody ended was cut off with its server."""
        if _ID.match(name) is None:
            return None
        try:
            job = _job_in(self._folder / f"{name}.json")
        except (OSError, ValueError, TypeError):
            return None
        if job.status in ENDED:
            return job
        error = Refused("dream.interrupted", "its server ended before it did", cure="ask again, it comes out the same")
        return replace(job, status="failed", error=error.as_dict())

    def _files(self) -> list[Path]:
        return [path for path in self._folder.glob("dream_*.json") if _ID.match(path.stem)]

    def _drop_oldest(self) -> None:
        for path in sorted(self._files(), key=_age)[:-MOST_KEPT]:
            path.unlink(missing_ok=True)


def _age(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def _job_in(path: Path) -> Job:
    """Raises `OSError`, `ValueError` and `TypeError` for a file that holds none."""
    job = Job(**json.loads(path.read_bytes()))
    if job.status not in get_args(Status):
        raise ValueError(f"{job.status!r} is no status")
    return job

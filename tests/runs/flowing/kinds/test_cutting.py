"""Work in this process is cut at its deadline: the flow goes on, and whatever the work does later has no effect."""

from __future__ import annotations

import hashlib
import sqlite3
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from laneshift.cli.acting import ACTIONS
from laneshift.errors import CheckFailed
from laneshift.gates.verdict import Status, Verdict
from laneshift.repo.doors import Door, Shut, behind
from laneshift.repo.objects import File
from laneshift.repo.ref_updates import RefUpdate
from laneshift.repo.refs import swap
from laneshift.repo.remotes import find, push
from laneshift.repo.snapshot import snapshot
from laneshift.repo.worktree import apply
from laneshift.runs.flowing.effects import Cancelled, Done, TimedOut
from laneshift.runs.flowing.kinds.acting import Acting, Action
from laneshift.runs.flowing.kinds.acting_batch import ToPlan, make
from laneshift.runs.flowing.kinds.cutting import Late, Stopped, in_time
from laneshift.runs.flowing.kinds.given import given
from laneshift.runs.flowing.kinds.site import Site
from laneshift.runs.flowing.kinds.table import Table
from tests.repo.builders import git_cli
from tests.runs.flowing.kinds.scene import failed, site_at, soon, work
from tests.runs.flowing.kinds.test_acting import MOVE, TWICE, mine, template

__all__ = ["mine", "template"]


CHANGES_NOTHING = {"lanes.list", "lanes.examine", "records.verify", "keys.check"}
"""There are no keys, and the others only look."""


class Nothing(BaseModel):
    """No settings."""


def journal(site: Site) -> None:
    site.shop.journal.append("a/late", "test.late", {})


def evidence(site: Site) -> None:
    site.shop.store.put(b"late")


def issue(site: Site) -> None:
    site.issues.put("late", "Late", "")


def branch(site: Site) -> None:
    swap(site.shop.repository, [RefUpdate("refs/heads/late", None, site.shop.repository.commit_id("HEAD"))])


def remote(site: Site) -> None:
    repository = site.shop.repository
    push(repository, find(repository, "far"), [RefUpdate("refs/heads/late", None, repository.commit_id("HEAD"))])


def files(site: Site) -> None:
    apply(site.shop.repository, {"late.py": File(b"LATE = 1\n")}, snapshot(site.shop.repository))


def plan(site: Site) -> None:
    make(Acting(site, work("action", {})), ToPlan(called="late.tsv", batch=MOVE))


@dataclass
class Slow:
    """An action that does not come to its effect before it may."""

    effect: Callable[[Site], None]
    go: threading.Event = field(default_factory=threading.Event)
    over: threading.Event = field(default_factory=threading.Event)
    ended: list[BaseException | None] = field(default_factory=list)

    def do(self, acting: Acting, _: Nothing) -> str:
        try:
            self.go.wait()
            self.effect(acting.site)
        except BaseException as error:
            self.ended.append(error)
            raise
        else:
            self.ended.append(None)
            return "done"
        finally:
            self.over.set()

    def on(self, path: Path) -> Table:
        return Table(replace(site_at(path), actions={"slow": Action(Nothing, self.do, "wait")}))


def state(path: Path) -> dict[str, Any]:
    """All that somebody else can see of a repository, without reading it by the code that is tested."""
    own = ("forge", "plans", "evidence", "laneshift.lock")
    kept = [path / ".git" / name for name in ("refs", "packed-refs", *(f"laneshift/{each}" for each in own))]
    places = [file for place in kept for file in _files(place)]
    places += [file for file in _files(path) if file.relative_to(path).parts[0] != ".git"]
    places += list(_files(path.with_name("far.git") / "refs"))
    found: dict[str, Any] = {str(file): hashlib.sha256(file.read_bytes()).hexdigest() for file in places}
    with sqlite3.connect(f"file:{path}/.git/laneshift/journal.sqlite?mode=ro", uri=True) as connection:
        found["journal"] = connection.execute("SELECT count(*) FROM records").fetchone()
    connection.close()
    return found


def _files(place: Path) -> Iterator[Path]:
    found = [place] if place.is_file() else sorted(place.rglob("*"))
    return (each for each in found if each.is_file() and not each.name.startswith(".unfinished"))


@pytest.mark.parametrize("effect", [journal, evidence, issue, branch, remote, files, plan])
@pytest.mark.parametrize("why", ["late", "stopped"])
def test_what_was_cut_has_no_effect_however_late_it_comes(mine: Path, effect: Callable[[Site], None], why: str) -> None:
    subprocess.run(["git", "init", "-q", "--bare", mine.with_name("far.git")], check=True)
    git_cli(mine, "remote", "add", "far", str(mine.with_name("far.git")))
    slow = Slow(effect)
    table, before = slow.on(mine), state(mine)
    more: dict[str, Any] = {"deadline": 1.0} if why == "late" else {"stopped": lambda: True}
    outcome = table.perform(work("action", {"action": "slow"}, **more))
    assert isinstance(outcome, TimedOut if why == "late" else Cancelled)
    assert not slow.over.is_set()
    slow.go.set()
    slow.over.wait()
    assert [type(each) for each in slow.ended] == [Shut]
    assert state(mine) == before
    again = Slow(effect)
    again.go.set()
    assert again.on(mine).perform(work("action", {"action": "slow"}, deadline=soon(600))) == Done("done")
    assert state(mine) != before


class Watched(Door):
    """Tells when something changed outside of it."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        self._inside = 0
        self.seen = [state(path)]
        self.beside = list[dict[str, Any]]()

    @contextmanager
    def passing(self) -> Iterator[None]:
        if not self._inside:
            self.look()
        self._inside += 1
        try:
            with super().passing():
                yield
        finally:
            self._inside -= 1
            if not self._inside:
                self.seen.append(state(self._path))

    def look(self) -> None:
        now = state(self._path)
        if now != self.seen[-1]:
            self.beside.append({name: now[name] for name in now if now[name] != self.seen[-1].get(name)})


@pytest.mark.parametrize("name", TWICE)
def test_all_that_an_action_changes_goes_through_the_door(mine: Path, name: str) -> None:
    action, door = ACTIONS[name], Watched(mine)
    with behind(door):
        action.do(Acting(site_at(mine), work("action", {})), given(action.model, TWICE[name]))
    door.look()
    assert door.beside == []
    if name not in CHANGES_NOTHING:
        assert door.seen[-1] != door.seen[0]


def test_a_gate_is_cut_too(mine: Path) -> None:
    go = threading.Event()

    def judge(_site: Site, _tree: Any, _settings: Any) -> Verdict:
        go.wait()
        return Verdict("slow", Status.PASSED, 1, 1, "", ())

    table = Table(replace(site_at(mine), judges={"slow": judge}))
    assert isinstance(table.perform(work("gate", {"gate": "slow"}, deadline=1.0)), TimedOut)
    go.set()
    assert isinstance(table.perform(work("gate", {"gate": "slow"}, deadline=soon(600))), Done)


def test_what_goes_wrong_in_time_is_told_as_it_was(mine: Path) -> None:
    def fails(_acting: Acting, _: Nothing) -> None:
        raise CheckFailed("test.failed", "it failed")

    table = Table(replace(site_at(mine), actions={"fails": Action(Nothing, fails, "fail")}))
    assert failed(table.perform(work("action", {"action": "fails"}))).code == "test.failed"


def test_work_that_is_cut_tells_why() -> None:
    go = threading.Event()
    with pytest.raises(Late):
        in_time(work("action", {}, deadline=1.0), go.wait)
    with pytest.raises(Stopped):
        in_time(work("action", {}, deadline=1.0, stopped=lambda: True), go.wait)
    with pytest.raises(RecursionError):
        in_time(work("action", {}), _endless)
    go.set()
    assert in_time(work("action", {}, deadline=soon(600)), go.wait) is True


def _endless() -> Any:
    raise RecursionError

"""Flows that start by themselves: once for each time, however many workers look, and as their policy says."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from laneshift.runs.events import Event
from laneshift.runs.flowing.library import Library
from laneshift.runs.flowing.records import start
from laneshift.runs.flowing.scheduler import BY, Scheduler
from laneshift.runs.flowing.state import flow_runs
from tests.repo.builders import commit_files, git_cli, repo_at
from tests.toy import shop_at

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


def flow(cron: str = "0 * * * *", more: str = "", head: str = "") -> str:
    return f'{head}\n[[steps]]\nname = "rest"\nkind = "wait"\nseconds = 1\n\n[schedule]\ncron = "{cron}"\n{more}\n'


@pytest.fixture
def path(tmp_path: Path) -> Path:
    repo_at(tmp_path / "repo", {"laneshift/flows/hourly.toml": flow("0 * * * *", 'policy = "all"'), "a.py": ""})
    return tmp_path / "repo"


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def later(self, **how: float) -> None:
        self.now += timedelta(**how)


def _runs(path: Path) -> list[str]:
    return [run.key for run in flow_runs(shop_at(path).journal)]


def test_a_flow_starts_when_its_time_comes_and_once(path: Path) -> None:
    clock = Clock()
    scheduler = Scheduler(shop_at(path), clock=clock)
    assert scheduler.tick() == []
    clock.later(minutes=59)
    assert scheduler.tick() == []
    clock.later(minutes=1)
    started = scheduler.tick()
    assert len(started) == 1
    assert scheduler.tick() == []
    assert _runs(path) == ["hourly@2026-05-01T13:00:00Z"]
    run = flow_runs(shop_at(path).journal)[0]
    assert (run.id, run.by, run.via) == (started[0], "schedule", "schedule:2026-05-01T13:00:00Z")


def test_workers_that_look_at_the_same_moment_start_one_run_for_each_time(path: Path) -> None:
    clock = Clock()
    schedulers = [Scheduler(shop_at(path), clock=clock) for _ in range(4)]
    for scheduler in schedulers:
        scheduler.tick()
    clock.later(hours=3)
    together, found = threading.Barrier(4), list[Sequence[str]]()

    def look(scheduler: Scheduler) -> None:
        together.wait(240)
        found.append(scheduler.tick())

    threads = [threading.Thread(target=look, args=(each,)) for each in schedulers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(240)
    assert sorted(_runs(path)) == [f"hourly@2026-05-01T{hour}:00:00Z" for hour in (13, 14, 15)]
    assert len({run for each in found for run in each}) == 3
    assert [each.tick() for each in schedulers] == [[], [], [], []]


def test_a_worker_that_was_away_makes_up_for_what_the_policy_says(path: Path) -> None:
    definitions = {
        "laneshift/flows/skipping.toml": flow(more='policy = "skip"'),
        "laneshift/flows/onceonly.toml": flow(more='policy = "once"'),
        "laneshift/flows/bounded.toml": flow(more='policy = "all"\nmost = 2'),
    }
    commit_files(path, definitions)
    clock = Clock()
    Scheduler(shop_at(path), clock=clock).tick()
    clock.later(hours=5, minutes=30)
    Scheduler(shop_at(path), clock=clock).tick()
    assert sorted(_runs(path)) == sorted(
        [
            *(f"hourly@2026-05-01T{hour}:00:00Z" for hour in (13, 14, 15, 16, 17)),
            *(f"bounded@2026-05-01T{hour}:00:00Z" for hour in (16, 17)),
            "onceonly@2026-05-01T17:00:00Z",
        ]
    )
    # A worker that comes after that one starts none of them anew.
    assert Scheduler(shop_at(path), clock=clock).tick() == []
    clock.later(minutes=30)
    assert len(Scheduler(shop_at(path), clock=clock).tick()) == 4


def test_a_worker_that_died_between_two_starts_leaves_the_rest_to_the_next(path: Path) -> None:
    clock = Clock()
    shop = shop_at(path)
    Scheduler(shop, clock=clock).tick()
    clock.later(hours=3)
    library = Library(shop.repository)
    parts = library.with_parts(library.get("hourly"))
    start(shop, parts, "hourly", {}, BY, key="hourly@2026-05-01T13:00:00Z")
    assert len(Scheduler(shop_at(path), clock=clock).tick()) == 2
    assert _runs(path) == [f"hourly@2026-05-01T{hour}:00:00Z" for hour in (13, 14, 15)]


def test_a_schedule_counts_from_when_it_was_first_seen_and_a_changed_one_is_another(path: Path) -> None:
    clock = Clock()
    scheduler = Scheduler(shop_at(path), clock=clock)
    scheduler.tick()
    clock.later(minutes=30)
    commit_files(path, {"laneshift/flows/hourly.toml": flow("15 * * * *", 'policy = "all"')})
    assert scheduler.tick() == []
    clock.later(minutes=44)
    assert scheduler.tick() == []
    clock.later(minutes=1)
    assert len(scheduler.tick()) == 1
    assert _runs(path) == ["hourly@2026-05-01T13:15:00Z"]


def test_definitions_of_the_work_tree_and_of_other_branches_start_nothing(path: Path) -> None:
    clock = Clock()
    (path / "laneshift/flows/own.toml").write_text(flow("* * * * *"))
    git_cli(path, "checkout", "-q", "-b", "topic")
    commit_files(path, {"laneshift/flows/topic.toml": flow("* * * * *")})
    (path / "laneshift.toml").write_text('target = "main"\n')
    commit_files(path, {"laneshift.toml": 'target = "main"\n'})
    scheduler = Scheduler(shop_at(path), clock=clock)
    scheduler.tick()
    clock.later(minutes=5)
    assert scheduler.tick() == []
    clock.later(minutes=55)
    scheduler.tick()
    assert _runs(path) == ["hourly@2026-05-01T13:00:00Z"]


def test_what_cannot_be_started_is_told_and_holds_up_no_other(path: Path) -> None:
    needy = flow(head='[inputs.lane]\ntype = "string"\nrequired = true\n')
    commit_files(path, {"laneshift/flows/asks.toml": needy, "laneshift/flows/broken.toml": "steps = 3\n"})
    told: list[Event] = []
    clock = Clock()
    scheduler = Scheduler(shop_at(path, told.append), clock=clock)
    scheduler.tick()
    assert any("broken" in event.text for event in told)
    clock.later(hours=1)
    assert len(scheduler.tick()) == 1
    scheduler.tick()
    assert sum("asks" in event.text for event in told) == 1
    assert _runs(path) == ["hourly@2026-05-01T13:00:00Z"]


def test_a_branch_that_is_gone_is_said_once_and_what_is_due_starts_when_it_is_back(path: Path) -> None:
    commit_files(path, {"laneshift.toml": 'target = "main"\n'})
    told: list[Event] = []
    clock = Clock()
    scheduler = Scheduler(shop_at(path, told.append), clock=clock)
    scheduler.tick()
    git_cli(path, "checkout", "-q", "-b", "topic")
    git_cli(path, "branch", "-q", "-m", "main", "other")
    clock.later(hours=1)
    assert [scheduler.tick(), scheduler.tick()] == [[], []]
    assert ["starts by itself" in event.text for event in told] == [True]
    git_cli(path, "branch", "-q", "-m", "other", "main")
    assert len(scheduler.tick()) == 1

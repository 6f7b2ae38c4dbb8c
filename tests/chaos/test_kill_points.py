"""A process that dies exactly between two records is taken up by `resume`, which ends where no one was killed.

By default at a few points of each verb; `make chaos` tries all of them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from laneshift.runs import resuming, working
from tests.chaos.dying import killed
from tests.chaos.outcome import outcome
from tests.chaos.stages import EPOCH, SMALL, Stage
from tests.repo.builders import commit_files, git_cli
from tests.sweeps import swept
from tests.toy import copy_of, planned, records, refs, shop_at

pytestmark = pytest.mark.chaos

LANDING = [
    ("after", "land.started"),
    ("before", "land.intended"),
    ("after", "land.intended"),
    ("before", "land.observed"),
    ("after", "land.observed"),
    ("after", "land.recorded"),
    ("before", "land.followed"),
    ("before", "land.ended"),
]
ROLLBACK = [("after", "rollback.intended"), ("before", "rollback.recorded")]
RUN = [("after", "run.started"), ("before", "item.settled"), ("before", "run.ended")]
CANARY = [("after", "canary.started"), ("before", "canary.recorded")]
SHIP = [("after", "ship.started"), ("after", "run.ended"), ("before", "land.started"), ("before", "ship.ended")]
POINTS = [
    *(("land", *point) for point in swept(LANDING, [("before", "land.observed"), ("after", "land.recorded")])),
    *(("rollback", *point) for point in swept(ROLLBACK, ROLLBACK[1:])),
    *(("run", *point) for point in swept(RUN, RUN[1:2])),
]


def kill(path: Path, verb: str, moment: str, kind: str) -> None:
    """Let a process do `verb` and die at the point."""
    killed(path, verb, moment, kind, EPOCH)


def resume(path: Path) -> list[resuming.Resumed]:
    """Resume until nothing is left; what was taken up."""
    taken: list[resuming.Resumed] = []
    while found := resuming.resume(shop_at(path), 1):
        taken += found
        assert len(taken) < 5, [str(one.error) for one in taken]
    return taken


@pytest.mark.parametrize(("verb", "moment", "kind"), POINTS)
def test_resume_ends_where_nobody_was_killed(
    stages: dict[str, Stage], tmp_path: Path, verb: str, moment: str, kind: str
) -> None:
    path = copy_of(stages[verb].before, tmp_path / "repo")
    kill(path, verb, moment, kind)
    assert [found.error for found in resume(path)] == [None]
    assert outcome(path) == stages[verb].after


@pytest.mark.parametrize(("moment", "kind"), swept(SHIP, SHIP[2:3]))
def test_a_killed_ship_goes_on_to_its_end(stages: dict[str, Stage], tmp_path: Path, moment: str, kind: str) -> None:
    path = copy_of(stages["run"].before, tmp_path / "repo")
    kill(path, "ship", moment, kind)
    assert [found.error for found in resume(path)] == [None]
    assert outcome(path) == stages["ship"].after


@pytest.fixture(scope="module")
def canary(stages: dict[str, Stage], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """A repository after a canary that nobody killed, and what was left of it."""
    path = copy_of(stages["run"].before, tmp_path_factory.mktemp("canary") / "repo")
    shop = shop_at(path)
    working.canary(shop, shop.plans.load("batch"), 1)
    return path, outcome(path)


@pytest.mark.parametrize(("moment", "kind"), swept(CANARY, CANARY[1:]))
def test_a_killed_canary_goes_on_to_the_same_result(
    stages: dict[str, Stage], canary: tuple[Path, dict[str, Any]], tmp_path: Path, moment: str, kind: str
) -> None:
    path = copy_of(stages["run"].before, tmp_path / "repo")
    kill(path, "canary", moment, kind)
    assert [found.error for found in resume(path)] == [None]
    assert outcome(path) == canary[1]
    results = [[record.facts["result"] for record in records(at, "canary.recorded")] for at in (path, canary[0])]
    assert results[0] == results[1]
    assert len(results[0]) == 1


def test_what_drifted_is_given_up_once_its_batch_is_planned_again(stages: dict[str, Stage], tmp_path: Path) -> None:
    path = copy_of(stages["run"].before, tmp_path / "repo")
    kill(path, "run", "before", "item.settled")
    commit_files(path, {"laneshift.toml": (path / "laneshift.toml").read_text() + "# theirs\n"})
    shop = shop_at(path)
    old = shop.plans.load("batch")
    for _ in range(2):
        [stopped] = resuming.resume(shop_at(path), 1)
        assert stopped.error is not None
        assert (stopped.error.code, stopped.error.exit_code) == ("pins.drift", 2)
        assert working.state_of(shop, old).unfinished == ["run"]
    new = planned(path, SMALL)
    assert resume(path) == []
    assert working.state_of(shop, old).unfinished == []
    assert [record.facts["result"] for record in records(path, "run.ended")] == ["failed"]
    working.run(shop_at(path), new, 1)
    claimed = [record.facts["plan"] for record in records(path, "item.claimed")]
    assert claimed == [old.id, new.id, new.id]


def test_what_others_built_on_a_swapped_tip_is_not_landed_twice(stages: dict[str, Stage], tmp_path: Path) -> None:
    path = copy_of(stages["land"].before, tmp_path / "repo")
    kill(path, "land", "before", "land.observed")
    tip = refs(path)["refs/heads/main"]
    git_cli(path, "reset", "-q", "--hard")
    theirs = commit_files(path, {"notes.txt": "on top\n"})
    assert [found.error for found in resume(path)] == [None]
    assert refs(path)["refs/heads/main"] == theirs
    assert git_cli(path, "rev-parse", f"{theirs}^") == tip
    assert [record.facts["tip"] for record in records(path, "land.recorded")] == [tip]
    assert outcome(path)["items"] == stages["land"].after["items"]
    assert git_cli(path, "status", "--porcelain") == ""


def test_a_target_that_moved_away_before_the_swap_gets_the_landing_on_top(
    stages: dict[str, Stage], tmp_path: Path
) -> None:
    path = copy_of(stages["land"].before, tmp_path / "repo")
    kill(path, "land", "after", "land.intended")
    theirs = commit_files(path, {"notes.txt": "in between\n"})
    assert [found.error for found in resume(path)] == [None]
    assert git_cli(path, "rev-parse", "main^") == theirs
    assert outcome(path)["items"] == stages["land"].after["items"]


def test_a_rollback_overtaken_by_others_is_given_up_and_tells_so(stages: dict[str, Stage], tmp_path: Path) -> None:
    path = copy_of(stages["rollback"].before, tmp_path / "repo")
    kill(path, "rollback", "after", "rollback.intended")
    theirs = commit_files(path, {"notes.txt": "in between\n"})
    [stopped] = resume(path)
    assert stopped.error is not None
    assert (stopped.error.code, stopped.error.exit_code) == ("rollback.target-moved", 4)
    assert refs(path)["refs/heads/main"] == theirs
    assert outcome(path)["unfinished"] == []

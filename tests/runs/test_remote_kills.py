"""kill -9 at every moment of a push: `resume` asks the remote, and it landed once, or is landed then."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos.dying import killed
from tests.remote import MAIN, at, hook, marks, others_push
from tests.repo.builders import git_cli
from tests.runs.remote_toy import land, resume, states, unfinished, with_remote
from tests.sweeps import FULL
from tests.toy import copy_of, records, refs, tree_of

pytestmark = pytest.mark.chaos

HOOKS = {
    "during the push, which goes on": ("pre-receive", "kill -9 $VICTIM"),
    "during the push, which is cut off": ("pre-receive", "kill -9 $VICTIM $PPID; exit 1"),
    "after the push": ("post-receive", "kill -9 $VICTIM"),
}
RECORDS = {
    "before the push": ("after", "land.intended"),
    "after the look": ("before", "land.observed"),
    "before the record": ("after", "land.observed"),
    "after the record": ("after", "land.recorded"),
    "before the local branch follows": ("after", "land.following"),
}
MOMENTS = [*RECORDS, *HOOKS] if FULL else ["after the look", *HOOKS]
"""All of them in the full sweep; by default those that only a look at the remote can settle."""
ROLLBACK = {"before the push": ("after", "rollback.intended"), "before the record": ("before", "rollback.recorded")}


@pytest.fixture(scope="module")
def landed(ready_toy: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a repository and its remote after an undisturbed landing. Never change it: take a copy."""
    root = tmp_path_factory.mktemp("landed")
    land(with_remote(ready_toy, root)[0])
    return root


def kill_at(mine: Path, bare: Path, verb: str, moment: str) -> None:
    """Let a process do `verb` and die at a moment that a record of its journal marks, or a hook of the remote."""
    if moment not in HOOKS:
        killed(mine, verb, *(ROLLBACK if verb == "rollback" else RECORDS)[moment])
        return
    file = hook(bare, *HOOKS[moment])
    killed(mine, verb, "after", "nothing")
    file.unlink()


def assert_landed_once(mine: Path, bare: Path, undisturbed: Path) -> None:
    assert at(bare) == at(undisturbed / "bare.git") == refs(mine)[MAIN]
    assert (states(mine), unfinished(mine)) == (["landed"] * 2, [])
    assert [record.facts["tip"] for record in records(mine, "land.recorded")] == [at(bare)]
    assert list(marks(bare).values()) == [at(bare)]
    assert git_cli(mine, "status", "--porcelain") == ""


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_landing_killed_at_any_moment_lands_once(ready_toy: Path, landed: Path, tmp_path: Path, moment: str) -> None:
    mine, bare = with_remote(ready_toy, tmp_path)
    kill_at(mine, bare, "land", moment)
    assert [one.error for one in resume(mine)] == [None]
    assert_landed_once(mine, bare, landed)


def test_a_branch_that_moved_without_its_work_tree_gets_it(ready_toy: Path, landed: Path, tmp_path: Path) -> None:
    mine, bare = with_remote(ready_toy, tmp_path)
    kill_at(mine, bare, "land", "before the local branch follows")
    git_cli(mine, "update-ref", MAIN, at(bare))
    assert git_cli(mine, "status", "--porcelain") != ""
    assert [one.error for one in resume(mine)] == [None]
    assert_landed_once(mine, bare, landed)


def test_what_others_built_on_a_landing_nobody_recorded_is_kept(ready_toy: Path, tmp_path: Path) -> None:
    mine, bare = with_remote(ready_toy, tmp_path)
    kill_at(mine, bare, "land", "after the push")
    tip = at(bare)
    theirs = others_push(bare, {"notes.txt": "on top\n"})
    assert [one.error for one in resume(mine)] == [None]
    assert at(bare) == theirs
    assert [record.facts["tip"] for record in records(mine, "land.recorded")] == [tip] == [refs(mine)[MAIN]]
    assert states(mine) == ["landed"] * 2


def test_others_who_came_before_the_push_are_landed_upon(ready_toy: Path, tmp_path: Path) -> None:
    mine, bare = with_remote(ready_toy, tmp_path)
    kill_at(mine, bare, "land", "before the push")
    theirs = others_push(bare, {"notes.txt": "in between\n"})
    assert [one.error for one in resume(mine)] == [None]
    assert git_cli(bare, "rev-parse", "main~2") == theirs
    assert [record.facts["tip"] for record in records(mine, "land.recorded")] == [at(bare)] == [refs(mine)[MAIN]]


@pytest.mark.parametrize("moment", ["after the push", *(ROLLBACK if FULL else ())])
def test_a_rollback_killed_at_any_moment_is_done_once(landed: Path, tmp_path: Path, moment: str) -> None:
    mine, bare = copy_of(landed / "mine", tmp_path / "mine"), copy_of(landed / "bare.git", tmp_path / "bare.git")
    git_cli(mine, "remote", "set-url", "origin", str(bare))
    base, tip = tree_of(mine, "main~2"), at(bare)
    kill_at(mine, bare, "rollback", moment)
    assert [one.error for one in resume(mine)] == [None]
    assert git_cli(bare, "rev-parse", "main^") == tip
    assert refs(mine)[MAIN] == at(bare)
    assert tree_of(mine) == tree_of(bare, "main") == base
    assert (states(mine), unfinished(mine)) == (["ready-to-land"] * 2, [])
    assert len(records(mine, "rollback.recorded")) == 1

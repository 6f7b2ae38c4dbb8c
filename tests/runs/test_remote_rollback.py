"""Taking back on the remote what landed there, while others go on pushing to it."""

from __future__ import annotations

from pathlib import Path

import pytest

from laneshift.errors import LaneshiftError
from laneshift.runs.rolling_back import RolledBack, roll_back
from tests.remote import MAIN, at, hook, others_push
from tests.repo.builders import git_cli
from tests.runs.remote_toy import ITEMS, land, resume, states, unfinished, with_remote
from tests.toy import copy_of, records, refs, shop_at, tree_of

Pair = tuple[Path, Path]


@pytest.fixture(scope="module")
def landed(ready_toy: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a repository and its remote after a landing. Never change it: take a copy."""
    root = tmp_path_factory.mktemp("landed")
    land(with_remote(ready_toy, root)[0])
    return root


@pytest.fixture
def pair(landed: Path, tmp_path: Path) -> Pair:
    """A copy of `landed` for one test."""
    mine, bare = copy_of(landed / "mine", tmp_path / "mine"), copy_of(landed / "bare.git", tmp_path / "bare.git")
    git_cli(mine, "remote", "set-url", "origin", str(bare))
    return mine, bare


def back(path: Path, only: tuple[str, ...] = ()) -> RolledBack:
    shop = shop_at(path)
    return roll_back(shop, shop.plans.load("batch"), only)


def stopped(path: Path) -> LaneshiftError:
    with pytest.raises(LaneshiftError) as caught:
        back(path)
    return caught.value


def overtaken(mine: Path, bare: Path, times: int) -> list[str]:
    """Let others push right before each of the next `times` pushes are received; what they push, in order."""
    theirs = []
    for number in range(times):
        theirs.append(others_push(bare, {"notes.txt": f"{number}\n"}, f"note {number}"))
        git_cli(bare, "update-ref", f"refs/queue/{number}", theirs[-1])
    git_cli(bare, "update-ref", MAIN, f"{theirs[0]}^")
    script = bare / "receive"
    script.write_text(
        f"#!/bin/sh\ncd {bare}\nnext=$(git for-each-ref --count=1 --format='%(refname)' refs/queue)\n"
        f'[ -z "$next" ] || {{ git update-ref {MAIN} $next; git update-ref -d $next; }}\n'
        'exec git-receive-pack "$@"\n'
    )
    script.chmod(0o755)
    git_cli(mine, "config", "remote.origin.receivepack", str(script))
    return theirs


def test_the_prepared_revert_goes_there_and_the_local_branch_follows(pair: Pair) -> None:
    mine, bare = pair
    done = back(mine)
    assert (done.items, done.remote) == (tuple(ITEMS), "origin")
    assert done.tip == at(bare) == refs(mine)[MAIN]
    assert done.tip == records(mine, "land.recorded")[0].facts["revert"]
    assert tree_of(mine) == done.base_tree
    assert git_cli(mine, "status", "--porcelain") == ""
    assert states(mine) == ["ready-to-land"] * 2
    assert land(mine)["tip"] == at(bare)


def test_what_others_pushed_since_stays(pair: Pair) -> None:
    mine, bare = pair
    theirs = others_push(bare, {"core/late.py": "from core.report import line\n", "notes.txt": "theirs\n"})
    done = back(mine)
    assert git_cli(bare, "rev-parse", "main^") == theirs
    assert git_cli(bare, "show", "main:core/late.py") == "from labs.report import line"
    assert done.kept == 2
    assert (mine / "notes.txt").read_text() == "theirs\n"
    assert not (mine / "core/report.py").exists()


def test_others_who_are_faster_are_built_upon(pair: Pair) -> None:
    mine, bare = pair
    [theirs] = overtaken(mine, bare, 1)
    done = back(mine)
    assert git_cli(bare, "rev-parse", "main^") == theirs
    assert done.tip == at(bare)
    assert git_cli(bare, "show", "main:notes.txt") == "0"
    assert len(records(mine, "rollback.abandoned")) == 1


def test_others_who_are_always_faster_end_it_and_nothing_is_left_open(pair: Pair) -> None:
    mine, bare = pair
    theirs = overtaken(mine, bare, 2)
    error = stopped(mine)
    assert (error.code, error.where) == ("rollback.target-moved", theirs[-1])
    assert at(bare) == theirs[-1]
    assert (states(mine), unfinished(mine)) == (["landed"] * 2, [])


def test_a_refusal_ends_it_and_an_answer_that_never_came_is_looked_for(pair: Pair) -> None:
    mine, bare = pair
    tip = at(bare)
    hook(bare, "pre-receive", "echo freeze >&2; exit 1")
    assert stopped(mine).code == "remote.hook-refused"
    assert (at(bare), unfinished(mine), states(mine)) == (tip, [], ["landed"] * 2)
    hook(bare, "pre-receive", "exit 0")
    away = bare.with_name("away.git")
    hook(bare, "post-receive", f"mv {bare} {away}")
    assert stopped(mine).code == "remote.unknown"
    assert unfinished(mine) == ["rollback"]
    away.rename(bare)
    (bare / "hooks/post-receive").unlink()
    new = at(bare)
    assert [one.error for one in resume(mine)] == [None]
    assert at(bare) == new == refs(mine)[MAIN]
    assert states(mine) == ["ready-to-land"] * 2


def test_a_remote_that_was_removed_is_named(pair: Pair) -> None:
    mine, _ = pair
    git_cli(mine, "remote", "remove", "origin")
    assert stopped(mine).code == "remote.unknown-name"
    assert unfinished(mine) == []

"""Recovery refs of a remote go when what they tell of is on record and something else has landed since."""

from __future__ import annotations

from pathlib import Path

import pytest

from laneshift.errors import Bug, NeedsPerson
from laneshift.repo.objects import Repository
from laneshift.repo.remotes import below, drop, find
from laneshift.runs.events import Event
from laneshift.runs.rolling_back import roll_back
from laneshift.runs.sweeping import sweep
from tests.remote import at, hook, marks
from tests.repo.builders import git_cli
from tests.runs.remote_toy import land, resume, unfinished, with_remote
from tests.toy import copy_of, shop_at

STRANGER = "refs/laneshift/landed/other-0/land-1/abc"


@pytest.fixture(scope="module")
def template(ready_toy: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone and its remote after a landing, and a ref of somebody else's."""
    root = tmp_path_factory.mktemp("swept")
    mine, bare = with_remote(ready_toy, root)
    git_cli(bare, "update-ref", STRANGER, at(bare))
    land(mine)
    return root


@pytest.fixture
def landed(template: Path, tmp_path: Path) -> Path:
    """The same, for one test."""
    root = copy_of(template, tmp_path / "swept")
    git_cli(root / "mine", "remote", "set-url", "origin", str(root / "bare.git"))
    return root


def ours(bare: Path) -> list[str]:
    return [name for name in marks(bare) if name != STRANGER]


def test_a_rollback_sweeps_the_landing_and_the_next_landing_sweeps_it(landed: Path) -> None:
    mine, bare = landed / "mine", landed / "bare.git"
    [first] = ours(bare)
    shop = shop_at(mine)
    roll_back(shop, shop.plans.load("batch"))
    [second] = ours(bare)
    assert (second == first, "/rollback-1/" in second) == (False, True)
    land(mine)
    [third] = ours(bare)
    assert third.endswith(f"/{at(bare)}")
    assert STRANGER in marks(bare), "what others left is theirs"


def test_a_push_that_nobody_saw_the_end_of_keeps_its_ref_until_it_is_on_record(ready_toy: Path, tmp_path: Path) -> None:
    mine, bare = with_remote(ready_toy, tmp_path)
    away = bare.with_name("away")
    leaves = hook(bare, "post-receive", f"mv {bare} {away}")
    with pytest.raises(NeedsPerson) as caught:
        land(mine)
    assert caught.value.code == "remote.unknown"
    away.rename(bare)
    leaves.unlink()
    [needed] = marks(bare)
    sweep(shop_at(mine), "origin", "0" * 40)
    assert list(marks(bare)) == [needed], "it is not on record"
    git_cli(bare, "update-ref", "refs/heads/main", "main~2")
    shop = shop_at(mine)
    assert unfinished(mine) == ["push"]
    [taken] = resume(mine)
    assert taken.error is not None
    assert taken.error.code == "remote.taken-away", "only the ref could tell"
    sweep(shop, "origin", "0" * 40)
    assert list(marks(bare)) == [needed]


def test_a_remote_that_keeps_its_refs_does_not_stop_a_landing(landed: Path) -> None:
    mine, bare = landed / "mine", landed / "bare.git"
    before = ours(bare)
    refuses = hook(bare, "update", "case $3 in *[1-9a-f]*) exit 0;; esac; echo kept >&2; exit 1")
    told: list[Event] = []
    shop = shop_at(mine, told.append)
    back = roll_back(shop, shop.plans.load("batch"))
    assert at(bare) == back.tip
    assert sorted(ours(bare)) == sorted([*before, *(name for name in marks(bare) if back.tip in name)])
    assert [event.text for event in told if "recovery refs stay" in event.text]
    refuses.unlink()
    git_cli(mine, "remote", "set-url", "origin", str(bare.with_name("nowhere")))
    sweep(shop, "origin", back.tip)
    assert len(ours(bare)) == 2
    git_cli(mine, "remote", "set-url", "origin", str(bare))
    sweep(shop, "origin", back.tip)
    assert [name.rpartition("/")[2] for name in ours(bare)] == [back.tip]


def test_only_refs_of_ours_are_deleted_and_only_where_they_were_left(landed: Path) -> None:
    mine, bare = Repository.open(landed / "mine"), landed / "bare.git"
    remote = find(mine, "origin")
    with pytest.raises(Bug):
        drop(mine, remote, {"refs/heads/main": at(bare)})
    assert below(mine, remote, "refs/laneshift/landed/other-0/") == {STRANGER: at(bare, STRANGER)}
    assert drop(mine, remote, {STRANGER: at(bare)}) != ""
    assert STRANGER in marks(bare)
    assert drop(mine, remote, {STRANGER: at(bare, STRANGER)}) == ""
    assert STRANGER not in marks(bare)

"""What landing does to the people who have the target checked out: their edits survive, byte for byte."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from laneshift.errors import NeedsPerson
from laneshift.landing.swap import LANDED
from laneshift.repo.ref_updates import RefUpdate
from laneshift.runs import resuming, working
from laneshift.runs.rolling_back import roll_back
from laneshift.runs.settle_steps import SettleSteps
from laneshift.runs.working import Landing
from tests.repo.builders import git_cli, write_files
from tests.toy import records, refs, shop_at, tree_of, work_files

SHAPES = Landing(("labs.shapes",))

EDITS: dict[str, str | bytes | None] = {
    "labs/stays.py": "def answer():\n    return 43  # mine\n",
    "notes/todo.txt": "untracked\n",
    "labs/left.py": "SIDE = 'staged'\n",
}


def land(path: Path, how: Landing = SHAPES) -> dict[str, object]:
    shop = shop_at(path)
    return working.land(shop, shop.plans.load("batch"), how)


def edited(path: Path) -> dict[str, bytes]:
    """A work tree with an edit, a staged edit and an untracked file; what these hold."""
    write_files(path, EDITS)
    git_cli(path, "add", "labs/left.py")
    return {name: (path / name).read_bytes() for name in EDITS}


def test_edits_survive_a_landing_and_a_rollback(mine: Path) -> None:
    kept = edited(mine)
    staged = git_cli(mine, "rev-parse", ":labs/left.py")
    land(mine)
    assert {name: (mine / name).read_bytes() for name in EDITS} == kept
    assert git_cli(mine, "status", "--porcelain").splitlines() == [
        "M  labs/left.py",
        " M labs/stays.py",
        "?? notes/",
    ]
    assert git_cli(mine, "rev-parse", ":labs/left.py") == staged
    assert (mine / "core/geometry/shapes.py").exists()
    roll_back(shop_at(mine), shop_at(mine).plans.load("batch"))
    assert {name: (mine / name).read_bytes() for name in EDITS} == kept
    assert not (mine / "core/geometry").exists()


@pytest.mark.parametrize(
    "overlap",
    [{"labs/shapes.py": "mine\n"}, {"core/app.py": "mine\n"}, {"core/geometry/shapes.py": "untracked\n"}],
    ids=["moved-file", "importer", "untracked-in-the-way"],
)
def test_an_overlapping_edit_stops_the_landing_before_anything_moves(mine: Path, overlap: dict[str, str]) -> None:
    write_files(mine, overlap)
    before, files = refs(mine), work_files(mine)
    with pytest.raises(NeedsPerson) as stopped:
        land(mine)
    assert stopped.value.exit_code == 4
    assert [fault.where for fault in stopped.value.faults] == [str(mine / name) for name in overlap]
    assert (refs(mine), work_files(mine)) == (before, files)
    for name in overlap:
        (mine / name).unlink()
    git_cli(mine, "checkout", "-q", "--", ".")
    assert land(mine)["result"] == "landed"


def test_an_edit_in_the_last_instant_keeps_the_work_tree_and_resume_brings_it_along(mine: Path) -> None:
    real = shop_at(mine)

    class Late:
        """The journal, with an edit by someone right after the intent to land is on record."""

        def append(self, key: str, kind: str, *arguments: object, **options: object) -> object:
            done = real.journal.append(key, kind, *arguments, **options)  # type: ignore[arg-type]
            if kind == "land.intended":
                write_files(mine, {"core/app.py": "# in the last instant\n"})
            return done

        def __getattr__(self, name: str) -> object:
            return getattr(real.journal, name)

    shop = shop_at(mine)
    object.__setattr__(shop, "journal", Late())
    with pytest.raises(NeedsPerson) as stopped:
        working.land(shop, shop.plans.load("batch"), SHAPES)
    assert stopped.value.code == "land.work-tree-behind"
    assert (mine / "core/app.py").read_text() == "# in the last instant\n"
    assert records(mine, "land.recorded")[0].facts["tip"] == refs(mine)["refs/heads/main"]
    plan = real.plans.load("batch")
    assert working.state_of(real, plan).unfinished == ["work-tree"]
    [again] = resuming.resume(shop_at(mine), 1)
    assert again.error is not None
    assert again.error.code == "worktree.overlap"
    git_cli(mine, "checkout", "-q", tree_of(mine, "HEAD~1"), "--", "core/app.py")
    [done] = resuming.resume(shop_at(mine), 1)
    assert done.error is None
    assert git_cli(mine, "status", "--porcelain") == ""
    assert working.state_of(real, plan).unfinished == []


def test_a_linked_work_tree_follows_and_others_stay(mine: Path, tmp_path: Path) -> None:
    git_cli(mine, "checkout", "-q", "--detach")
    git_cli(mine, "worktree", "add", "-q", str(tmp_path / "linked"), "main")
    own = work_files(mine)
    land(mine)
    assert work_files(mine) == own
    assert (tmp_path / "linked/core/geometry/shapes.py").exists()
    assert git_cli(tmp_path / "linked", "status", "--porcelain") == ""


def test_a_linked_work_tree_with_an_overlap_stops_the_landing(mine: Path, tmp_path: Path) -> None:
    git_cli(mine, "checkout", "-q", "--detach")
    git_cli(mine, "worktree", "add", "-q", str(tmp_path / "linked"), "main")
    write_files(tmp_path / "linked", {"labs/shapes.py": "mine\n"})
    before = refs(mine)
    with pytest.raises(NeedsPerson):
        land(mine)
    assert refs(mine) == before


def test_a_bare_repository_lands_without_a_work_tree(mine: Path, tmp_path: Path) -> None:
    bare = tmp_path / "bare.git"
    git_cli(tmp_path, "clone", "-q", "--bare", str(mine), str(bare))
    shutil.copytree(mine / ".git/laneshift", bare / "laneshift")
    outcome = land(bare)
    assert outcome["tip"] == refs(bare)["refs/heads/main"] == refs(bare)[LANDED + "batch"]
    assert roll_back(shop_at(bare), shop_at(bare).plans.load("batch")).tree == tree_of(mine)


def test_branches_that_could_not_be_deleted_go_with_the_next_resume(mine: Path) -> None:
    lock, branch = mine / ".git/packed-refs.lock", "refs/heads/laneshift/batch/labs.shapes"
    git_cli(mine, "pack-refs", "--all")
    lock.touch()
    with pytest.raises(NeedsPerson) as stopped:
        land(mine)
    assert (stopped.value.code, "lock" in stopped.value.cure) == ("land.work-tree-behind", True)
    assert records(mine, "land.recorded")[0].facts["tip"] == refs(mine)["refs/heads/main"]
    assert branch in refs(mine)
    assert git_cli(mine, "status", "--porcelain") == ""
    lock.unlink()
    [done] = resuming.resume(shop_at(mine), 1)
    assert done.error is None
    assert branch not in refs(mine)
    assert working.state_of(shop_at(mine), shop_at(mine).plans.load("batch")).unfinished == []


def test_a_branch_that_somebody_moves_meanwhile_stays_and_the_others_go(mine: Path) -> None:
    shop = shop_at(mine)
    steps = SettleSteps(shop, shop.plans.load("batch"))
    moved, mover = (f"refs/heads/laneshift/batch/labs.{name}" for name in ("right", "shapes"))
    elsewhere, there = refs(mine)["refs/heads/main"], refs(mine)[mover]
    assert (
        steps.drop({"labs.right": RefUpdate(moved, elsewhere, None), "labs.shapes": RefUpdate(mover, there, None)})
        is None
    )
    assert moved in refs(mine)
    assert mover not in refs(mine)

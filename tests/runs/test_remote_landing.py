"""Landing on a git remote, where others push at any moment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from laneshift.errors import CheckFailed, LaneshiftError, NeedsPerson, Refused
from laneshift.runs import resuming, working
from laneshift.runs.verifying import verify
from laneshift.runs.workshop import Workshop
from tests.remote import MAIN, at, hook, marks, others_push
from tests.repo.builders import commit_files, git_cli
from tests.runs.remote_toy import ITEMS, land, resume, states, unfinished, with_remote
from tests.toy import laneshift, records, refs, shop_at, tree_of, watched

Pair = tuple[Path, Path]


@pytest.fixture
def pair(ready_toy: Path, tmp_path: Path) -> Pair:
    """A repository with two items ready to land, and its remote."""
    return with_remote(ready_toy, tmp_path)


def stopped(path: Path, shop: Workshop | None = None, **how: Any) -> LaneshiftError:
    with pytest.raises(LaneshiftError) as caught:
        land(path, shop, **how)
    return caught.value


def whenever_green(path: Path, act: Callable[[int], object], times: int) -> tuple[Workshop, list[str]]:
    """Parts with which `act` happens at the end of each of the first suites; the trees of all suites."""
    suites: list[str] = []

    def heard(moment: str, tree: str, selection: Sequence[str]) -> None:
        if moment == "after" and not selection:
            suites.append(tree)
            if len(suites) <= times:
                act(len(suites))

    return watched(path, heard), suites


def forget_suites(path: Path) -> None:
    """Make the next landing run its suite."""
    for file in (path / ".git/laneshift").glob("results.sqlite*"):
        file.unlink()


def test_it_lands_there_and_the_local_branch_follows(pair: Pair) -> None:
    mine, bare = pair
    base = at(bare)
    outcome = land(mine)
    assert (outcome["items"], outcome["remote"]) == (ITEMS, "origin")
    assert at(bare) == outcome["tip"] == refs(mine)[MAIN]
    assert tree_of(mine) == outcome["tree"]
    assert git_cli(mine, "status", "--porcelain") == ""
    [(mark, there)] = marks(bare).items()
    assert mark.endswith(f"/land-2/{outcome['tip']}")
    assert there == outcome["tip"]
    kinds = [record.kind for record in records(mine)][-6:]
    assert kinds == ["land.intended", "land.observed", "land.recorded", "land.following", "land.followed", "land.ended"]
    assert records(mine, "land.intended")[0].facts["old"] == base
    shop = shop_at(mine)
    assert verify(shop, shop.plans.load("batch")).findings == ()
    assert not [name for name in refs(bare) if name.startswith("refs/heads/laneshift/")]


def test_the_base_is_what_the_remote_says(pair: Pair) -> None:
    mine, bare = pair
    theirs = others_push(bare, {"core/late.py": "import labs.shapes\n\nAREA = labs.shapes.area(1)\n"})
    shop, suites = whenever_green(mine, lambda _: None, 0)
    outcome = land(mine, shop)
    assert suites == [outcome["tree"]]
    assert git_cli(bare, "rev-parse", "main~2") == theirs
    assert git_cli(bare, "show", "main:core/late.py").startswith("import core.geometry.shapes\n")
    assert refs(mine)[MAIN] == at(bare)
    assert (mine / "core/late.py").read_text().endswith("AREA = core.geometry.shapes.area(1)\n")
    assert git_cli(mine, "status", "--porcelain") == ""


def test_who_pushes_meanwhile_is_built_upon_and_tested_again(pair: Pair) -> None:
    mine, bare = pair
    forget_suites(mine)
    late = {"core/late.py": "from labs.report import line\n\nLINE = line(1)\n"}
    shop, suites = whenever_green(mine, lambda _: others_push(bare, late), 1)
    outcome = land(mine, shop)
    assert len(set(suites)) == len(suites) == 2
    assert outcome["tree"] == suites[1]
    assert at(bare) == outcome["tip"]
    assert git_cli(bare, "show", "main:core/late.py").startswith("from core.report import line\n")
    assert [record.facts["there"] == record.facts["new"] for record in records(mine, "land.observed")] == [False, True]
    assert len(marks(bare)) == 1


def test_who_pushes_all_the_time_is_named(pair: Pair) -> None:
    mine, bare = pair
    forget_suites(mine)
    theirs: list[str] = []
    shop, _ = whenever_green(
        mine, lambda n: theirs.insert(0, others_push(bare, {"notes.txt": f"{n}\n"}, f"note {n}")), 9
    )
    error = stopped(mine, shop)
    assert isinstance(error, CheckFailed)
    assert error.code == "land.base-moves"
    assert [fault.where for fault in error.faults] == theirs
    assert error.faults[-1].what == "note 1 (Builder)"
    assert at(bare) == theirs[0]
    assert states(mine) == ["ready-to-land"] * 2
    assert unfinished(mine) == []


def test_a_hook_that_refuses_stops_it_and_it_lands_later(pair: Pair) -> None:
    mine, bare = pair
    base = at(bare)
    file = hook(bare, "pre-receive", "echo freeze >&2; exit 1")
    error = stopped(mine)
    assert (error.code, error.exit_code) == ("remote.hook-refused", 1)
    assert "freeze" in error.why
    assert (at(bare), refs(mine)[MAIN], unfinished(mine)) == (base, base, [])
    assert states(mine) == ["ready-to-land"] * 2
    file.unlink()
    assert land(mine)["items"] == ITEMS


def test_an_answer_that_never_came_is_found_out_by_resume(pair: Pair) -> None:
    mine, bare = pair
    away = bare.with_name("away.git")
    file = hook(bare, "post-receive", f"mv {bare} {away}")
    error = stopped(mine)
    assert (error.code, error.exit_code) == ("remote.unknown", 4)
    assert unfinished(mine) == ["push"]
    again = stopped(mine)
    assert (again.code, again.cure) == ("run.unfinished", "laneshift resume")
    [still] = resuming.resume(shop_at(mine), 1)
    assert still.error is not None
    assert (still.error.code, still.error.exit_code) == ("remote.unknown", 4)
    away.rename(bare)
    file.unlink()
    assert [one.error for one in resume(mine)] == [None]
    assert states(mine) == ["landed"] * 2
    assert at(bare) == refs(mine)[MAIN]
    assert len(records(mine, "land.recorded")) == len(records(mine, "land.intended")) == 1
    shop = shop_at(mine)
    assert verify(shop, shop.plans.load("batch")).findings == ()


def test_a_push_that_was_cut_off_before_leaves_the_items_ready(pair: Pair) -> None:
    mine, bare = pair
    file = hook(bare, "pre-receive", "kill -9 $PPID")
    assert stopped(mine).code == "remote.unknown"
    file.unlink()
    assert [one.error for one in resume(mine)] == [None]
    assert (states(mine), unfinished(mine)) == (["ready-to-land"] * 2, [])
    assert land(mine)["tip"] == at(bare)


def test_a_push_that_arrives_later_than_anybody_looked_is_recorded_and_not_landed_again(pair: Pair) -> None:
    mine, bare = pair
    hook(bare, "pre-receive", "kill -9 $PPID")
    assert stopped(mine).code == "remote.unknown"
    resume(mine)
    late = records(mine, "land.intended")[0].facts["new"]
    git_cli(bare, "fetch", "-q", str(mine), records(mine, "land.combined")[-1].facts["base"])
    git_cli(mine, "update-ref", "refs/late", late)
    git_cli(bare, "fetch", "-q", str(mine), f"refs/late:{MAIN}")
    assert stopped(mine).code == "remote.landed-late"
    assert unfinished(mine) == ["push"]
    assert [one.error for one in resume(mine)] == [None]
    assert states(mine) == ["landed"] * 2
    assert [record.facts["tip"] for record in records(mine, "land.recorded")] == [late] == [at(bare)]


def test_a_landing_that_somebody_undid_there_is_told_and_may_be_landed_again(pair: Pair) -> None:
    mine, bare = pair
    base = at(bare)
    hook(bare, "post-receive", f"git update-ref {MAIN} {base}")
    error = stopped(mine)
    assert (error.code, error.exit_code) == ("remote.taken-away", 4)
    assert (states(mine), unfinished(mine)) == (["ready-to-land"] * 2, [])
    (bare / "hooks/post-receive").unlink()
    assert land(mine)["tip"] == at(bare)
    assert len(marks(bare)) == 2


def test_work_in_the_local_branch_stays(pair: Pair) -> None:
    mine, bare = pair
    own = commit_files(mine, {"notes.txt": "not pushed\n"})
    outcome = land(mine)
    assert at(bare) == outcome["tip"]
    assert refs(mine)[MAIN] == own
    assert (states(mine), unfinished(mine)) == (["landed"] * 2, [])
    assert "commits of its own" in records(mine, "land.followed")[0].facts["stays"]


def test_local_changes_in_the_way_keep_the_branch_until_they_are_gone(pair: Pair) -> None:
    mine, bare = pair
    base = refs(mine)[MAIN]
    (mine / "labs/shapes.py").write_text("# mine\n")
    error = stopped(mine)
    assert isinstance(error, NeedsPerson)
    assert error.code == "land.work-tree-behind"
    assert refs(mine)[MAIN] == base
    assert states(mine) == ["landed"] * 2
    git_cli(mine, "checkout", "-q", "labs/shapes.py")
    assert [one.error for one in resume(mine)] == [None]
    assert refs(mine)[MAIN] == at(bare)
    assert git_cli(mine, "status", "--porcelain") == ""


@pytest.mark.parametrize("name", ["upstream", "ext::sh", "--force", "/srv/mono.git"])
def test_what_is_no_remote_is_refused_before_anything_is_on_record(pair: Pair, name: str) -> None:
    mine, bare = pair
    before = len(records(mine))
    assert isinstance(stopped(mine, remote=name), Refused)
    assert len(records(mine)) == before
    assert not marks(bare)


def test_an_unreachable_remote_stops_it_before_anything_is_pushed(pair: Pair) -> None:
    mine, _ = pair
    git_cli(mine, "remote", "set-url", "origin", "git://robot:s3cret@127.0.0.1:1/x.git")
    error = stopped(mine)
    assert (error.code, error.exit_code) == ("remote.unreachable", 4)
    assert "s3cret" not in repr(error.as_dict())
    assert not records(mine, "land.intended")
    assert unfinished(mine) == []


def test_the_command_line_says_where_it_landed(pair: Pair) -> None:
    mine, bare = pair
    done = laneshift(mine, "land", "batch")
    assert done.code == 0, done.err
    assert "2 item(s) landed on main of origin: commit " + at(bare)[:12] in done.out
    back = laneshift(mine, "rollback", "batch")
    assert back.code == 0, back.err
    assert "2 item(s) taken back from main of origin: commit " + at(bare)[:12] in back.out


def test_the_empty_name_lands_on_the_local_branch_alone(pair: Pair) -> None:
    mine, bare = pair
    base = at(bare)
    assert land(mine, remote="")["remote"] == ""
    assert at(bare) == base != refs(mine)[MAIN]


def test_a_ship_lands_where_it_was_told_to(pair: Pair) -> None:
    mine, bare = pair
    git_cli(mine, "remote", "rename", "origin", "up")
    shop = shop_at(mine)
    plan = shop.plans.load("batch")
    with pytest.raises(Refused) as refused:
        working.ship(shop, plan, 1)
    assert refused.value.code == "remote.unknown-name"
    assert not records(mine, "ship.started")
    assert working.ship(shop, plan, 1, "up")["remote"] == "up"
    assert at(bare) == refs(mine)[MAIN]

"""Landing by review in this repository: a branch, a change, a merge by a person, and the landing on record."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from laneshift.agents.standing import standing
from laneshift.errors import NeedsPerson
from laneshift.runs import resuming, working
from laneshift.runs.freezing import freeze, thaw
from laneshift.runs.reviews.proposing import ProposeSteps
from laneshift.runs.reviews.ready import ready_branches
from laneshift.runs.reviews.shown import shown
from laneshift.runs.rolling_back import roll_back
from laneshift.runs.verifying import verify
from laneshift.server.agents_asked import made
from laneshift.wiring import forge
from tests.remote import MAIN
from tests.repo.builders import commit_files, git_cli
from tests.runs.remote_toy import ITEMS, land, states
from tests.toy import copy_of, laneshift, records, refs, shop_at, tree_of

BRANCH = "laneshift-pr/batch"


@pytest.fixture
def mine(ready_toy: Path, tmp_path: Path) -> Path:
    return copy_of(ready_toy, tmp_path / "mine")


def propose(path: Path) -> dict[str, Any]:
    return land(path, remote="", by="pull-request")


def test_what_was_tested_waits_on_a_branch_and_lands_when_it_is_merged(mine: Path) -> None:
    before = refs(mine)[MAIN]
    outcome = propose(mine)
    assert (outcome["result"], outcome["items"]) == ("proposed", ITEMS)
    [told] = outcome["changes"]
    assert (told["branch"], told["number"], told["link"]) == (BRANCH, 1, "")
    assert refs(mine)[MAIN] == before
    assert tree_of(mine, BRANCH) == told["tree"]
    assert set(states(mine)) == {"ready-to-land"}
    here = forge(shop_at(mine).repository)
    [change] = here.changes.all()
    assert (change.state, change.head, change.base, change.commit) == ("open", BRANCH, "main", told["tip"])
    assert {each.context for each in here.checks.of(told["tip"])} >= {"laneshift/plan", "laneshift/suite"}
    assert {each.state for each in here.checks.of(told["tip"])} == {"success"}

    shop = shop_at(mine)
    plan = shop.plans.load("batch")
    assert ready_branches(shop, plan, here.changes) == [BRANCH]
    assert standing(shop, [], here.changes, plan.id).ready == (BRANCH,)

    attempts = len(records(mine, "land.started"))
    assert propose(mine)["result"] == "proposed"  # nothing is tested again while nothing has changed
    assert len(records(mine, "land.started")) == attempts
    assert resuming.resume(shop_at(mine), 1) == []

    git_cli(mine, "merge", "-q", "--no-ff", "-m", "merged by a person", BRANCH)
    assert [taken.error for taken in resuming.resume(shop_at(mine), 1)] == [None]
    assert states(mine) == ["landed", "landed"]
    assert f"refs/heads/{BRANCH}" not in refs(mine)
    assert git_cli(mine, "status", "--porcelain") == ""
    assert forge(shop_at(mine).repository).changes.all()[0].state == "merged"
    shop = shop_at(mine)
    plan = shop.plans.load("batch")
    assert verify(shop, plan).findings == ()
    assert resuming.resume(shop, 1) == []
    taken = roll_back(shop, plan)
    assert taken.tree == tree_of(mine, before)


def test_a_squash_with_the_tested_tree_is_a_landing(mine: Path) -> None:
    [told] = propose(mine)["changes"]
    git_cli(mine, "merge", "-q", "--squash", BRANCH)
    git_cli(mine, "commit", "-q", "-m", "squashed by a person")
    squashed = refs(mine)[MAIN]
    commit_files(mine, {"core/late.py": "LATE = 1\n"}, "afterwards")
    assert [taken.error for taken in resuming.resume(shop_at(mine), 1)] == [None]
    facts = records(mine, "land.recorded")[0].facts
    assert (facts["tip"], facts["tested"], facts["tree"]) == (squashed, told["tip"], told["tree"])
    assert refs(mine)["refs/laneshift/tested/batch"] == told["tip"]
    shop = shop_at(mine)
    assert forge(shop.repository).changes.all()[0].state == "closed"
    assert [(each.number, each.state, each.items) for each in shown(shop)] == [(1, "merged", tuple(ITEMS))]
    assert verify(shop, shop.plans.load("batch")).findings == ()
    told_of = made(shop, "")
    assert told_of.faults == ()
    [author] = told_of.agents
    tested = git_cli(mine, "rev-list", "--no-merges", f"{facts['base']}..{told['tip']}").splitlines()
    assert sorted(oid for oid, _ in author.landed) == sorted(tested)
    roll_back(shop, shop.plans.load("batch"))
    assert (made(shop, "").faults, made(shop, "").agents[0].taken_back) == ((), len(tested))


def test_a_merge_with_another_tree_is_no_landing(mine: Path) -> None:
    propose(mine)
    commit_files(mine, {"core/late.py": "LATE = 1\n"}, "meanwhile")
    git_cli(mine, "merge", "-q", "--no-ff", "-m", "merged by a person", BRANCH)
    [taken] = resuming.resume(shop_at(mine), 1)
    assert isinstance(taken.error, NeedsPerson)
    assert taken.error.code == "change.merged-otherwise"
    assert not records(mine, "land.recorded")
    assert states(mine) == ["ready-to-land", "ready-to-land"]
    assert resuming.resume(shop_at(mine), 1) == []


def test_a_target_that_moved_brings_the_same_change_up_to_date(mine: Path) -> None:
    first = propose(mine)["changes"][0]
    commit_files(mine, {"core/late.py": "LATE = 1\n"}, "meanwhile")
    second = propose(mine)["changes"][0]
    assert (second["number"], second["branch"]) == (first["number"], first["branch"])
    assert refs(mine)[f"refs/heads/{BRANCH}"] == second["tip"] != first["tip"]
    assert len(forge(shop_at(mine).repository).changes.all()) == 1
    git_cli(mine, "merge", "-q", "--ff-only", BRANCH)
    assert land(mine, remote="", by="pull-request")["result"] == "landed"
    assert states(mine) == ["landed", "landed"]


def test_what_others_put_on_the_branch_is_not_lost(mine: Path) -> None:
    propose(mine)
    git_cli(mine, "switch", "-q", BRANCH)
    theirs = commit_files(mine, {"core/mended.py": "M = 1\n"}, "a reviewer mends it")
    git_cli(mine, "switch", "-q", "main")
    shop = shop_at(mine)
    assert ready_branches(shop, shop.plans.load("batch"), forge(shop.repository).changes) == []
    commit_files(mine, {"core/late.py": "LATE = 1\n"}, "meanwhile")
    with pytest.raises(NeedsPerson) as caught:
        propose(mine)
    assert caught.value.code == "change.branch-taken"
    assert refs(mine)[f"refs/heads/{BRANCH}"] == theirs


def test_a_closed_change_leaves_its_items_ready(mine: Path) -> None:
    propose(mine)
    shop = shop_at(mine)
    here = forge(shop.repository)
    here.changes.close(here.changes.all()[0].key, "not now")
    assert [taken.error for taken in resuming.resume(shop, 1)] == [None]
    assert working.state_of(shop, shop.plans.load("batch")).proposed == ()
    assert propose(mine)["changes"][0]["number"] == 1


def test_the_command_line_says_what_waits_and_what_comes_next(mine: Path) -> None:
    done = laneshift(mine, "land", "batch", "--remote", "", "--pull-request")
    assert done.code == 0, done.err
    assert f"{BRANCH}: 2 item(s), tree {tree_of(mine, BRANCH)}: change 1" in done.out
    assert done.out.endswith("next: laneshift resume\n") or "next: laneshift resume" in done.err
    kept = json.loads(next((mine / ".git/laneshift/forge/changes").glob("*.json")).read_text())
    assert kept["title"] == "Land batch: 2 items"


def test_one_change_for_each_lane(mine: Path) -> None:
    shop = shop_at(mine)
    plan = shop.plans.load("batch")
    by_lane = replace(shop, forge=lambda: replace(forge(shop.repository), per="lane"))
    [told] = land(mine, by_lane, remote="", by="pull-request")["changes"]
    assert (told["lane"], told["branch"]) == ("core", f"{BRANCH}@core")
    assert forge(shop.repository).changes.all()[0].title == "Land batch for core: 2 items"
    items = tuple(replace(item, lane=lane) for item, lane in zip(plan.items, ("core", "serve"), strict=True))
    steps = ProposeSteps(shop, replace(plan, items=items))
    asked = {"per": "lane", "items": ITEMS}
    assert steps.cut(asked) == {"lane": "core", "items": ITEMS[:1]}
    assert steps.cut({**asked, "items": ITEMS[1:]}) == {"lane": "serve", "items": ITEMS[1:]}
    assert steps.cut({**asked, "per": "batch"}) == {"lane": "", "items": ITEMS}


def test_a_freeze_and_a_swap_meanwhile(mine: Path) -> None:
    shop = shop_at(mine)
    freeze(shop, "ada", "a release")
    with pytest.raises(NeedsPerson, match="frozen"):
        propose(mine)
    assert not records(mine, "change.intended")
    thaw(shop, "ada", "it is out")
    propose(mine)
    assert land(mine, remote="", by="swap")["result"] == "landed"
    assert working.state_of(shop_at(mine), shop.plans.load("batch")).proposed == ()
    assert forge(shop.repository).changes.all()[0].state == "merged"

"""The rehearsal of a rollback says what the rollback does, before and after the landing, and moves nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from laneshift.errors import Refused
from laneshift.runs import working
from laneshift.runs.rehearsing import rehearse
from laneshift.runs.rolling_back import roll_back
from tests.monorepo import BATCH, BREAKS
from tests.repo.builders import commit_files
from tests.toy import copy_of, laneshift, planned, refs, shop_at, toy, tree_of, work_files


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two moves that are ready to land. Never change it: take a copy."""
    path = toy(tmp_path_factory.mktemp("rehearsing") / "repo")
    working.run(shop_at(path), planned(path, BATCH), workers=1)
    return path


@pytest.fixture
def landing(ready: Path, tmp_path: Path) -> Path:
    """A copy of it for one test."""
    return copy_of(ready, tmp_path / "repo")


def test_what_is_ready_is_rehearsed_on_the_target_as_it_is(landing: Path) -> None:
    shop = shop_at(landing)
    plan = shop.plans.load("batch")
    commit_files(landing, {"notes.txt": "theirs\n"})
    before = refs(landing), work_files(landing)
    found = rehearse(shop, plan)
    ready = working.state_of(shop, plan).in_state("ready-to-land")
    assert (found.landed, list(found.items), found.kept) == (False, ready, 0)
    assert found.tree == found.base_tree == tree_of(landing)
    assert (refs(landing), work_files(landing)) == before
    [one] = rehearse(shop, plan, ready[1:]).items
    assert one == ready[1]
    done = laneshift(landing, "rollback", "batch", "--rehearse", "--json")
    assert (done.code, done.data["tree"], done.data["landed"]) == (0, found.tree, False)
    assert done.data["next"] == f"laneshift land {plan.id}"


def test_what_has_landed_is_rehearsed_as_it_will_be_taken_back(landing: Path) -> None:
    shop = shop_at(landing)
    plan = shop.plans.load("batch")
    base = tree_of(landing)
    working.land(shop, plan)
    assert rehearse(shop, plan).tree == base
    commit_files(landing, {"notes.txt": "theirs\n"})
    before = refs(landing)
    foreseen = rehearse(shop, plan)
    assert (foreseen.landed, foreseen.kept, refs(landing)) == (True, 1, before)
    done = laneshift(landing, "rollback", "batch", "--rehearse")
    assert done.code == 0
    assert "what others changed since in 1 path(s) would be kept" in done.out
    assert (refs(landing), roll_back(shop, plan).tree) == (before, foreseen.tree)


def test_a_way_back_that_is_not_clean_is_found_before_it_is_needed(landing: Path) -> None:
    shop = shop_at(landing)
    plan = shop.plans.load("batch")
    working.land(shop, plan)
    gone = plan.items[0]
    commit_files(landing, {gone.dst: None})
    before = refs(landing)
    with pytest.raises(Refused) as caught:
        rehearse(shop, plan)
    assert caught.value.code == "rollback.not-clean"
    assert refs(landing) == before


def test_nothing_landed_and_nothing_ready_is_no_rehearsal(landing: Path) -> None:
    shop = shop_at(landing)
    with pytest.raises(Refused) as caught:
        rehearse(shop, planned(landing, BREAKS, "other.tsv"))
    assert caught.value.code == "rollback.not-landed"

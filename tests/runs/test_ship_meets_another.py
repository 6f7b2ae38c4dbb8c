"""A `ship` while another process is at work leaves nothing behind: no plan that it could not begin."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from laneshift.repo.flock import try_lock
from laneshift.repo.lock import Held
from laneshift.runs.holding import holding
from tests.monorepo import BATCH
from tests.toy import laneshift, records, shop_at, toy


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = toy(tmp_path / "repo")
    (made / ".git/batch.tsv").write_text(BATCH)
    return made


def test_a_ship_that_meets_a_landing_makes_no_plan(path: Path) -> None:
    shop = shop_at(path)
    with holding(shop, "the landing of somebody else"):
        met = laneshift(path, "ship", ".git/batch.tsv", "--json")
        assert (met.code, met.data["error"]["code"]) == (1, "lock.held")
        assert f"pid {os.getpid()} " in met.data["error"]["what"]
    assert shop.plans.all() == []
    assert not (path / ".git/laneshift/laneshift.lock").exists()
    assert records(path) == []
    asked = laneshift(path, "status", "--json")
    assert "laneshift resume" not in asked.data["next"]


def test_who_holds_the_turn_may_ask_again_and_keeps_it(path: Path) -> None:
    shop = shop_at(path)
    lock = shop.repository.state_dir / "work.lock"
    with holding(shop, "a ship"):
        with holding(shop, "its landing"):
            assert try_lock(lock) is None
        assert try_lock(lock) is None, "the inner part gave the turn of the whole away"
    free = try_lock(lock)
    assert free is not None
    with pytest.raises(Held), holding(shop, "another"):
        pytest.fail("two had the turn")
    os.close(free)


def test_an_error_in_the_middle_gives_the_turn_back(path: Path) -> None:
    shop = shop_at(path)
    with pytest.raises(RuntimeError, match="in the middle"), holding(shop, "a ship"), holding(shop, "its landing"):
        raise RuntimeError("in the middle")
    with holding(shop, "the next"):
        assert try_lock(shop.repository.state_dir / "work.lock") is None

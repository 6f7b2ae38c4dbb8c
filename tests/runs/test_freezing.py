"""A freeze: whatever moment it comes at, nothing lands after it, and all of it is there when it ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from laneshift.errors import NeedsPerson, Refused
from laneshift.runs import freezing, resuming, working
from laneshift.runs.rolling_back import roll_back
from laneshift.runs.workshop import Workshop
from tests.remote import MAIN, at
from tests.runs.remote_toy import ITEMS, land, states, unfinished, with_remote
from tests.toy import copy_of, laneshift, records, refs, shop_at, watched


@pytest.fixture
def mine(ready_toy: Path, tmp_path: Path) -> Path:
    return copy_of(ready_toy, tmp_path / "mine")


class _Told:
    """The journal, with a word to the test right before or after it records an intent to land."""

    def __init__(self, inner: Any, before: Any = None, after: Any = None) -> None:
        self._inner, self._before, self._after = inner, before, after

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def append(self, key: str, kind: str, facts: Mapping[str, Any], **how: Any) -> Any:
        intent = kind == "land.intended"
        if intent and self._before is not None:
            self._before()
        record = self._inner.append(key, kind, facts, **how)
        if intent and self._after is not None:
            self._after()
        return record


def test_nothing_lands_while_it_stands_and_all_of_it_afterwards(mine: Path) -> None:
    before = refs(mine)[MAIN]
    done = laneshift(mine, "freeze", "--why", "main is broken", "--as", "ops@example.org", "--json")
    assert (done.code, done.data["frozen"]["who"], done.data["on_its_way"]) == (0, "ops@example.org", [])
    stopped = laneshift(mine, "land", "batch", "--remote", "", "--json")
    assert (stopped.code, stopped.data["error"]["code"]) == (4, "land.frozen")
    assert "ops@example.org: main is broken" in stopped.data["error"]["what"]
    shop = shop_at(mine)
    with pytest.raises(NeedsPerson) as shipping:
        working.ship(shop, shop.plans.load("batch"), 1, "")
    assert shipping.value.code == "land.frozen"
    assert refs(mine)[MAIN] == before
    assert states(mine) == ["ready-to-land"] * 2
    assert "landings are frozen, by ops@example.org: main is broken" in laneshift(mine, "status").out
    assert land(mine, check=True, remote="")["result"] == "green", "looking is no landing"
    again = laneshift(mine, "freeze", "--why", "once more", "--json")
    assert again.data["frozen"]["reason"] == "main is broken", "the first one holds"
    assert laneshift(mine, "thaw", "--why", "mended").code == 0
    assert laneshift(mine, "status", "--json").data["frozen"] is None
    assert land(mine, remote="")["items"] == ITEMS
    assert [record.kind for record in records(mine) if record.kind.startswith("landing.")] == [
        "landing.frozen",
        "landing.thawed",
    ]


def test_the_way_back_stays_open(mine: Path) -> None:
    before = refs(mine)[MAIN]
    land(mine, remote="")
    shop = shop_at(mine)
    freezing.freeze(shop, "ops", "what landed is bad")
    back = roll_back(shop, shop.plans.load("batch"))
    assert back.tree == shop.repository.tree(before).oid
    assert laneshift(mine, "verify", "batch").code == 0


def test_one_that_comes_while_the_suite_runs_stops_the_landing(mine: Path) -> None:
    for file in (mine / ".git/laneshift").glob("results.sqlite*"):
        file.unlink()

    def heard(moment: str, tree: str, selection: Sequence[str]) -> None:
        if moment == "before" and not records(mine, freezing.FROZEN):
            freezing.freeze(shop_at(mine), "ops", "stop")

    before = refs(mine)[MAIN]
    with pytest.raises(NeedsPerson) as stopped:
        land(mine, watched(mine, heard), remote="")
    assert (stopped.value.code, refs(mine)[MAIN]) == ("land.frozen", before)
    assert not records(mine, "land.intended")
    assert unfinished(mine) == []
    freezing.thaw(shop_at(mine), "ops", "go")
    assert land(mine, remote="")["items"] == ITEMS


def _frozen_around(path: Path, **when: bool) -> Workshop:
    def stop() -> None:
        freezing.freeze(shop_at(path), "ops", "stop")

    shop = shop_at(path)
    told = {moment: stop for moment, wanted in when.items() if wanted}
    return replace(shop, journal=_Told(shop.journal, **told))


@pytest.mark.parametrize("remote", [False, True], ids=["local", "remote"])
def test_the_order_of_the_journal_decides(ready_toy: Path, tmp_path: Path, remote: bool) -> None:
    mine, bare = with_remote(ready_toy, tmp_path)
    where = {} if remote else {"remote": ""}
    before = at(bare)
    with pytest.raises(NeedsPerson) as stopped:
        land(mine, _frozen_around(mine, before=True), **where)
    assert (stopped.value.code, at(bare), refs(mine)[MAIN]) == ("land.frozen", before, before)
    [frozen], [intended, *_] = records(mine, freezing.FROZEN), records(mine, "land.intended")
    assert frozen.seq < intended.seq
    freezing.thaw(shop_at(mine), "ops", "go")
    resuming.resume(shop_at(mine), 1)
    assert unfinished(mine) == []
    late: list[list[str]] = []

    def too_late() -> None:
        freezing.freeze(shop_at(mine), "ops", "stop again")
        late.append(freezing.on_their_way(shop_at(mine)))

    shop = shop_at(mine)
    shop = replace(shop, journal=_Told(shop.journal, after=too_late))
    with pytest.raises(NeedsPerson):
        land(mine, shop, **where)
    assert late == [[working.state_of(shop, shop.plans.load("batch")).plan.id]]
    assert at(bare) == before, "recorded after the intent and before the swap: it still holds"


@pytest.mark.parametrize("reason", ["", "  ", "a\nb", "x" * 501, "a\u202eb"])
def test_a_reason_that_nobody_can_read_is_none(mine: Path, reason: str) -> None:
    shop = shop_at(mine)
    for act in (freezing.freeze, freezing.thaw):
        with pytest.raises(Refused) as refused:
            act(shop, "ops", reason)
        assert refused.value.code == "usage.no-reason"
    with pytest.raises(Refused) as none:
        freezing.thaw(shop, "ops", "fine")
    assert none.value.code == "freeze.none"

"""A line to the database that breaks in the middle: never two owners, and who was cut off is told so."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from laneshift.agents.claims.rows import Rows
from laneshift.errors import NeedsPerson, Refused
from tests.agents.claims.cutting import Cutting
from tests.agents.claims.stores import CUT, Clock, Clocked, Store, database_at

READS = 1
"""Commits of a take before the one that counts: it looks first, in a transaction of its own."""


@pytest.fixture
def line(claims_url: str) -> Iterator[Cutting]:
    with Cutting(claims_url) as found:
        yield found


def through(line: Cutting, store: Store, patience: float = 0.2) -> Rows:
    database = database_at(line.address, store.name, patience)
    store.engines.append(database.engine)
    place = Clocked(database)
    assert isinstance(store.clock, Clock)
    place.clock = store.clock
    return Rows(place)


def cut_off(rows: Rows, *words: object) -> None:
    verb, *rest = words
    with pytest.raises(NeedsPerson) as raised:
        getattr(rows, str(verb))(*rest)
    assert raised.value.code == CUT


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_take_that_was_cut_off_leaves_one_owner_at_most(
    when: str, line: Cutting, claims_url: str, tmp_path: Path
) -> None:
    store = Store("database", tmp_path, claims_url)
    far, near = through(line, store), store.rows()
    assert store.clock is not None
    line.cut(when, READS)
    cut_off(far, "take", "far", "p", "k", ["x"], ["f"], 10)
    assert line.broken.is_set()
    near.lapse()  # waits for its turn: until the server has ended what was cut off
    owners = near.all()
    # What was committed is held by who does not know it; until it lapses nobody else gets it.
    if owners:
        assert [each.agent for each in owners] == ["far"]
        with pytest.raises(Refused, match="held by far"):
            near.take("near", "p", "k", ["x"], ["f"], 10)
        store.clock.now += 10
    else:
        assert when == "before"
    claim = near.take("near", "p", "k", ["x"], ["f"], 10)
    line.mend()
    assert [each.agent for each in far.all()] == ["near"]
    for each in owners:
        assert claim.token > each.token
        with pytest.raises(Refused, match="not held by whoever asks"):
            far.beat(each.id, each.token, 10)
        assert not far.release(each.id, each.token, "late")
    with pytest.raises(Refused, match="held by near"):
        far.take("far", "p", "k", ["x"], ["f"], 10)
    store.close()


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_beat_that_was_cut_off_gives_nobody_two_lives(
    when: str, line: Cutting, claims_url: str, tmp_path: Path
) -> None:
    store = Store("database", tmp_path, claims_url)
    far, near = through(line, store), store.rows()
    assert store.clock is not None
    mine = far.take("far", "p", "k", ["x"], ["f"], 10)
    line.cut(when, 0)
    cut_off(far, "beat", mine.id, mine.token, 100)
    near.lapse()
    store.clock.now = max(each.until for each in near.all())
    assert near.take("near", "p", "k", ["x"], ["f"], 10).token > mine.token
    line.mend()
    with pytest.raises(Refused, match="not held by whoever asks"):
        far.beat(mine.id, mine.token, 100)
    assert [each.agent for each in far.all()] == ["near"]
    store.close()


def test_an_answer_that_was_lost_is_given_again(claims_url: str, tmp_path: Path) -> None:
    """The line is whole again before patience ends: whoever asked gets the claim that it was given, and only one."""
    store = Store("database", tmp_path, claims_url)
    with Cutting(claims_url) as line:
        rows = through(line, store, patience=60.0)
        line.cut("after", READS, lasting=False)
        mine = rows.take("far", "p", "k", ["x"], ["f"], 10)
        assert rows.all() == [mine]
        assert mine.token == 1
        assert len(rows.untold()) == 1
    store.close()

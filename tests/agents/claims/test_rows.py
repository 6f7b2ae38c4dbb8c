"""Who holds what, on both kinds of places: one winner, expiry, beats, release, fencing, and tokens that only rise."""

from __future__ import annotations

from pathlib import Path

import pytest

from laneshift.agents.claims.rows import Rows
from laneshift.errors import CheckFailed, Refused
from tests.agents.claims.stores import Store, database_at


def refused(code: str, rows: Rows, *words: object) -> Refused:
    verb, *rest = words
    with pytest.raises(Refused) as raised:
        getattr(rows, str(verb))(*rest)
    assert raised.value.code == code
    return raised.value


def test_all_of_it_or_nothing_and_every_holder_is_named(store: Store) -> None:
    rows, other = store.rows(), store.rows()
    one = rows.take("a", "p", "k1", ["x"], ["f.py", "g.py"], 60)
    two = other.take("b", "p", "k2", ["y"], ["h.py"], 60)
    error = refused("claim.taken", other, "take", "c", "p", "k3", ["z"], ["g.py", "h.py"], 60)
    assert [fault.where for fault in error.faults] == [one.id, two.id]
    assert "'g.py'" in error.faults[0].what
    assert "a holds" in error.faults[0].what
    assert rows.take("c", "p", "k3", ["z"], ["i.py"], 60).token > two.token
    assert [each.id for each in other.all()] == [one.id, two.id, "c3"]


def test_items_count_within_their_plan_and_files_everywhere(store: Store) -> None:
    rows = store.rows()
    rows.take("a", "p", "k", ["x"], ["f.py"], 60)
    rows.take("a", "q", "k", ["x"], ["x"], 60)
    refused("claim.taken", rows, "take", "b", "q", "k", ["n"], ["f.py"], 60)
    refused("claim.taken", rows, "take", "b", "p", "k", ["x"], [], 60)


def test_a_claim_holds_until_its_last_second_and_beats_go_on(store: Store) -> None:
    rows = store.rows()
    assert store.clock is not None
    one = rows.take("a", "p", "k", ["x"], ["f"], 10)
    store.clock.now += 9
    assert rows.held(one.id, one.token).until == one.until
    assert rows.beat(one.id, one.token, 10).until == store.clock.now + 10
    store.clock.now += 10
    for verb in ("held", "beat"):
        refused("claim.lost", rows, verb, one.id, one.token, *([10] if verb == "beat" else []))
    assert rows.all() == []
    assert not rows.release(one.id, one.token, "late")


def test_who_takes_over_shuts_out_who_lapsed(store: Store) -> None:
    rows, other = store.rows(), store.rows()
    assert store.clock is not None
    one = rows.take("a", "p", "k", ["x"], ["f"], 10)
    store.clock.now += 10
    two = other.take("b", "p", "k", ["x"], ["f"], 10)
    assert two.token > one.token
    refused("claim.lost", rows, "beat", one.id, one.token, 10)
    refused("claim.lost", rows, "beat", two.id, one.token, 10)
    refused("claim.lost", rows, "release", two.id, one.token, "not mine")
    refused("claim.lost", rows, "held", one.id, two.token)
    assert other.held(two.id, two.token) == two
    told = [(each.kind, each.claim.id, each.facts.get("by")) for each in other.untold()]
    assert told == [("taken", one.id, None), ("lapsed", one.id, "b/k"), ("taken", two.id, None)]


def test_released_is_free_at_once_and_released_once(store: Store) -> None:
    rows = store.rows()
    one = rows.take("a", "p", "k", ["x"], ["f"], 10)
    assert rows.release(one.id, one.token, "done")
    assert not rows.release(one.id, one.token, "again")
    rows.take("b", "p", "k", ["x"], ["f"], 10)


def test_tokens_rise_over_restarts_and_over_a_lost_file(store: Store) -> None:
    one = store.rows().take("a", "p", "k", ["x"], [], 10)
    two = store.rows(last=99).take("a", "p", "k", ["y"], [], 10)
    assert two.token == one.token + 1
    if store.kind == "file":
        for file in store.folder.glob(f"{store.name}.sqlite*"):
            file.unlink()
        assert store.rows(last=99).take("a", "p", "k", ["z"], [], 10).token == 100


def test_hostile_names_come_back_as_they_were(store: Store) -> None:
    odd = ("a'b;--", "caf\u00e9/\u202e.py", "\udc80.py", "nul\0.py", "new\nline")
    claim = store.rows().take("a", "p", "k", ["x"], odd, 10)
    assert store.rows().all() == [claim]
    assert set(claim.files) == set(odd)
    refused("claim.taken", store.rows(), "take", "b", "p", "k", ["y"], [odd[2]], 10)


def test_many_files_are_held_at_once(store: Store) -> None:
    files = [f"f{number}" for number in range(1_201)]
    assert len(store.rows().take("a", "p", "k", [], files, 10).files) == 1_201
    refused("claim.taken", store.rows(), "take", "b", "p", "k", [], files[-1:], 10)


@pytest.mark.parametrize(("items", "seconds", "code"), [([], 5, "nothing"), (["x"], 0, "bad-seconds")])
def test_what_is_no_claim_is_refused(store: Store, items: list[str], seconds: int, code: str) -> None:
    refused(f"claim.{code}", store.rows(), "take", "a", "p", "k", items, [], seconds)


def test_a_damaged_file_is_told_and_never_read_as_free(tmp_path: Path) -> None:
    store = Store("file", tmp_path, "")
    (tmp_path / f"{store.name}.sqlite").write_bytes(b"x" * 4096)
    with pytest.raises(CheckFailed, match="neither read nor written"):
        store.rows().all()


def test_the_clock_of_the_server_counts_in_a_database(claims_url: str, tmp_path: Path) -> None:
    """Two machines whose own clocks differ by hours agree: nothing of theirs is asked."""
    store = Store("database", tmp_path, claims_url, clock=None)
    own = database_at(claims_url, store.name)

    def now() -> float:
        asked = "SELECT extract(epoch FROM clock_timestamp())"
        return float(own.read(lambda each: each.exec_driver_sql(asked).scalar_one()))

    before = now()
    claim = store.rows().take("a", "p", "k", ["x"], [], 3600)
    assert before - 1 <= claim.until - 3600 <= now()
    own.engine.dispose()
    store.close()

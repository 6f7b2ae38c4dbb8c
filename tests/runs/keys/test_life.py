"""The whole life of keys, with a moved clock: made, quiet, due, overdue, rotated, revoked; all of it on record."""

from __future__ import annotations

import pytest

from laneshift.errors import Refused
from laneshift.evidence.keys.port import KeyRefused
from laneshift.runs.sealing import checked, seal

from .conftest import Keeper


def _signed(keeper: Keeper, data: bytes) -> tuple[str, bytes, int]:
    signer = keeper.ring().signer("attestation")
    assert signer is not None
    return signer.key_id, signer.sign(data), keeper.now


def test_the_whole_life(keeper: Keeper) -> None:
    assert {each.standing for each in keeper.check().values()} == {"no-key"}
    first = keeper.rotate("attestation", "the first key")
    assert keeper.check()["attestation"].standing == "quiet"
    old = _signed(keeper, b"old")

    keeper.day = 79
    assert keeper.check()["attestation"].standing == "quiet"
    assert keeper.issues.all() == []

    keeper.day = 81
    due = keeper.check()["attestation"]
    assert (due.standing, due.fails, due.days) == ("due", False, 81)
    assert [(issue.title, issue.state) for issue in keeper.issues.all()] == [("Rotate the attestation key", "open")]

    keeper.day = 91
    overdue = keeper.check()["attestation"]
    assert (overdue.standing, overdue.fails, overdue.issue) == ("overdue", True, due.issue)
    assert "should have been rotated by day 90" in keeper.issues.all()[0].body
    assert len(keeper.issues.all()) == 1

    second = keeper.rotate("attestation", "quarterly rotation")
    assert second.id != first.id
    new = _signed(keeper, b"new")
    assert new[0] == second.id
    assert not keeper.vault.holds(first.id)
    assert keeper.check()["attestation"].standing == "quiet"
    assert keeper.issues.all()[0].state == "closed"
    keeper.ring().verify(old[0], b"old", old[1], old[2])
    keeper.ring().verify(new[0], b"new", new[1], new[2])

    keeper.day = 95
    keeper.revoke(second.id, "a laptop was stolen")
    with pytest.raises(KeyRefused, match="a laptop was stolen"):
        keeper.ring().verify(new[0], b"new", new[1], new[2])
    keeper.ring().verify(old[0], b"old", old[1], old[2])
    gone = keeper.check()["attestation"]
    assert (gone.standing, gone.fails) == ("missing", True)
    third = keeper.rotate("attestation", "after the theft")
    assert keeper.check()["attestation"].standing == "quiet"

    told = [
        (record.kind, record.facts["key"], record.facts.get("operator", ""), record.facts.get("reason", ""))
        for record in keeper.shop().journal.records()
        if record.kind.startswith("key.")
    ]
    assert told == [
        ("key.created", first.id, "ann@example.org", "the first key"),
        ("key.warned", first.id, "", ""),
        ("key.warned", first.id, "", ""),
        ("key.created", second.id, "ann@example.org", "quarterly rotation"),
        ("key.retired", first.id, "ann@example.org", "quarterly rotation"),
        ("key.revoked", second.id, "bob@example.org", "a laptop was stolen"),
        ("key.warned", "", "", ""),
        ("key.created", third.id, "ann@example.org", "after the theft"),
    ]
    days = [(record.at // 1000 - 1_800_000_000) // 86_400 for record in keeper.shop().journal.records()]
    assert days == sorted(days)


def test_a_journal_key_seals_and_a_new_one_seals_again(keeper: Keeper) -> None:
    keeper.rotate("journal", "the first key")
    shop = keeper.shop()
    shop.journal.append("a", "land.recorded", {"n": 1}, at=keeper.now)
    seal(shop)
    origin = shop.journal.checkpoint().origin
    keeper.revoke(keeper.ring().keys[0].id, "lost")
    bad = checked(shop.repository, shop.journal.records(), origin, keeper.shop().keys)
    assert ["evidence.unsealed" in each for each in bad.findings] == [True]
    keeper.rotate("journal", "after the loss")
    good = checked(shop.repository, shop.journal.records(), origin, keeper.shop().keys)
    assert good.findings == ()
    assert good.signed == len(shop.journal.records())


def test_a_private_half_that_is_not_here_fails_the_check(keeper: Keeper) -> None:
    key = keeper.rotate("journal", "the first key")
    keeper.vault.drop(key.id)
    found = keeper.check()["journal"]
    assert (found.standing, found.fails) == ("missing", True)
    assert "not on this machine" in found.what


@pytest.mark.parametrize("reason", ["", "  ", "two\nlines", "x" * 501])
def test_a_rotation_says_why(keeper: Keeper, reason: str) -> None:
    with pytest.raises(Refused, match="a reason is one line"):
        keeper.rotate("journal", reason)
    assert keeper.ring().keys == ()


def test_revoking_twice_and_revoking_nothing(keeper: Keeper) -> None:
    key = keeper.rotate("journal", "the first key")
    gone = keeper.revoke(key.id, "lost")
    keeper.day = 3
    assert keeper.revoke(key.id, "again") == gone
    with pytest.raises(Refused, match="is no key of this repository"):
        keeper.revoke("journal-0000", "lost")

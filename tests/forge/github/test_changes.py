"""Pull requests at a served GitHub: one for a key, found on any page, whatever answer gets lost."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from laneshift.errors import Refused
from laneshift.forge.github.markers import LONGEST, key_of
from laneshift.forge.port import Change, Check, Merge

from .conftest import Desk
from .serving import Fault

ONE = Change("land-core", 0, "Land core", "144 items", "laneshift-pr/core", "main", "c" * 40)
OURS = "<!-- laneshift:land-core -->"


def pull(desk: Desk, head: str, body: str = "", base: str = "main", **more: Any) -> int:
    """A pull request that is there already."""
    repo = {"full_name": more.pop("fork", "acme/shop")}
    made = desk.hub.plain("theirs", body, head={"ref": head, "repo": repo}, base={"ref": base}, **more)
    return int(made["number"])


def test_opened_once_and_updated_in_place(desk: Desk) -> None:
    first = desk.changes.put(ONE)
    assert first == replace(ONE, number=1)
    before = list(desk.served.asked)
    assert desk.changes.put(ONE) == first
    assert desk.served.asked[len(before) :] == ["pulls/list"]
    later = desk.changes.put(replace(ONE, title="Land core again", body="143 items"))
    assert (later.number, later.title, later.body) == (1, "Land core again", "143 items")
    assert len(desk.hub.pulls()) == 1
    assert desk.changes.all() == [later]


@pytest.mark.parametrize("status", [0, 500, 502, 504])
def test_an_answer_that_got_lost_opens_no_second_one(desk: Desk, status: int) -> None:
    desk.served.faults.append(Fault("pulls/create", status, after=True))
    assert desk.changes.put(ONE).number == 1
    assert len(desk.hub.pulls()) == 1


def test_one_that_somebody_else_opened_meanwhile_is_taken(desk: Desk) -> None:
    pull(desk, ONE.head, "by hand")
    assert desk.changes.put(ONE).number == 1
    assert key_of(desk.hub.issues[1]["body"]) == ONE.key
    assert len(desk.hub.pulls()) == 1


def test_it_is_found_among_hundreds_and_a_closed_one_stays_closed(desk: Desk) -> None:
    for number in range(120):
        pull(desk, f"other-{number}", f"<!-- laneshift:other-{number} -->")
    kept = desk.changes.put(ONE)
    assert desk.changes.put(ONE) == kept
    assert len(desk.changes.all()) == 121
    assert desk.changes.close(ONE.key, "not now") == replace(kept, state="closed", body="144 items\n\nClosed: not now")
    assert desk.changes.close(ONE.key, "again") is None
    assert desk.changes.put(ONE).number == kept.number + 1


def test_the_mark_of_a_stranger_does_not_count(desk: Desk) -> None:
    pull(desk, ONE.head, OURS, association="NONE", fork="mallory/shop")
    made = desk.changes.put(replace(ONE, head="laneshift-pr/other"))
    assert made.number == 2
    assert desk.changes.all() == [made]
    assert desk.hub.issues[1]["body"] == OURS


def test_what_became_of_it(desk: Desk) -> None:
    number = desk.changes.put(ONE).number
    assert desk.changes.merge(number) == Merge(number, "open", "c" * 40, "", True, "")
    desk.hub.issues[number] |= {"mergeable": False, "mergeable_state": "dirty"}
    found = desk.changes.merge(number)
    assert found is not None
    assert (found.mergeable, found.blocked) == (False, "it does not merge without conflicts")
    desk.hub.merge(number, "e" * 40)
    assert desk.changes.merge(number) == Merge(number, "merged", "c" * 40, "e" * 40)
    assert desk.changes.all()[0].state == "merged"
    assert desk.changes.merge(99) is None
    assert desk.changes.link(number) == "https://github.com/acme/shop/pull/1"


def test_labels_are_added_to_those_of_others(desk: Desk) -> None:
    number = desk.changes.put(ONE).number
    desk.hub.issues[number]["labels"] = [{"name": "theirs"}]
    desk.changes.label(number, ["laneshift", "core"])
    desk.changes.label(number, ["laneshift"])
    desk.changes.label(number, [])
    assert [each["name"] for each in desk.hub.issues[number]["labels"]] == ["theirs", "laneshift", "core"]


def test_no_text_calls_anybody_or_passes_for_a_mark(desk: Desk) -> None:
    body = "<!-- laneshift:land-other -->\n  <!-- laneshift:x\nplain\x00\u202e text\r\nmore"
    desk.changes.put(replace(ONE, title="@everyone fixes #12\nsecond", body=body))
    [held] = desk.hub.pulls()
    assert held["title"] == "@\u200beveryone fixes #\u200b12 second"
    assert held["body"] == f"{OURS}\nplain text\nmore\n"
    assert desk.changes.put(replace(ONE, body="x" * 100_000 + "\n")).number == 1
    assert len(desk.hub.pulls()[0]["body"]) <= LONGEST
    assert key_of(desk.hub.pulls()[0]["body"]) == ONE.key


@pytest.mark.parametrize("key", ["", "Upper", "a--b", "a -->", "x" * 300, "../x"])
def test_a_key_that_could_end_the_mark_is_refused(desk: Desk, key: str) -> None:
    with pytest.raises(Refused, match="cannot name anything"):
        desk.changes.put(replace(ONE, key=key))
    assert desk.served.asked == []


def test_checks_are_given_once_each(desk: Desk) -> None:
    checks = [Check(f"laneshift/gate/{n}", "success", "144 passed") for n in range(3)]
    desk.served.faults.append(Fault("repos/create-commit-status", 502, after=True))
    assert desk.checks.put("c" * 40, checks) == 3
    assert desk.checks.put("c" * 40, checks) == 0
    changed = [Check("laneshift/gate/1", "failure", "x" * 500)]
    assert desk.checks.put("c" * 40, changed) == 1
    assert desk.checks.put("c" * 40, changed) == 0
    assert len(desk.hub.statuses) == 4
    assert {each.state for each in desk.checks.of("c" * 40)} == {"success", "failure"}
    with pytest.raises(Refused, match="no full commit id"):
        desk.checks.put("main", checks)

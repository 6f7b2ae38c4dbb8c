"""Audits find what selection cannot see, blame nobody for what was red before, and are drawn alike everywhere."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laneshift.cli.state_view import grounds, state_data
from laneshift.code.intents import Rules
from laneshift.code.selection import Selection, select_tests, why_unselected
from laneshift.config import with_paths
from laneshift.evidence.records import Record
from laneshift.runs import working
from laneshift.runs.item_steps import ItemSteps
from laneshift.runs.selection_record import audit_line, misses, selection_record
from laneshift.runs.state import fold
from laneshift.steps.audit import audit, is_audited
from laneshift.steps.work import Author, Outcome, Parts, Work
from tests.runs.test_plan_files import plan as plain_plan
from tests.toy import EXTRA, QUICK, laneshift, planned, records, shop_at, toy

HIDDEN = {
    "labs/hidden.py": "VALUE = 7\n",
    "tests/test_elsewhere.py": "import importlib\n\n\ndef test_by_a_computed_name():\n"
    "    assert importlib.import_module('.'.join(['labs', 'hidden'])).VALUE == 7\n",
}
"""A module that a test reaches by an import which nothing but running it can follow, and no name tells."""

BATCH = "labs.hidden\tlabs/hidden.py\tcore/hidden.py\nlabs.stays\tlabs/stays.py\tlabs/stays.py\n"
MISSED = "tests/test_elsewhere.py::test_by_a_computed_name"


def audited(share: str) -> str:
    return QUICK.replace("[tests]\n", f"[tests]\naudit = {share}\n")


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The toy with a hidden module, a test red on the base and a flaky one; every item is audited."""
    changes = {**EXTRA, **HIDDEN, "laneshift.toml": audited("1")}
    path = toy(tmp_path_factory.mktemp("audited") / "repo", changes)
    working.run(shop_at(path), planned(path, BATCH), workers=1)
    return path


def test_a_test_that_only_a_computed_import_reaches_is_found(ran: Path) -> None:
    shop = shop_at(ran)
    state = working.state_of(shop, shop.plans.load("batch"))
    hidden = state.items["labs.hidden"]
    assert (hidden.state, hidden.step) == ("quarantined", "test")
    assert hidden.cause.startswith(f"selection missed 1 test(s) that turn red: {MISSED}: no import and no name leads")
    assert state.items["labs.stays"].state == "verified"
    (told,) = misses(state)
    assert told.startswith(f"missed by the selection of labs.hidden: {MISSED}: ")
    assert selection_record(state).line == "selection: 1 missed of 2 audited"
    chosen = shop.journal.records(kind="step.ended", prefix=f"{state.plan.id}/run-1/labs.hidden/test")
    assert "tests/test_elsewhere.py" not in shop.store.get(chosen[0].facts["notes"]).decode().partition('"seen"')[0]


def test_what_was_red_before_or_is_red_once_is_no_miss(ran: Path) -> None:
    told = {record.facts["item"]: record.facts for record in records(ran, "selection.audited")}
    assert {audit["state"] for audit in told.values()} == {"whole"}
    assert told["labs.stays"]["missed"] == []
    for audit_facts in told.values():
        assert audit_facts["red_on_base"] == ["tests/test_red.py::test_red_on_the_base"]
    assert "tests/test_flaky.py::test_comes_and_goes" in told["labs.hidden"]["flaky"]


def test_people_are_told(ran: Path) -> None:
    said = laneshift(ran, "status").out.splitlines()
    assert "  selection: 1 missed of 2 audited" in said
    whole = laneshift(ran, "inspect", "batch").out
    assert f"missed by the selection of labs.hidden: {MISSED}: no import" in whole
    one = laneshift(ran, "inspect", "batch", "labs.stays").out
    assert "of the whole suite passed, 0 missed by selection" in one


@pytest.fixture
def checked(tmp_path: Path) -> tuple[Work, Parts, Path]:
    """The hidden item after its move, ready for its own check, and the repository."""
    path = toy(tmp_path / "repo", {**HIDDEN, "laneshift.toml": QUICK})
    shop, plan = shop_at(path), planned(path, BATCH)
    parts, item = ItemSteps(shop, plan).parts, plan.items[0]
    base = shop.repository.tree(plan.base)
    author = Author(plan.author_name, plan.author_email, plan.when)
    work = Work(plan.batch, plan.base, base, base, item.intent, item.intent_digest, False, item.lane, "", author)
    return replace(work, tree=parts.applied(work).tree), parts, path


def test_an_audit_that_could_not_look_says_so_and_judges_nobody(checked: tuple[Work, Parts, Path]) -> None:
    work, parts, path = checked
    tested = Outcome("passed", "1 test(s) passed", work.tree, {"selected": []}, {"passed": 1})
    blind = shop_at(path).sandbox(with_paths(parts.settings, ["core/app.py"]))
    outcome = audit(work, parts, tested, blind)
    assert (outcome.status, outcome.summary) == (tested.status, tested.summary)
    assert outcome.observations["audit"]["state"] == "unfinished"
    assert outcome.observations["audit"]["why"] == "the whole suite ran no test that passed"
    assert outcome.observations["passed"] == 1
    failed = replace(tested, status="failed")
    assert audit(work, parts, failed, blind) is failed


def test_what_the_limit_cut_off_is_told_with_its_place(checked: tuple[Work, Parts, Path]) -> None:
    work, parts, _ = checked
    graph, facts = parts.graph(work.base_tree), parts.index.facts(work.base_tree)
    everything = select_tests(graph, facts, ["labs/shapes.py"], sys.maxsize)
    last = everything.tests[-1]
    said = why_unselected(everything, last.path, 1)
    assert said.startswith(f"it is number {len(everything.tests)} of {len(everything.tests)} (")
    assert said.endswith("tests.selection_limit is 1")


def test_what_imports_do_not_see_is_told_with_what_they_are_blind_to() -> None:
    blind = Selection((), 0, (("data.json", "not a Python module"),))
    assert why_unselected(blind, "tests/test_a.py", 12).endswith("; data.json: not a Python module")


names = st.text(st.characters(codec="ascii", exclude_categories=["C"]), min_size=1, max_size=20)


@given(names, names, st.floats(0, 1), st.floats(0, 1))
def test_who_is_audited_is_a_draw_that_a_larger_share_only_adds_to(
    digest: str, item: str, one: float, other: float
) -> None:
    low, high = sorted((one, other))
    assert is_audited(digest, item, low) <= is_audited(digest, item, high)
    assert is_audited(digest, item, 1.0)
    assert not is_audited(digest, item, 0.0)


def test_the_share_is_what_is_drawn() -> None:
    drawn = sum(is_audited("sha256:plan", f"item-{number}", 0.05) for number in range(10_000))
    assert 430 <= drawn <= 570
    again = [is_audited("sha256:other", f"item-{number}", 0.5) for number in range(64)]
    assert again != [is_audited("sha256:plan", f"item-{number}", 0.5) for number in range(64)]


def test_each_item_counts_once_by_its_last_audit() -> None:
    plan = plain_plan(rules=Rules())
    item = plan.items[0].id

    def record(state: str, missed: list[dict[str, str]]) -> Record:
        facts = {"plan": plan.id, "item": item, "state": state, "missed": missed, "why": "too slow", "passed": 3}
        return Record(1, "key", "selection.audited", 0, "a", "t", facts, "", "", "")

    miss = [{"test": "t.py::x", "why": "because"}]
    once = fold(plan, [record("whole", miss)])
    assert selection_record(once).line == "selection: 1 missed of 1 audited"
    assert misses(once, item) == [f"missed by the selection of {item}: t.py::x: because"]
    assert misses(once, "other") == []
    again = fold(plan, [record("whole", miss), record("whole", [])])
    assert state_data(again)["selection"] == {"audited": 1, "missed": 0, "unfinished": 0}
    unfinished = fold(plan, [record("whole", miss), record("unfinished", [])])
    assert selection_record(unfinished).line == "selection: 0 missed of 0 audited, 1 audit(s) did not end"
    assert audit_line(unfinished.audits[item]) == "audited, to no end: too slow"
    assert audit_line(None) == ""
    assert grounds(fold(plan, []), None) == []

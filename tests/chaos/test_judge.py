"""The judge finds every planted fault in a real repository, and nothing where nothing is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.chaos import planted
from tests.chaos.judge import Facts, Verdict, facts_of, judge
from tests.chaos.stages import Stage
from tests.repo.builders import git_cli
from tests.toy import copy_of

pytestmark = pytest.mark.chaos


@pytest.fixture(scope="module")
def wanted(stages: dict[str, Stage]) -> Facts:
    """What an undisturbed `ship` leaves."""
    return facts_of(stages["ship"].done)


def after(stages: dict[str, Stage], path: Path, fault: str) -> Verdict:
    """The verdict on a landing after which the fault was committed."""
    repository = copy_of(stages["ship"].done, path)
    planted.FAULTS[fault](repository)
    return judge(facts_of(repository), facts_of(stages["ship"].done))


@pytest.mark.parametrize("verb", ["ship", "run", "land", "rollback"])
def test_an_undisturbed_end_is_as_it_should_be(stages: dict[str, Stage], verb: str) -> None:
    found = facts_of(stages[verb].done)
    assert judge(found, found) == Verdict((), (), ())
    assert found.records
    assert set(found.states) == {"labs.shapes", "labs.plugin"}


def test_an_item_that_landed_twice_is_doubled(stages: dict[str, Stage], tmp_path: Path) -> None:
    found = after(stages, tmp_path / "repo", "twice")
    assert found.doubled == ("labs.shapes was landed 2 times",)
    assert found.lost == ()


def test_a_landing_that_is_gone_is_lost(stages: dict[str, Stage], tmp_path: Path) -> None:
    found = after(stages, tmp_path / "repo", "drop")
    assert "labs.shapes is not in the history of main" in found.lost
    assert "labs.shapes: landed according to the journal, not to the history of main" in found.wrong


def test_an_item_that_was_set_aside_and_landed_is_wrong(stages: dict[str, Stage], tmp_path: Path) -> None:
    found = after(stages, tmp_path / "repo", "stray")
    assert "labs.plugin landed, and should not" in found.wrong
    assert found.lost == found.doubled == ()


def test_a_branch_that_is_gone_is_a_lost_item(stages: dict[str, Stage], tmp_path: Path) -> None:
    repository = copy_of(stages["run"].done, tmp_path / "repo")
    git_cli(repository, "update-ref", "-d", "refs/heads/laneshift/batch/labs.shapes")
    found = judge(facts_of(repository), facts_of(stages["run"].done))
    assert found.lost == ("the branch of labs.shapes is gone",)


def test_what_did_not_happen_at_all_is_lost(stages: dict[str, Stage], wanted: Facts) -> None:
    found = judge(facts_of(stages["land"].before), wanted)
    assert "labs.shapes is not in the history of main" in found.lost
    assert "labs.shapes has no land.recorded in the journal" in found.lost
    back = judge(facts_of(stages["rollback"].before), facts_of(stages["rollback"].done))
    assert "labs.shapes is landed and not ready-to-land" in back.lost


def test_a_landing_needs_a_green_suite_of_its_tree_and_an_intent_before_it(wanted: Facts) -> None:
    def without(kind: str) -> Facts:
        return replace(wanted, records=tuple(record for record in wanted.records if record[0] != kind))

    def red(facts: Mapping[str, Any]) -> dict[str, Any]:
        return {**facts, "blamed": ["tests/test_app.py::test_run"]}

    untested = ("labs.shapes: landed as a tree that no green suite was run on",)
    reddened = tuple((kind, red(facts) if kind == "suite.ran" else facts) for kind, facts in wanted.records)
    assert judge(without("land.intended"), wanted).wrong == ("labs.shapes: land.recorded without an intent on record",)
    assert judge(without("suite.ran"), wanted).wrong == untested
    assert judge(replace(wanted, records=reddened), wanted).wrong == untested

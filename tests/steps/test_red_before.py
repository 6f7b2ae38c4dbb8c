"""What is red before a change is told as that: held where the rules hold it, never blamed on the change."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from laneshift.runs.item_steps import ItemSteps
from laneshift.steps.gates import gates
from laneshift.steps.test import test as run_tests
from laneshift.steps.work import Author, Outcome, Parts, Work
from tests.monorepo import monorepo
from tests.toy import QUICK, planned, shop_at

MOVE = "labs.stays\tlabs/stays.py\tcore/stays.py\n"
BARE = QUICK.replace('smoke = ["tests/test_smoke.py"]\n', "")
RED = "from labs import stays\n\n\ndef test_never():\n    assert not stays\n"
UNREADABLE = "import laneshift_is_not_this\nfrom labs import stays\n\n\ndef test_never():\n    assert stays\n"
BROKEN = 'command = ["python", "check.py"]\n'


def taken(path: Path, files: dict[str, str]) -> tuple[Work, Parts]:
    """The move after its change, in a monorepo that has these files besides."""
    monorepo(path, {"laneshift.toml": BARE, **files})
    shop, plan = shop_at(path), planned(path, MOVE)
    parts, item = ItemSteps(shop, plan).parts, plan.items[0]
    base = shop.repository.tree(plan.base)
    author = Author(plan.author_name, plan.author_email, plan.when)
    work = Work(plan.batch, plan.base, base, base, item.intent, item.intent_digest, False, item.lane, "", author)
    return replace(work, tree=parts.applied(work).tree), parts


def both(work: Work, parts: Parts) -> tuple[Outcome, Outcome]:
    """Steps test and gates."""
    first = run_tests(work, parts)
    return first, gates(replace(work, seen={"test": first.observations}), parts)


def test_a_red_test_that_was_red_before_is_told_by_both_steps(tmp_path: Path) -> None:
    test, gate = both(*taken(tmp_path / "repo", {"tests/test_red.py": RED}))
    assert (test.status, test.observations["code"]) == ("passed", "item.red-before")
    assert "1 red before this change, too: tests/test_red.py::test_never" in test.summary
    assert gate.status == "failed", "the rate of the smoke suite is what the team asked for"
    assert "red before this change, too: tests/test_red.py::test_never" in gate.summary
    assert "[item.red-before]" in gate.summary


def test_a_test_that_could_not_be_collected_before_is_told_too(tmp_path: Path) -> None:
    test, gate = both(*taken(tmp_path / "repo", {"tests/test_red.py": UNREADABLE}))
    assert test.status == "passed"
    assert "cannot be collected: tests/test_red.py" in gate.summary
    assert "red before this change, too: tests/test_red.py" in gate.summary


def test_what_the_change_turns_red_is_not_told_so(tmp_path: Path) -> None:
    other = "from labs import stays\n\n\ndef test_where():\n    assert 'labs' in stays.__file__\n"
    test, gate = both(*taken(tmp_path / "repo", {"tests/test_red.py": RED, "tests/test_where.py": other}))
    assert (test.status, "code" in test.observations) == ("failed", False)
    assert test.summary.startswith("1 test(s) turn red: tests/test_where.py::test_where")
    assert "1 of 2 that are red were red before this change, too" in gate.summary


@pytest.mark.parametrize(("says", "status"), [("assert 0", "errored"), ("", "passed")])
def test_a_command_that_is_red_before_shows_nothing(tmp_path: Path, says: str, status: str) -> None:
    settings = BARE.replace("[tests]\n", f"[tests]\n{BROKEN}", 1)
    assert BROKEN in settings
    work, parts = taken(tmp_path / "repo", {"laneshift.toml": settings, "check.py": f"{says}\n"})
    test = run_tests(work, parts)
    assert test.status == status, test.summary
    if says:
        assert test.facts["code"] == "item.red-before"
        assert test.summary == "the test command is red before this change, too, so it shows nothing about it"

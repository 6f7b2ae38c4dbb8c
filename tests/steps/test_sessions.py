"""One session of tests answers several steps, and says of each part what a session of its own would have said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laneshift.gates.sandbox import COMMAND, Limits, RunResult, Sandbox, SuiteResult
from laneshift.runs.item_steps import ItemSteps
from laneshift.steps.create_tests import create_tests
from laneshift.steps.gates import gates
from laneshift.steps.sessions import Sessions, part_of
from laneshift.steps.test import test as run_tests
from laneshift.steps.work import Author, Parts, Work
from tests.monorepo import BATCH
from tests.toy import QUICK, planned, shop_at, toy

FILES = tuple(f"tests/test_{name}.py" for name in "abcd")
OUTCOMES = st.sampled_from(["passed", "failed", "error", "skipped", "xfailed"])
SUITES = st.fixed_dictionaries({file: st.lists(OUTCOMES, min_size=1, max_size=3) for file in FILES})
CHOICES = st.lists(st.sampled_from(FILES), min_size=1, unique=True)
RED = {"failed", "error"}


def session(suite: Mapping[str, Sequence[str]], asked: Sequence[str]) -> SuiteResult:
    """What pytest says when only these files are run."""
    outcomes = {f"{file}::test_{at}": each for file in asked for at, each in enumerate(suite[file])}
    return SuiteResult(RunResult(1 if RED & set(outcomes.values()) else 0, "", 1.0), outcomes)


@given(SUITES, CHOICES, CHOICES)
def test_a_part_says_what_a_session_of_its_own_says(
    suite: dict[str, list[str]], selection: list[str], also: list[str]
) -> None:
    asked = tuple(dict.fromkeys((*selection, *also)))
    assert part_of(session(suite, asked), asked, selection) == session(suite, selection)


@given(SUITES, CHOICES, CHOICES)
def test_what_was_not_asked_is_not_told(suite: dict[str, list[str]], asked: list[str], selection: list[str]) -> None:
    found = part_of(session(suite, asked), asked, selection)
    assert (found is None) == (not set(selection) <= set(asked))


GREEN = {"tests/test_a.py::test_0": "passed", "tests/test_b.py::test_0": "passed"}
HUNG = {"tests/test_a.py::test_0": "passed", "tests/test_b.py::test_0": "lost"}


@pytest.mark.parametrize(
    ("told", "selection"),
    [
        (SuiteResult(RunResult(2, "", 1.0), GREEN), ["tests/test_a.py"]),
        (SuiteResult(RunResult(-9, "", 1.0), GREEN), ["tests/test_a.py"]),
        (SuiteResult(RunResult(1, "", 1.0), GREEN, ("tests/test_b.py",)), ["tests/test_a.py"]),
        (SuiteResult(RunResult(0, "", 1.0, timed_out=True), HUNG), ["tests/test_a.py"]),
        (SuiteResult(RunResult(0, "", 1.0), {COMMAND: "failed"}), ["tests/test_a.py"]),
        (SuiteResult(RunResult(0, "", 1.0), {"tests/test_b.py::test_0": "passed"}), ["tests/test_a.py"]),
        (SuiteResult(RunResult(0, "", 1.0), GREEN), []),
        (SuiteResult(RunResult(0, "", 1.0), GREEN), ["tests/test_a.pyx"]),
    ],
    ids=["usage", "killed", "uncollected", "hung-elsewhere", "coarse-red", "untold", "everything", "look-alike"],
)
def test_a_session_that_cannot_tell_is_not_believed(told: SuiteResult, selection: list[str]) -> None:
    assert part_of(told, ("tests/test_a.py", "tests/test_b.py"), selection) is None


def test_a_test_that_hangs_is_not_waited_for_twice() -> None:
    asked = ("tests/test_a.py", "tests/test_b.py")
    hung = SuiteResult(RunResult(-9, "", 1.0, timed_out=True), HUNG)
    found = part_of(hung, asked, ["tests/test_b.py"])
    assert found is not None
    assert (found.run.timed_out, dict(found.outcomes)) == (True, {"tests/test_b.py::test_0": "lost"})


def test_the_same_names_again_are_the_whole_session_however_it_ended() -> None:
    broken = SuiteResult(RunResult(2, "", 1.0), {}, ("tests/test_a.py",))
    assert part_of(broken, FILES, FILES) is broken


class Counting:
    """The real sandbox, with a note of every suite that is run."""

    def __init__(self, inner: Sandbox) -> None:
        self._inner = inner
        self.asked: list[tuple[str, tuple[str, ...]]] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def suite(self, tree: str, selection: Sequence[str], limits: Limits) -> SuiteResult:
        """As the port says."""
        self.asked.append((tree, tuple(selection)))
        return self._inner.suite(tree, selection, limits)


def counted(path: Path) -> tuple[Work, Parts, Counting]:
    """The first move of the toy's batch, whose suites are counted."""
    shop, plan = shop_at(path), planned(path, BATCH)
    parts, item = ItemSteps(shop, plan).parts, plan.items[0]
    counting = Counting(parts.sandbox)
    parts.sandbox, parts.pytest, parts.sessions = counting, counting, Sessions(counting)
    base = shop.repository.tree(plan.base)
    author = Author(plan.author_name, plan.author_email, plan.when)
    work = Work(plan.batch, plan.base, base, base, item.intent, item.intent_digest, False, item.lane, "", author)
    return work, parts, counting


def test_an_item_is_tested_in_one_session_before_its_change_and_in_one_after_it(tmp_path: Path) -> None:
    work, parts, counting = counted(toy(tmp_path / "repo"))
    created = create_tests(work, parts)
    assert (created.status, created.summary) == (
        "passed",
        f"red before, {created.observations['passed_after']} passed after",
    )
    after = replace(work, tree=parts.applied(work).tree)
    tested = run_tests(after, parts)
    assert tested.status == "passed"
    judged = gates(replace(after, seen={"test": tested.observations}), parts)
    assert judged.status == "passed", judged.summary
    trees = [tree for tree, _ in counting.asked]
    assert trees.count(after.tree.oid) == 1, counting.asked
    # The base: its own test before the change, and the smoke suite that the gate compares with.
    assert len(trees) == 3, counting.asked


BESIDE = """\
import sys


def test_red_beside_others():
    assert "test_shapes" not in {name.rpartition(".")[2] for name in sys.modules}
"""


def test_a_smoke_test_that_is_red_beside_others_is_asked_alone(tmp_path: Path) -> None:
    settings = QUICK.replace('smoke = ["tests/test_smoke.py"]', 'smoke = ["tests/test_smoke.py", "tests/test_zone.py"]')
    work, parts, counting = counted(toy(tmp_path / "repo", {"laneshift.toml": settings, "tests/test_zone.py": BESIDE}))
    after = replace(work, tree=parts.applied(work).tree)
    tested = run_tests(after, parts)
    assert (tested.status, tested.observations["failing"]) == ("passed", []), "only its own tests are the item's"
    judged = gates(replace(after, seen={"test": tested.observations}), parts)
    assert judged.status == "passed", judged.log
    smoke = ("tests/test_smoke.py", "tests/test_zone.py")
    assert (after.tree.oid, smoke) in counting.asked


def test_a_test_that_turns_red_stops_the_item_at_its_own_step(tmp_path: Path) -> None:
    path = toy(tmp_path / "repo", {"tests/test_shapes_stay.py": STAYS})
    work, parts, _ = counted(path)
    assert create_tests(work, parts).status == "passed", "its own test is green, whatever else is red beside it"
    tested = run_tests(replace(work, tree=parts.applied(work).tree), parts)
    assert (tested.status, tested.observations["failing"]) == ("failed", ["tests/test_shapes_stay.py::test_stays"])


STAYS = """\
from pathlib import Path

from labs import shapes


def test_stays():
    assert Path(shapes.__file__).parent.name == "labs"
"""

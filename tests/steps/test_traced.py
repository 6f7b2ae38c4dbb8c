"""Traced selection finds what imports do not lead to, and records again only what a change can have changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laneshift.code.traced import Traces, traced_tests, traces_from
from laneshift.config import Settings, load
from laneshift.gates.sandbox import Limits
from laneshift.repo.objects import Repository
from laneshift.runs.item_steps import ItemSteps
from laneshift.steps.test import selection
from laneshift.steps.traces import Recorder, by_file
from laneshift.steps.work import Author, Parts, Work
from tests.repo.builders import commit_files
from tests.toy import QUICK, planned, shop_at, toy

REGISTRY = {
    "labs/handler.py": "def handle():\n    return 7\n",
    "core/calls.py": "import importlib\n\n\ndef call(*name):\n"
    "    return importlib.import_module('.'.join(name)).handle()\n",
    "tests/test_elsewhere.py": "from core.calls import call\n\n\ndef test_by_a_computed_name():\n"
    "    assert call('labs', 'handler') == 7\n",
    "tests/test_other.py": "def test_other():\n    assert True\n",
}
TRACED = QUICK.replace("[tests]\n", '[tests]\nselection = "traced"\n')
BATCH = "labs.handler\tlabs/handler.py\tcore/handler.py\n"


class Counting:
    """The real sandbox, with a note of what was traced."""

    def __init__(self, inner: object, asked: list[tuple[str, ...]]) -> None:
        self._inner = inner
        self._asked = asked

    def __getattr__(self, name: str) -> object:
        return getattr(self._inner, name)

    def trace(self, tree: str, selection: Sequence[str], limits: Limits) -> object:
        """As the port says."""
        self._asked.append(tuple(selection))
        return self._inner.trace(tree, selection, limits)  # type: ignore[attr-defined]


def moving(path: Path) -> tuple[Work, Parts]:
    """The handler after its move, before its own check."""
    shop, plan = shop_at(path), planned(path, BATCH)
    parts, item = ItemSteps(shop, plan).parts, plan.items[0]
    base = shop.repository.tree(plan.base)
    author = Author(plan.author_name, plan.author_email, plan.when)
    work = Work(plan.batch, plan.base, base, base, item.intent, item.intent_digest, False, item.lane, "", author)
    return replace(work, tree=parts.applied(work).tree), parts


def test_what_only_running_leads_to_is_selected_when_traced(tmp_path: Path) -> None:
    path = toy(tmp_path / "repo", {**REGISTRY, "laneshift.toml": QUICK})
    work, parts = moving(path)
    by_imports = selection(work, parts)
    assert "tests/test_elsewhere.py" not in by_imports
    commit_files(path, {"laneshift.toml": TRACED})
    traced = selection(*moving(path))
    assert set(traced) == {*by_imports, "tests/test_elsewhere.py"}


def test_only_what_can_run_otherwise_is_recorded_again(tmp_path: Path) -> None:
    path = toy(tmp_path / "repo", {**REGISTRY, "laneshift.toml": TRACED})
    asked: list[tuple[str, ...]] = []

    def record() -> Traces:
        shop = shop_at(path)
        tree = Repository.open(path).tree("HEAD")
        settings = load(lambda name: tree.read(name) if name in tree else None)
        sandbox = Counting(shop.sandbox(settings), asked)
        return Recorder(sandbox, shop.index, settings, shop.results).of(tree)  # type: ignore[arg-type]

    first = record()
    assert asked.pop() == ()
    assert set(first.tests["tests/test_elsewhere.py"]) == {
        "core/calls.py", "labs/handler.py", "tests/test_elsewhere.py",
    }  # fmt: skip
    assert record() == first
    assert asked == []
    commit_files(path, {"labs/handler.py": "def handle():\n    return 6 + 1\n", "README": "new\n"})
    second = record()
    assert asked.pop() == ("tests/test_elsewhere.py",)
    assert second.tests.keys() == first.tests.keys()
    assert second.tests["tests/test_other.py"] == first.tests["tests/test_other.py"]
    commit_files(path, {"conftest.py": "import sys\n"})
    record()
    assert asked == [()]


blobs = st.dictionaries(st.sampled_from("abcdef"), st.sampled_from("123"))
records = st.dictionaries(st.sampled_from("abc"), blobs, max_size=3)


@given(records)
def test_records_survive_being_kept(tests: dict[str, dict[str, str]]) -> None:
    assert traces_from(Traces("s", tests).as_json()) == Traces("s", tests)


@given(records, blobs)
def test_a_record_holds_exactly_as_long_as_its_files(tests: dict[str, dict[str, str]], now: dict[str, str]) -> None:
    held = Traces("s", tests).valid("s", now)
    assert set(held.tests) == {test for test, ran in tests.items() if ran.items() <= now.items()}
    assert Traces("s", tests).valid("other", now) == Traces("other")


@given(records, st.sets(st.sampled_from("abcdef")), st.integers(1, 4))
def test_those_that_ran_least_come_first(tests: dict[str, dict[str, str]], changed: set[str], limit: int) -> None:
    traces = Traces("s", tests)
    every, found = traced_tests(traces, changed, 100), traced_tests(traces, changed, limit)
    assert {test.path for test in every} == {test for test, ran in tests.items() if changed & ran.keys()}
    assert found == every[:limit]
    lengths = [len(tests[test.path]) for test in every]
    assert lengths == sorted(lengths)


def test_a_test_file_that_ran_nothing_is_not_asked_again() -> None:
    known = Traces("s").with_runs(
        ["t.py", "gone.py"], {"u.py": ["x.py", "gone.py"]}, {"t.py": "1", "u.py": "2", "x.py": "3"}
    )
    assert known.tests == {"t.py": {"t.py": "1"}, "u.py": {"u.py": "2", "x.py": "3"}}
    assert by_file({"t.py::a": {"x"}, "t.py::b": {"y"}}) == {"t.py": {"x", "y"}}


@pytest.mark.parametrize("kept", [None, [], {"schema": 0}, "text"])
def test_what_is_no_record_is_no_knowledge(kept: object) -> None:
    assert traces_from(kept) == Traces()


def test_imports_are_the_default() -> None:
    assert Settings().tests.selection == "imports"

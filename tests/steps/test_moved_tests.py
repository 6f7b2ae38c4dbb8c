"""Tests that the configuration names are still found when the item itself moves them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from laneshift.code.intents import Intent
from laneshift.runs.item_steps import ItemSteps
from laneshift.steps.gates import describe
from laneshift.steps.test import moved_name, selection
from laneshift.steps.work import Author, Parts, Work
from tests.monorepo import CONFIG
from tests.toy import planned, shop_at, toy

SUITE = "labs/suite/test_inside.py"
NAMED = CONFIG.replace('smoke = ["tests/test_smoke.py"]', f'smoke = ["{SUITE}::test_one"]\nalways = ["{SUITE}"]')


@pytest.fixture
def moving(tmp_path: Path) -> tuple[Work, Parts]:
    """An item that moves a package with the tests which the configuration names."""
    files = {"laneshift.toml": NAMED, "labs/suite/__init__.py": "", SUITE: "def test_one():\n    assert True\n"}
    path = toy(tmp_path / "repo", files)
    shop, plan = shop_at(path), planned(path, "labs.suite\tlabs/suite\tcore/suite\n")
    parts, item = ItemSteps(shop, plan).parts, plan.items[0]
    base = shop.repository.tree(plan.base)
    author = Author(plan.author_name, plan.author_email, plan.when)
    work = Work(plan.batch, plan.base, base, base, item.intent, item.intent_digest, False, item.lane, "", author)
    return replace(work, tree=parts.applied(work).tree), parts


def test_tests_that_always_run_are_looked_for_where_they_have_moved(moving: tuple[Work, Parts]) -> None:
    chosen = selection(*moving)
    assert "core/suite/test_inside.py" in chosen
    assert SUITE not in chosen
    assert all(path in moving[0].tree for path in chosen)


def test_the_smoke_suite_is_run_where_it_was_and_where_it_is(moving: tuple[Work, Parts]) -> None:
    change = describe(*moving)
    assert list(change.smoke_before) == [f"{SUITE}::test_one"]
    assert list(change.smoke) == ["core/suite/test_inside.py::test_one"]


@pytest.mark.parametrize(
    ("name", "after"),
    [
        ("a/b", "c/d"),
        ("a/b/test_x.py", "c/d/test_x.py"),
        ("a/b/test_x.py::T::test[a/b::x]", "c/d/test_x.py::T::test[a/b::x]"),
        ("a/b2/test_x.py", "a/b2/test_x.py"),
        ("z/a/b/test_x.py", "z/a/b/test_x.py"),
    ],
)
def test_only_what_is_inside_the_source_is_renamed(name: str, after: str) -> None:
    assert moved_name(name, Intent("a.b", "a/b", "c/d")) == after

"""The filter on type aliases, type parameters and groups of errors. What Python 3.11 cannot read, it flags as such."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from laneshift.code.safe_patch import Limits, judge
from laneshift.repo.objects import Tree
from tests.code.safe_patch.ground import edit
from tests.repo.builders import repo_at

PATH = "shop/kinds.py"
LATER = "def f(x):\n    return x\n\n\ntype Ids = list[int]\ntype Many[T] = list[T]\nName = str\n\n\n"
LATER += "def first[T: int](each: T) -> T:\n    return each\n\n\nclass Box[T: int]:\n    type Key = str\n"
GROUPS = "def run(f):\n    try:\n        f()\n    except* ValueError:\n        pass\n"
PLAIN = GROUPS.replace("except*", "except")
KNOWN = sys.version_info >= (3, 12)

UNSAFE = {
    "alias lost": ("binding-lost", "type Ids = list[int]\n", ""),
    "alias of a class lost": ("binding-lost", "    type Key = str\n", "    pass\n"),
    "alias to something else": ("value-changed", "type Ids = list[int]", "type Ids = list[str]"),
    "alias that became a list": ("value-changed", "type Ids = list[int]", "Ids = list[int]"),
    "name that became an alias": ("value-changed", "Name = str", "type Name = str"),
    "alias with another parameter": ("value-changed", "type Many[T]", "type Many[T: int]"),
    "bound of a function changed": ("signature-changed", "def first[T: int]", "def first[T: str]"),
    "parameter of a function added": ("signature-changed", "def first[T: int]", "def first[T: int, U]"),
    "parameters of a function lost": ("signature-changed", "def first[T: int]", "def first"),
    "bound of a class changed": ("signature-changed", "class Box[T: int]", "class Box[T: bool]"),
    "alias that hides a builtin": ("rebound", "Name = str\n", "Name = str\ntype list = tuple\n"),
    "alias of a process": ("reaches-out", "type Ids = list[int]", "type Ids = list[eval('int')]"),
}
HARMLESS = {
    "alias added": ("Name = str\n", "Name = str\ntype Both = int | str\n"),
    "generic function added": ("Name = str\n", "Name = str\n\n\ndef last[T](each: T) -> T:\n    return each\n"),
    "parameter on lines": ("def first[T: int](", "def first[\n    T: int,\n]("),
}


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Tree:
    return repo_at(
        Path(tmp_path_factory.mktemp("types")), {PATH: LATER, "shop/groups.py": GROUPS, "shop/plain.py": PLAIN}
    ).tree("HEAD")


def _checks(base: Tree, old: str, new: str, path: str = PATH) -> set[str]:
    verdict = judge(base, edit("", (old, new), path=path).of(base), Limits(), lambda _path: True)
    return {finding.check for finding in verdict.findings}


@pytest.mark.parametrize(("check", "old", "new"), UNSAFE.values(), ids=UNSAFE)
def test_unsafe(base: Tree, check: str, old: str, new: str) -> None:
    found = _checks(base, old, new)
    assert check in found if KNOWN else found == {"unreadable"}


@pytest.mark.parametrize(("old", "new"), HARMLESS.values(), ids=HARMLESS)
def test_harmless(base: Tree, old: str, new: str) -> None:
    assert _checks(base, old, new) == (set() if KNOWN else {"unreadable"})


def test_errors_and_groups_of_errors_are_not_caught_alike(base: Tree) -> None:
    assert "kind-changed" in _checks(base, "except* ValueError", "except ValueError", "shop/groups.py")
    assert "kind-changed" in _checks(base, "except ValueError", "except* ValueError", "shop/plain.py")

"""Packs that would not add up to what all items make, one after another, are put in one row."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from laneshift.agents.packs.folding import fold, in_chain
from laneshift.agents.packs.parting import Part
from laneshift.errors import Refused
from laneshift.repo.objects import File, Tree
from tests.repo.builders import repo_at


def item(name: str) -> Any:
    return SimpleNamespace(id=name)


ITEMS = {name: item(name) for name in "abc"}
APART = (Part("one", ("a",)), Part("two", ("b",)))


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    return repo_at(tmp_path / "r", {"base.py": "B = 1\n"}).tree("HEAD")


def apart(tree: Tree, one: Any) -> Any:
    """Writes a file of its own."""
    return SimpleNamespace(tree=tree.edit({f"{one.id}.py": File(b"1\n")}))


def nosy(tree: Tree, one: Any) -> Any:
    """Writes a file of its own, which tells what else was there: what no write set can show."""
    return SimpleNamespace(tree=tree.edit({f"{one.id}.py": File(" ".join(sorted(tree.entries)).encode())}))


def test_parts_that_add_up_stay_apart(tree: Tree) -> None:
    found = fold(tree, APART, {name: ITEMS[name] for name in "ab"}, apart)
    assert found.sound
    assert [one.after for one in found.parts] == [(), ()]
    assert found.writes == ({"a.py"}, {"b.py"})
    assert found.tree == tree.edit({"a.py": File(b"1\n"), "b.py": File(b"1\n")})


def test_what_reads_another_parts_work_is_found_and_a_row_mends_it(tree: Tree) -> None:
    items = {name: ITEMS[name] for name in "ab"}
    assert not fold(tree, APART, items, nosy).sound
    row = fold(tree, in_chain(APART), items, nosy)
    assert row.sound
    assert [one.after for one in row.parts] == [(), (0,)]


def test_what_meets_only_where_it_begins_is_put_in_order(tree: Tree) -> None:
    """The third writes what the first makes, but only once the second is there."""

    def late(tree: Tree, one: Any) -> Any:
        path = "a.py" if one.id == "c" and "b.py" in tree else f"{one.id}.py"
        return SimpleNamespace(tree=tree.edit({path: File(one.id.encode())}))

    parts = (*APART, Part("three", ("c",), (1,)))
    found = fold(tree, parts, ITEMS, late)
    assert [one.after for one in found.parts] == [(), (), (0, 1)]
    assert found.sound


def test_what_cannot_be_done_in_a_row_is_no_sound_cut(tree: Tree) -> None:
    def picky(tree: Tree, one: Any) -> Any:
        if one.id == "b" and "a.py" in tree:
            raise Refused("test.no", "not after a")
        return apart(tree, one)

    assert not fold(tree, APART, {name: ITEMS[name] for name in "ab"}, picky).sound

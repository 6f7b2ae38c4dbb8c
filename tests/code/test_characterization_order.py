"""The tests that moves leave behind do not depend on the order of the moves."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

from laneshift.code.characterization import Subject, in_order, render
from laneshift.code.intents import Intent, Rules, apply
from tests.monorepo import monorepo

INTENTS = [
    Intent("labs.shapes", "labs/shapes.py", "core/geometry/shapes.py"),
    Intent("labs.report", "labs/report.py", "core/areport.py"),
    Intent("core.app", "core/app.py", "serve/zapp.py"),
]


def test_any_order_of_intents_gives_the_same_tree(tmp_path: Path) -> None:
    repository = monorepo(tmp_path)
    trees = set()
    for order in permutations(INTENTS):
        tree = repository.tree("HEAD")
        for intent in order:
            tree = apply(tree, intent, Rules()).tree
        trees.add(tree.oid)
    assert len(trees) == 1


def test_entries_are_put_in_order() -> None:
    modules = {"b.x": ("b/x.py", b"def f(a): ...\n"), "b.y": ("b/y.py", b"Z = 1\n")}
    right = render(Subject("b", modules, ["k.a", "k.b"], ("",)), "tests/moves/test_b.py")
    swapped = right.replace(b"b.x", b"b.T").replace(b"b.y", b"b.x").replace(b"b.T", b"b.y").replace(b'"k.a"', b'"z.a"')
    assert in_order(swapped) != swapped
    assert in_order(in_order(swapped)) == in_order(swapped)
    assert in_order(right) == right


def test_other_files_are_left_alone() -> None:
    other = b'IMPORTERS = [\n    "b",\n    "a",\n]\n'
    assert in_order(other) == other

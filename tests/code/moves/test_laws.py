"""Laws of moves on random repositories: they commute, they can be undone, and the program keeps working."""

from __future__ import annotations

import ast
import itertools
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from laneshift.code.moves import Move, move
from laneshift.code.moves.frame import Frame
from laneshift.code.moves.paths import Paths
from laneshift.code.moves.proof import prove
from laneshift.code.moves.python import Job, light_spans, python_spans
from laneshift.code.moves.site import resolve
from laneshift.code.moves.spans import read_source
from laneshift.code.moves.texts import Texts
from laneshift.repo.objects import Tree
from tests.code.moves.forms import SKELETON
from tests.code.moves.repos import contents, tree_of
from tests.code.moves.worlds import moves, package_moves, worlds


def _apply(tree: Tree, several: list[Move]) -> Tree:
    for each in several:
        tree = move(tree, each).tree
    return tree


@given(st.data())
@settings(max_examples=60)
def test_a_move_and_its_inverse_restore_the_tree(data: st.DataObject) -> None:
    world = data.draw(worlds())
    chosen = data.draw(moves(world, 1, 1))
    assume(chosen)
    tree = tree_of(world.files)
    result = move(tree, chosen[0])
    assert result.tree != tree
    assert contents(move(result.tree, chosen[0].inverse()).tree) == contents(tree)


@given(st.data())
@settings(max_examples=40)
def test_moves_in_any_order_give_one_tree(data: st.DataObject) -> None:
    world = data.draw(worlds())
    chosen = data.draw(moves(world, 2, 3))
    assume(len(chosen) > 1)
    tree = tree_of(world.files)
    outcomes = [_apply(tree, list(order)) for order in itertools.permutations(chosen)]
    first = contents(outcomes[0])
    for outcome in outcomes[1:]:
        assert contents(outcome) == first
    back = _apply(outcomes[0], [each.inverse() for each in chosen])
    assert contents(back) == contents(tree)


@given(st.data())
@settings(max_examples=30)
def test_packages_commute_with_modules(data: st.DataObject) -> None:
    world = data.draw(worlds())
    chosen = data.draw(package_moves(world))
    tree = tree_of(world.files)
    outcomes = [_apply(tree, list(order)) for order in itertools.permutations(chosen)]
    first = contents(outcomes[0])
    for outcome in outcomes[1:]:
        assert contents(outcome) == first
    assert contents(_apply(outcomes[0], [each.inverse() for each in reversed(chosen)])) == contents(tree)


@given(st.data())
@settings(max_examples=40)
def test_moves_are_proved(data: st.DataObject) -> None:
    world = data.draw(worlds())
    chosen = data.draw(moves(world, 1, 1))
    assume(chosen)
    tree = tree_of(world.files)
    proof = prove(tree, move(tree, chosen[0]))
    assert [finding for finding in proof.findings if not finding.holds] == []
    assert all(finding.checked for finding in proof.findings)


@given(st.data())
@settings(max_examples=40)
def test_the_light_path_and_the_syntax_tree_agree(data: st.DataObject) -> None:
    world = data.draw(worlds())
    chosen = data.draw(moves(world, 1, 1))
    assume(chosen)
    src, dst = (name.removesuffix(".py").replace("/", ".") for name in (chosen[0].src, chosen[0].dst))
    site = resolve(tree_of(world.files), chosen[0], (), lambda *_: False)
    compared = 0
    for path, text in world.files.items():
        package = path.rpartition("/")[0].replace("/", ".") if path.endswith(".py") else ""
        after = dst.rpartition(".")[0] if path == chosen[0].src else package
        frame = Frame(src, dst, package, after, moves=path == chosen[0].src)
        job, source = Job(path, frame, Texts(frame), Paths(site)), read_source(text.encode())
        light = light_spans(source, job)
        if light is not None and path.endswith(".py"):
            compared += 1
            assert light == python_spans(source, ast.parse(text), job)
    assert compared > 0


@given(st.data())
@settings(max_examples=20)
def test_the_program_works_after_the_moves(data: st.DataObject) -> None:
    world = data.draw(worlds())
    chosen = data.draw(moves(world, 1, 3))
    assume(chosen)
    moved = _apply(tree_of(world.files), chosen)
    assert _runs(world.files) == 0, "the example itself does not run"
    files = contents(moved)
    assert _runs(files) == 0, files


def _runs(files: dict[str, str]) -> int:
    with tempfile.TemporaryDirectory() as folder:
        for path, text in files.items():
            target = Path(folder, path)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text)
        environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": ""}
        started = subprocess.run(
            [sys.executable, "-W", "error::ImportWarning", "all.py"],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
        sys.stdout.write(started.stderr)
        return started.returncode


_APART = "from a.b import c\n\nfrom a.b import d\n\nfrom a.b import c2\n"


@pytest.mark.parametrize("places", [("x", "x", "x"), ("x", "y", "x"), ("x", "y", "z")])
def test_statements_that_stand_apart_stay_apart_in_any_order(places: tuple[str, str, str]) -> None:
    tree = tree_of({**SKELETON, "app.py": _APART})
    chosen = [
        Move(f"a/b/{name}.py", f"{place}/{name}.py") for name, place in zip(("c", "d", "c2"), places, strict=True)
    ]
    outcomes = {_apply(tree, list(order)).oid for order in itertools.permutations(chosen)}
    assert len(outcomes) == 1
    moved = _apply(tree, chosen)
    for order in itertools.permutations(chosen):
        assert contents(_apply(moved, [each.inverse() for each in order])) == contents(tree)

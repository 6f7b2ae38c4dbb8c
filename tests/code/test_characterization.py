"""The test that is committed with a move is red before it and green after it, for modules of any shape."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings

from laneshift.code.characterization import test_path as path_of
from laneshift.code.commit_text import Provenance, compose
from laneshift.code.intents import Applied, Intent, Rules, apply
from laneshift.repo.message import check
from laneshift.repo.objects import File, Repository, Tree
from tests.code.test_describe import sources
from tests.monorepo import FILES, monorepo

RULES = Rules()
DIGESTS = ("sha256:" + "1" * 64, "sha256:" + "2" * 64)
SHAPES = Intent("labs.shapes", "labs/shapes.py", "core/geometry/shapes.py")


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """The monorepo, only ever read."""
    return monorepo(tmp_path_factory.mktemp("characterization") / "repo")


def written(tree: Tree, folder: Path) -> Path:
    for path in tree.entries:
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(tree.read(path))
    return folder


def run(folder: Path, test: str) -> int:
    """The exit code of pytest on one file: 0 green, 1 red."""
    arguments = [sys.executable, "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider", test]
    environment = {"PATH": "/usr/bin:/bin", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    return subprocess.run(
        arguments, cwd=folder, env=environment, capture_output=True, timeout=240, check=False
    ).returncode


def edited(applied: Applied, path: str, text: str) -> Tree:
    return applied.tree.edit({path: File(text.encode())})


def test_red_before_green_after_and_red_again_when_the_promise_breaks(repository: Repository, tmp_path: Path) -> None:
    base = repository.tree("HEAD")
    applied = apply(base, SHAPES, RULES)
    before = base.edit({applied.test_path: applied.test})
    assert run(written(before, tmp_path / "before"), applied.test_path) == 1
    assert run(written(applied.tree, tmp_path / "after"), applied.test_path) == 0
    renamed = FILES["labs/shapes.py"].replace("radius, *, scale=1", "radius, *, factor=1")
    broken = {
        "parameter": edited(applied, "core/geometry/shapes.py", renamed),
        "importer": edited(applied, "core/app.py", "from core.geometry.shapes import gone\n"),
        "import": edited(applied, "core/geometry/shapes.py", "from labs.nowhere import x\n" + FILES["labs/shapes.py"]),
    }
    for name, tree in broken.items():
        assert run(written(tree, tmp_path / name), applied.test_path) == 1, name


@settings(max_examples=60)
@given(sources())
def test_the_text_is_a_function_of_the_tree_and_compiles(repository: Repository, source: str) -> None:
    base = repository.tree("HEAD").edit({"labs/plugin.py": File(source.encode())})
    intent = Intent("labs.plugin", "labs/plugin.py", "core/plugin.py")
    first, second = apply(base, intent, RULES), apply(base, intent, RULES)
    assert first.tree == second.tree
    assert first.test == second.test
    compile(first.test.data, first.test_path, "exec")
    assert first.test_path == path_of("tests/moves", "core.plugin")


@settings(max_examples=60)
@given(sources())
def test_every_stage_holds_the_one_before_it(repository: Repository, source: str) -> None:
    base = repository.tree("HEAD").edit({"labs/plugin.py": File(source.encode())})
    applied = apply(base, Intent("labs.plugin", "labs/plugin.py", "core/plugin.py"), RULES)
    for tree in (applied.relocated, applied.referenced, applied.integrated, applied.tree):
        assert "labs/plugin.py" not in tree
        assert "core/plugin.py" in tree
    assert {path for path in applied.tree.entries if path not in applied.integrated} == {applied.test_path}


def test_no_two_modules_share_a_test_file() -> None:
    modules = ["a.b_c", "a_b.c", "a.b.c", "a_b_c", "a__b.c", "a._b.c", "a_._b.c"]
    assert len({path_of("tests/moves", module) for module in modules}) == len(modules)


def test_the_commit_text_is_t4_and_counts_what_was_done(repository: Repository) -> None:
    applied = apply(repository.tree("HEAD"), SHAPES, RULES)
    text = compose(SHAPES, applied, "core", Provenance(*DIGESTS, "T-1"))
    assert check(text, frozenset({"core"})) == []
    assert text.splitlines()[0] == "refactor(core): move labs.shapes to core/geometry"
    assert "- Move 1 file to `core/geometry/shapes.py`" in text
    assert f"- Rewrite {len(applied.result.edits)} references" in text
    assert "- Add 1 package marker at the destination" in text
    assert "Task: T-1" in text


@pytest.mark.parametrize("module", ["labs." + "deep." * 30 + "end", "labs.x"])
def test_a_long_name_still_has_a_subject_of_72_characters(repository: Repository, module: str) -> None:
    applied = apply(repository.tree("HEAD"), SHAPES, RULES)
    intent = Intent(module, SHAPES.src, SHAPES.dst)
    text = compose(intent, applied, "core", Provenance(*DIGESTS))
    assert len(text.splitlines()[0]) <= 72
    assert f"Laneshift-Item: {module}" in text

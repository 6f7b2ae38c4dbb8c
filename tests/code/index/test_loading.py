"""What a move upsets in the order of loading: what is foretold is what Python does with the moved files."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from drawn_trees import drawn, repository_at

from laneshift.code.graph import ImportGraph
from laneshift.code.index import Index
from laneshift.code.loading import begun, upset
from laneshift.code.moves import Move, move

LOW = {
    "app/__init__.py": "from app import low\nfrom app import high\n",
    "app/low/__init__.py": "from app.low.tool import T\n",
    "app/low/tool.py": "T = 1\n",
    "app/high/__init__.py": "from app.high.work import W\n",
    "app/high/work.py": "from app.low import T\nW = T\n",
}
LAZY = {"app/high/work.py": "def work():\n    from app.low import T\n    return T\n\n\nW = 2\n"}
CIRCLE = {
    "pack/__init__.py": "from pack.core import C\n",
    "pack/core.py": "from pack.leaf import L\nC = L\n",
    "pack/leaf.py": "from pack import core\nL = 1\n",
    "other/__init__.py": "",
}
TOOL = ("app/low/tool.py", "app/high/tool.py")
PLACES = ("app/low/tool.py", "app/high/tool.py", "pack/leaf.py", "other/leaf.py", "pack/moved.py")
LEAF = ("pack/leaf.py", "other/leaf.py")


@pytest.mark.parametrize(
    ("files", "places", "foretold"),
    [
        (LOW, TOOL, {"app.low"}),
        ({**LOW, **LAZY}, TOOL, set()),
        ({**LOW, "app/high/__init__.py": ""}, TOOL, set()),
        (LOW, ("app/low/tool.py", "app/low/other.py"), set()),
        (LOW, ("app/high/work.py", "app/low/work.py"), set()),
        (CIRCLE, LEAF, {"pack.core"}),
        ({**CIRCLE, "pack/leaf.py": "L = 1\n"}, LEAF, set()),
        (CIRCLE, ("pack/leaf.py", "pack/moved.py"), set()),
    ],
)
def test_what_is_foretold_is_what_python_does(
    tmp_path: Path, files: Mapping[str, str], places: tuple[str, str], foretold: set[str]
) -> None:
    repository = repository_at(tmp_path / "repo")
    tree = drawn(repository, dict(files))
    graph = ImportGraph.of(tree, Index.open(repository))
    assert not failing(tmp_path / "before", {path: tree.read(path) for path in tree.entries})
    assert upset(graph, [places[0]], places[1]) == foretold
    after = move(tree, Move(*places)).tree
    assert bool(failing(tmp_path / "after", {path: after.read(path) for path in after.entries})) == bool(foretold)


def test_modules_begin_after_the_packages_above_them(tmp_path: Path) -> None:
    repository = repository_at(tmp_path / "repo")
    graph = ImportGraph.of(drawn(repository, LOW), Index.open(repository))
    assert list(begun(graph, "app")) == ["app", "app.low", "app.low.tool", "app.high", "app.high.work"]


def failing(place: Path, files: Mapping[str, bytes]) -> list[str]:
    """The modules that cannot be the first that is loaded."""
    for path, content in files.items():
        (place / path).parent.mkdir(parents=True, exist_ok=True)
        (place / path).write_bytes(content)
    tops = sorted({path.partition("/")[0] for path in files})
    names = [*tops, *(path.removesuffix(".py").replace("/", ".") for path in PLACES if path in files)]
    runs = {name: [sys.executable, "-S", "-B", "-c", f"import {name}"] for name in names}
    return [name for name, run in runs.items() if subprocess.run(run, cwd=place, check=False).returncode]

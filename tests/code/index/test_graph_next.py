"""The next graph is the graph of the next tree, and selection follows it."""

from __future__ import annotations

import tempfile
from pathlib import Path

from drawn_trees import drawn, edited, repository_at
from hypothesis import given, settings
from hypothesis import strategies as st

from laneshift.code.graph import ImportGraph
from laneshift.code.index import Index

_PATHS = st.sampled_from(
    [
        "p/__init__.py",
        "p/a.py",
        "p/b.py",
        "p/q/__init__.py",
        "p/q/a.py",
        "p/q.py",
        "r/a.py",
        "s.py",
        "src/t/u.py",
        "x-y.py",
    ]
)
_LINES = st.lists(
    st.sampled_from(
        [
            "import p.a",
            "from p import a, q",
            "from p.q import a",
            "from . import b",
            "from .a import name",
            "import r.a",
            "import s",
            "from ..b import name",
            "name = 1",
            "a = 1",
            "from s import *",
            "import os",
            "from t import u",
            "def __getattr__(n): ...",
            "import_module('p.q.a')",
            "x = = 1",
            "import numpy",
        ]
    ),
    max_size=5,
).map("\n".join)
_EDITS = st.lists(st.dictionaries(_PATHS, st.none() | _LINES, min_size=1, max_size=6), min_size=1, max_size=5)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(_EDITS)
def test_the_next_graph_equals_one_built_anew(edits: list[dict[str, str | None]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        repository = repository_at(Path(folder))
        tree = drawn(repository, {"s.py": "import p.a\n"})
        index = Index.open(repository)
        graph = ImportGraph.of(tree, index)
        for files in edits:
            tree = edited(tree, dict(files))
            graph = graph.next(tree, index)
            anew = ImportGraph.of(tree, index)
            assert graph.resolved == anew.resolved
            assert graph.modules == anew.modules
            assert (graph.edges, graph.unresolved, graph.nodes) == (anew.edges, anew.unresolved, anew.nodes)


def test_a_module_that_moves_away_leaves_its_importers_unresolved(tmp_path: Path) -> None:
    repository = repository_at(tmp_path)
    files = {"p/__init__.py": "", "p/a.py": "x = 1\n", "m.py": "from p import a\n", "n.py": "from p.a import x\n"}
    before = drawn(repository, dict(files))
    after = edited(before, {"p/a.py": None, "q/a.py": "x = 1\n", "n.py": "from q.a import x\n"})
    index = Index.open(repository)
    graph = ImportGraph.of(before, index)
    following = graph.next(after, index)
    assert graph.unresolved == frozenset()
    assert following.unresolved - graph.unresolved == {("m.py", "p.a")}
    assert [edge.importer for edge in following.importers("q.a")] == ["n"]


def test_a_name_that_vanishes_from_a_module_is_missed_by_others(tmp_path: Path) -> None:
    repository = repository_at(tmp_path)
    before = drawn(repository, {"a.py": "x = y = 1\n", "b.py": "from a import x, y\n"})
    after = edited(before, {"a.py": "x = 1\n"})
    index = Index.open(repository)
    assert ImportGraph.of(before, index).next(after, index).unresolved == {("b.py", "a.y")}

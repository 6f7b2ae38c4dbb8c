"""What imports mean in a tree, and who imports whom."""

from __future__ import annotations

from pathlib import Path

import grimp
import pytest
from drawn_trees import drawn, repository_at

import laneshift
from laneshift.code.chains import cycles
from laneshift.code.graph import ImportGraph
from laneshift.code.index import Index


def _graph(path: Path, files: dict[str, str], roots: tuple[str, ...] = ()) -> ImportGraph:
    repository = repository_at(path)
    return ImportGraph.of(drawn(repository, dict(files)), Index.open(repository), roots)


_PACKAGE = {
    "a/__init__.py": "",
    "a/b/__init__.py": "x = 1\n",
    "a/b/c.py": "y = 1\n",
    "a/lazy.py": "def __getattr__(name): ...\n",
    "space/deep/mod.py": "z = 1\n",
    "logging/__init__.py": "",
}


@pytest.mark.parametrize(
    ("path", "source", "imported", "unresolved", "outside"),
    [
        ("m.py", "import a.b.c", ["a.b.c"], [], []),
        ("m.py", "import a.b.c as d, a", ["a.b.c", "a"], [], []),
        ("m.py", "from a.b import c", ["a.b.c"], [], []),
        ("m.py", "from a.b import x", ["a.b"], [], []),
        ("m.py", "from a.b import c, x", ["a.b.c", "a.b"], [], []),
        ("m.py", "from a.b import gone", ["a.b"], ["a.b.gone"], []),
        ("m.py", "from a.b.c import y, gone", ["a.b.c"], ["a.b.c.gone"], []),
        ("m.py", "from a.b.c import *", ["a.b.c"], [], []),
        ("m.py", "from a.lazy import anything", ["a.lazy"], [], []),
        ("m.py", "import a.gone.d", [], ["a.gone.d"], []),
        ("m.py", "from a.gone import d, e", [], ["a.gone"], []),
        ("m.py", "import os.path, numpy as np\nfrom yaml import x", [], [], ["numpy", "os", "yaml"]),
        ("m.py", "import space.deep.mod", ["space.deep.mod"], [], []),
        ("m.py", "import space.deep", [], [], []),
        ("m.py", "from space.deep import mod", ["space.deep.mod"], [], []),
        ("m.py", "from space.deep import gone", [], ["space.deep.gone"], []),
        ("m.py", "from space import deep", [], [], []),
        ("m.py", 'importlib.import_module("a.b.c")', ["a.b.c"], [], []),
        ("m.py", 'importlib.import_module("a.gone")', [], ["a.gone"], []),
        ("a/m.py", "from . import b", ["a.b"], [], []),
        ("a/m.py", "from .b import c, x", ["a.b.c", "a.b"], [], []),
        ("a/m.py", "from .gone import c", [], ["a.gone"], []),
        ("a/m.py", "from .. import x", [], ["..", ], []),
        ("a/b/m.py", "from ..b.c import y", ["a.b.c"], [], []),
        ("a/b/m.py", "from .. import lazy", ["a.lazy"], [], []),
        ("a/b/m.py", "from ...a import lazy", [], ["...a"], []),
        ("m.py", "from . import a", [], ["."], []),
        ("a/m.py", "import a.m", [], [], []),
        ("script-name.py", "import a.b", ["a.b"], [], []),
        ("a/m.py", "import logging", ["logging"], [], []),
        ("tools/src/t/__init__.py", "import logging", [], [], ["logging"]),
        ("broken.py", "import a.b\nprint 'x'", ["a.b"], [], []),
    ],
)  # fmt: skip
def test_an_import_means_a_module_something_outside_or_nothing(
    tmp_path: Path, path: str, source: str, imported: list[str], unresolved: list[str], outside: list[str]
) -> None:
    graph = _graph(tmp_path, {**_PACKAGE, path: source + "\n"})
    assert [edge.imported for edge in graph.resolved[path].edges] == imported
    assert graph.unresolved == {(path, name) for name in unresolved}
    assert sorted(graph.outside(path)) == outside


def test_edges_carry_lines_and_circumstances(tmp_path: Path) -> None:
    source = "if TYPE_CHECKING:\n    import a.b\ndef f():\n    from a.b import x\n    __import__('a.b.c')\n"
    graph = _graph(tmp_path, {**_PACKAGE, "m.py": source})
    assert [(edge.imported, edge.line, edge.kind, edge.in_function) for edge in graph.imports("m")] == [
        ("a.b", 2, "type-checking", False),
        ("a.b", 4, "runtime", True),
        ("a.b.c", 5, "dynamic", True),
    ]
    assert [(edge.importer, edge.path) for edge in graph.importers("a.b.c")] == [("m", "m.py")]
    assert graph.importers("nobody") == graph.imports("nobody") == ()


def test_two_files_of_one_name_are_two_nodes(tmp_path: Path) -> None:
    files = {"x/src/n.py": "import os\n", "y/src/n.py": "import sys\n", "x/src/m.py": "import n\n"}
    graph = _graph(tmp_path, files)
    assert graph.nodes == {"n": "x/src/n.py", "y/src/n.py": "y/src/n.py", "m": "x/src/m.py"}
    assert [edge.imported for edge in graph.imports("m")] == ["n"]
    assert graph.path("y/src/n.py") == "y/src/n.py"


def test_configured_roots_name_the_modules(tmp_path: Path) -> None:
    files = {"code/p/m.py": "import p.n\n", "code/p/n.py": ""}
    assert _graph(tmp_path / "found", files).unresolved == frozenset({}) | _graph(tmp_path / "f2", files).unresolved
    graph = _graph(tmp_path / "told", files, ("code",))
    assert [edge.imported for edge in graph.imports("p.m")] == ["p.n"]


def test_the_reverse_closure_counts_imports(tmp_path: Path) -> None:
    files = {"a.py": "", "b.py": "import a\n", "c.py": "import b, a\n", "d.py": "import c\n", "e.py": "import d, e\n"}
    graph = _graph(tmp_path, files)
    assert graph.reverse_closure(["a"]) == {"a": 0, "b": 1, "c": 1, "d": 2, "e": 3}
    assert graph.reverse_closure(["a"], limit=1) == {"a": 0, "b": 1, "c": 1}
    assert graph.reverse_closure(["c", "e"]) == {"c": 0, "e": 0, "d": 1}


def test_cycles_are_sets_of_modules_that_reach_each_other(tmp_path: Path) -> None:
    files = {
        "a.py": "import b\n",
        "b.py": "import c\n",
        "c.py": "import a, d\n",
        "d.py": "def f():\n    import e\n",
        "e.py": "import d\n",
        "f.py": "import a\n",
        "g.py": "import g\n",
    }
    graph = _graph(tmp_path, files)
    assert cycles(graph) == (("a", "b", "c"), ("d", "e"))
    assert cycles(graph, follow=lambda edge: not edge.in_function) == (("a", "b", "c"),)


def test_a_very_long_chain_is_no_problem(tmp_path: Path) -> None:
    graph = _graph(tmp_path, {f"m{n}.py": f"import m{(n + 1) % 1500}\n" for n in range(1500)})
    assert [len(group) for group in cycles(graph)] == [1500]


def test_our_own_package_has_the_edges_that_grimp_finds(tmp_path: Path) -> None:
    root = Path(laneshift.__file__).parent
    files = {f"src/laneshift/{path.relative_to(root)}": path.read_text() for path in root.rglob("*.py")}
    graph = _graph(tmp_path, files)
    theirs = grimp.build_graph("laneshift", cache_dir=None)
    expected = {
        (importer, imported)
        for importer in theirs.modules
        for imported in theirs.find_modules_directly_imported_by(importer)
        if importer != imported
    }
    assert {(edge.importer, edge.imported) for edge in graph.edges} == expected
    assert len(expected) > 50
    assert graph.unresolved == frozenset()

"""Whose import fails after a move for packages above the new place is told, as real interpreters show it."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from laneshift.code.moves import Move, move
from laneshift.repo.objects import Tree
from tests.code.moves.repos import tree_of
from tests.sweeps import swept

_PROGRAM = """
import importlib, json, os, sys
sys.dont_write_bytecode = True
found = {}
for name in json.loads(sys.argv[1]):
    child = os.fork()
    if not child:
        try:
            importlib.import_module(name)
        except ImportError:
            os._exit(1)
        os._exit(0)
    found[name] = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
print(json.dumps(found))
"""
MODULES = ["k", "k.a", "k.b", "k.b.q", "k.x", "k.y", "k.z"]
SRC, DST, OLD, NEW = "k/a/m.py", "k/b/m.py", "k.a.m", "k.b.m"
PACKAGES = ("k", "k.a", "k.b")


def path_of(name: str) -> str:
    return name.replace(".", "/") + ("/__init__.py" if name in PACKAGES else ".py")


def imported(folder: Path, files: Mapping[str, bytes], names: list[str]) -> dict[str, bool]:
    """Which modules can be imported, each the first one of a process."""
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    ran = subprocess.run(
        [sys.executable, "-c", _PROGRAM, json.dumps(names)], cwd=folder, capture_output=True, text=True, check=True
    )
    return {name: status == 0 for name, status in json.loads(ran.stdout).items()}


def contents(tree: Tree) -> dict[str, bytes]:
    return {path: tree.read(path) for path in tree.entries}


def told(tree: Tree) -> set[tuple[str, int]]:
    notices = move(tree, Move(SRC, DST)).notices
    return {(each.path, each.line) for each in notices if each.kind == "import-cycle" and each.path != DST}


def world(seed: int) -> dict[str, str]:
    """Seven modules and the one that moves, with imports between them above and below the name that each has."""
    draw = random.Random(seed)
    files = {}
    for name in (*MODULES, OLD):
        others = [each for each in (*MODULES, OLD) if each != name]
        counts = {"k": (0, 0, 0, 1), "k.a": (0, 0, 0, 1), "k.b": (1, 2), OLD: (0, 0, 1)}.get(name, (1, 1, 2))
        lines = [_statement(draw, draw.choice([*others, OLD])) for _ in range(draw.choice(counts))]
        lines.insert(draw.choice((len(lines), draw.randint(0, len(lines)))), f"n = {name!r}")
        files[path_of(name)] = "\n".join(lines) + "\n"
    return files


def _statement(draw: random.Random, other: str) -> str:
    package, _, last = other.rpartition(".")
    kinds = [f"from {other} import n as other", f"from {other} import n as other", f"import {other}"]
    if package:
        kinds += [
            f"from {package} import {last} as other",
            f"try:\n    from {other} import n as o\nexcept OSError: pass",
        ]
    return draw.choice(kinds)


@pytest.mark.chaos
def test_what_cannot_be_imported_first_any_more_is_told_and_nothing_else(tmp_path: Path) -> None:
    seen = 0
    for seed in range(swept(400, 60)):
        tree = tree_of(world(seed))
        result = move(tree, Move(SRC, DST))
        staying = sorted(name for name in MODULES if path_of(name) in result.python)
        before = imported(tmp_path / f"{seed}-before", contents(tree), staying)
        after = imported(tmp_path / f"{seed}-after", contents(result.tree), staying)
        wanted = {path_of(name) for name in staying if before[name] and not after[name]}
        assert {path for path, _ in told(tree)} == wanted, (seed, world(seed))
        seen += len(wanted)
    assert seen > 3


_LEADING = {"k/__init__.py": "", "k/a/__init__.py": "", "k/a/m.py": "f = 1\n", "k/b/__init__.py": "import k.z\n"}


@pytest.mark.parametrize(
    ("asking", "line"),
    [
        ("from k.a.m import f\nn = 1\n", 1),
        ("import os\nfrom k.a import m\nn = 1\n", 2),
        ("n = 1\nfrom k.a.m import f\n", None),
        ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from k.a.m import f\nn = 1\n", None),
        ("def g():\n    from k.a.m import f\nn = 1\n", None),
        ("from typing import TYPE_CHECKING\nif not TYPE_CHECKING:\n    from k.a.m import f\nn = 1\n", 3),
        ("if __name__ == '__main__':\n    from k.a.m import f\nn = 1\n", None),
        ("for _ in range(1):\n    from k.a.m import f\nn = 1\n", 2),
        ("class C:\n    n = 0\nfrom k.a.m import f\nn = 1\n", 3),
    ],
)
def test_the_line_that_asks_is_told(asking: str, line: int | None) -> None:
    tree = tree_of({**_LEADING, "k/z.py": "from k.x import n\n", "k/x.py": asking})
    assert told(tree) == ({("k/x.py", line)} if line else set())


@pytest.mark.parametrize(
    "leading", ["import k.x\n", "try:\n    from k.x import n\nexcept ImportError:\n    n = 0\n", "from k.x import *\n"]
)
def test_what_waits_for_no_name_is_not_told(leading: str) -> None:
    tree = tree_of({**_LEADING, "k/z.py": leading, "k/x.py": "from k.a.m import f\nn = 1\n"})
    assert told(tree) == set()


def test_it_is_told_below_a_source_root_as_well() -> None:
    files = {**_LEADING, "k/z.py": "from k.x import n\n", "k/x.py": "from k.a.m import f\nn = 1\n"}
    tree = tree_of({f"src/{path}": text for path, text in files.items()})
    found = move(tree, Move(f"src/{SRC}", f"src/{DST}")).notices
    assert [(each.path, each.line, each.text) for each in found if each.kind == "import-cycle"] == [
        ("src/k/x.py", 1, "from k.a.m import f")
    ]


def test_ten_of_many_are_told() -> None:
    asking = {f"k/x{n}.py": "from k.a.m import f\nn = 1\n" for n in range(14)}
    leading = "".join(f"from k.x{n} import n\n" for n in range(14))
    assert len(told(tree_of({**_LEADING, "k/z.py": leading, **asking}))) == 10


@pytest.mark.parametrize("path", ["k/x.py", "k/a/m.py", "k/b/__init__.py", "k/a/__init__.py"])
def test_a_long_chain_of_cases_is_gone_through(path: str) -> None:
    files = {**_LEADING, "k/z.py": "from k.x import n\n", "k/x.py": "from k.a.m import f\nn = 1\n"}
    chain = "".join(f"elif q == {case}:\n    pass\n" for case in range(1500))
    tree = tree_of({**files, path: f"{files[path]}q = 1\nif q:\n    pass\n{chain}"})
    assert told(tree) == {("k/x.py", 1)}


def test_a_package_that_runs_nothing_of_the_project_leads_nowhere() -> None:
    tree = tree_of({**_LEADING, "k/b/__init__.py": "import os\n", "k/x.py": "from k.a.m import f\nn = 1\n"})
    assert told(tree) == set()

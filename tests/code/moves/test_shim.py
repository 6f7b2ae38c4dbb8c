"""A shim keeps the old name alive: it warns, passes everything on, and says when it goes."""

from __future__ import annotations

import datetime as dt
import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from laneshift.code.moves import Move, move
from laneshift.code.moves.shim import shim
from laneshift.code.shim_date import expires
from laneshift.errors import Refused
from laneshift.repo.objects import Tree
from tests.code.moves.forms import SKELETON
from tests.code.moves.repos import contents, tree_of

_EXPIRY = dt.date(2027, 3, 1)


def _run(tree: Tree, folder: Path, code: str, *options: str) -> subprocess.CompletedProcess[str]:
    for path, text in contents(tree).items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, *options, "-c", code]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=240, check=False
    )


def test_the_old_name_works_and_warns(tmp_path: Path) -> None:
    tree = tree_of({**SKELETON, "a/b/c.py": "def f():\n    return 'f'\n\n\n_private = 7\n\n\nclass K:\n    pass\n"})
    shimmed = shim(move(tree, Move("a/b/c.py", "x/y/c.py")), _EXPIRY)
    code = "import a.b.c, x.y.c; print(a.b.c.f(), a.b.c._private, a.b.c.K is x.y.c.K); from a.b.c import *; print(f())"
    done = _run(shimmed.tree, tmp_path, code, "-W", "always")
    assert done.stdout == "f 7 True\nf\n"
    assert "DeprecationWarning: a.b.c moved to x.y.c; the old name goes on 2027-03-01" in done.stderr
    strict = _run(shimmed.tree, tmp_path, "import a.b.c", "-W", "error::DeprecationWarning")
    assert strict.returncode == 1


def test_pickles_of_the_old_name_load(tmp_path: Path) -> None:
    tree = tree_of(SKELETON)
    frozen = b"ca.b.c\nK\n."
    assert frozen != pickle.dumps(None)
    shimmed = shim(move(tree, Move("a/b/c.py", "x/y/c.py")), _EXPIRY)
    done = _run(shimmed.tree, tmp_path, f"import pickle; print(pickle.loads({frozen!r}).__module__)", "-W", "ignore")
    assert done.stdout == "x.y.c\n"


def test_every_module_of_a_package_gets_one(tmp_path: Path) -> None:
    shimmed = shim(move(tree_of(SKELETON), Move("a/b", "x/b")), _EXPIRY)
    assert shimmed.paths == {
        "a/b/__init__.py": "a.b",
        "a/b/c.py": "a.b.c",
        "a/b/c2.py": "a.b.c2",
        "a/b/d.py": "a.b.d",
    }
    done = _run(shimmed.tree, tmp_path, "import a.b.d; from a.b import c; print(a.b.d.g(), c.f())", "-W", "ignore")
    assert done.stdout == "g f\n"


def test_the_expiry_is_recorded_and_read() -> None:
    shimmed = shim(move(tree_of(SKELETON), Move("a/b/c.py", "x/y/c.py")), _EXPIRY)
    assert expires(shimmed.tree.read("a/b/c.py")) == shimmed.expiry == _EXPIRY
    assert expires(b"LANESHIFT_SHIM_EXPIRES = 'some day'\n") is None
    assert expires(shimmed.tree.read("x/y/c.py")) is None


def test_what_is_no_module_gets_none() -> None:
    result = move(tree_of({**SKELETON, "q/only.pyi": "", "q/data.txt": ""}), Move("q", "x/q"))
    with pytest.raises(Refused) as raised:
        shim(result, _EXPIRY)
    assert raised.value.code == "moves.nothing-to-shim"

"""A lean atlas is the whole one, but for what it leaves out: in one process and in two, on drawn trees and odd ones."""

from __future__ import annotations

import os
import random
import threading

import pytest

from laneshift.code.index import Index
from laneshift.errors import Refused
from laneshift.lanes import beside as processes
from laneshift.lanes.atlas import Atlas, survey
from laneshift.lanes.lean import lean_survey
from laneshift.repo.objects import Repository
from tests.lanes.drawn_trees import drawn
from tests.lanes.ground import repository, tree_with
from tests.lanes.test_sources import MANY, ODD

ROUNDS = 80
WAYS = {
    "core/__init__.py": "from core import *\nfrom .m1 import X as Y\nfrom . import m2, nothing\n",
    "core/json.py": "import json\nimport core.json\nfrom core.json import loads\n",
    "core/far.py": "from ... import x\nfrom .missing import y\nimport core.missing.deep\nfrom core.space import z\n",
    "core/space/inner.py": "from core.space import inner\nimport core.space\nfrom ..m1 import X\n",
    "core/calls.py": "import importlib as i\ni.import_module('.m1', 'core')\ni.import_module(X)\n__import__('json')\n",
    "core/typed.py": "if TYPE_CHECKING:\n    from labs import a\nfrom labs import a\nimport labs.a\n",
    "json.py": "import core.json\n",
    "loose/one/two.py": "import loose.one.two\nfrom loose.one import three\nimport elsewhere\n",
    "loose/one/three.py": "from loose.one import two\nfrom one import two\n",
}


@pytest.fixture(scope="module")
def repo(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    return repository(tmp_path_factory.mktemp("lean") / "repo", {**MANY, **ODD, **WAYS})


def told(atlas: Atlas) -> tuple[object, ...]:
    """All that both have, orders included."""
    return (
        list(atlas.out.items()),
        atlas.into,
        atlas.scanned,
        dict(atlas.blind),
        dict(atlas.bent),
        atlas.passing,
        atlas.modules,
        atlas.linked,
    )


def copying(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Let a copy of this process be worth it for any number of files; one is told for each copy."""
    copies: list[int] = []
    fork = os.fork
    monkeypatch.setattr(processes, "_WORTH_IT", 1)
    monkeypatch.setattr(os, "fork", lambda: copies.append(1) or fork())
    # The runner of the tests may have threads of its own, which have no part in this.
    monkeypatch.setattr(threading, "active_count", lambda: 1)
    return copies


def test_it_is_the_whole_one(repo: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    tree = repo.tree("HEAD")
    whole = survey(tree, Index.open(repo))
    for roots in ((), ("core",), ("loose", "")):
        assert told(lean_survey(tree, Index.open(repo), roots)) == told(survey(tree, Index.open(repo), roots))
    copies = copying(monkeypatch)
    lean = lean_survey(tree, Index.open(repo, processes=2))
    assert len(copies) == 1
    assert told(lean) == told(whole)
    assert lean.scanned == {"core/broken.py"}
    assert lean.consulted is None
    assert lean.said is None
    fuller = lean_survey(tree, Index.open(repo, processes=2), said=True)
    assert len(copies) == 2
    assert told(fuller) == told(whole)
    assert fuller.said == lean_survey(tree, Index.open(repo), said=True).said == whole.said


def test_so_it_is_on_drawn_trees(repo: Repository) -> None:
    index, base = Index.open(repo), repo.tree("HEAD")
    for seed in range(ROUNDS):
        tree = drawn(random.Random(9_000 + seed), base)
        assert told(lean_survey(tree, index)) == told(survey(tree, index)), f"seed {seed}"


def test_files_of_several_names_are_known_by_each(repo: Repository) -> None:
    tree = tree_with(repo.tree("HEAD"), {}, {"core/extra": "../labs"})
    lean = lean_survey(tree, Index.open(repo))
    assert "core/extra/a.py" in lean.out
    assert told(lean) == told(survey(tree, Index.open(repo)))


def test_what_the_copy_could_not_do_is_done_here(repo: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    tree = repo.tree("HEAD")
    whole = told(survey(tree, Index.open(repo)))
    copies = copying(monkeypatch)
    monkeypatch.setattr(processes, "_do", lambda work, given: os._exit(1))
    assert told(lean_survey(tree, Index.open(repo, processes=2))) == whole
    assert copies


def test_a_file_that_is_missing_is_told(repo: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    tree = tree_with(repo.tree("HEAD"), {f"labs/n{number}.py": f"N = {number}\n" for number in range(200)})
    oid = tree.entries["labs/n7.py"].oid
    (repo.common_dir / "objects" / oid[:2] / oid[2:]).unlink()
    copying(monkeypatch)
    with pytest.raises(Refused, match=oid):
        lean_survey(tree, Index.open(repo, processes=2))

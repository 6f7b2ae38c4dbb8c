"""Chains between two places, by kind; the README of lanes; and shims that expire."""

from __future__ import annotations

import datetime as dt

import pytest

from laneshift import config
from laneshift.code.index import Index
from laneshift.code.moves import Move, move
from laneshift.code.moves.shim import shim
from laneshift.errors import Refused
from laneshift.lanes.crossings import Ground
from laneshift.lanes.explain import explain
from laneshift.lanes.model import Lanes
from laneshift.lanes.readme import readme
from laneshift.lanes.shims import shims
from laneshift.repo.objects import Repository
from tests.lanes.ground import LANES, atlas_of, repository, tree_with

FILES = {
    "serve/s.py": "def f():\n    import core.c\n",
    "core/c.py": "import typing\nif typing.TYPE_CHECKING:\n    import labs.a\nimport tools.t\n",
    "tools/t.py": "import tools.u\n__import__('labs.a')\n",
    "tools/u.py": "import tools.v\n",
    "tools/v.py": "import labs.a\n",
}


@pytest.fixture(scope="module")
def repo(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    return repository(tmp_path_factory.mktemp("explain") / "repo", FILES)


@pytest.mark.parametrize(("start", "goal"), [("serve", "labs"), ("serve/s.py", "labs/a.py"), ("serve.s", "labs.a")])
def test_the_shortest_chain_of_each_kind_has_its_lines(repo: Repository, start: str, goal: str) -> None:
    found = explain(atlas_of(repo.tree("HEAD")), LANES, start, goal)
    assert {kind: [str(hop) for hop in chain] for kind, chain in found.items()} == {
        "static": [
            "serve/s.py:2 -> core/c.py",
            "core/c.py:4 -> tools/t.py",
            "tools/t.py:1 -> tools/u.py",
            "tools/u.py:1 -> tools/v.py",
            "tools/v.py:1 -> labs/a.py",
        ],
        "dynamic": ["serve/s.py:2 -> core/c.py", "core/c.py:4 -> tools/t.py", "tools/t.py:2 -> labs/a.py (dynamic)"],
        "type-checking": ["serve/s.py:2 -> core/c.py", "core/c.py:3 -> labs/a.py (type-checking)"],
    }


def test_no_way_is_no_chain_and_nonsense_is_refused(repo: Repository) -> None:
    atlas = atlas_of(repo.tree("HEAD"))
    assert explain(atlas, LANES, "labs", "serve") == {}
    for start, goal, code in (("nowhere", "labs", "no-such-place"), ("labs", "labs/a.py", "same-place")):
        with pytest.raises(Refused) as caught:
            explain(atlas, LANES, start, goal)
        assert caught.value.code == f"lanes.{code}"


def test_the_readme_says_what_is_configured_and_hostile_text_stays_in_its_cell() -> None:
    text = readme(LANES).decode()
    assert "| `labs`, `candidate` | experimental | `labs/**` | every lane | nobody |" in text
    assert "| `core` | integration | `core/**` | itself only | platform |" in text
    assert readme(LANES) == text.encode()
    odd = Lanes.of({"a": config.Lane(paths=["a/`|x/**"], owners=["x | y\n# z"])})
    (row,) = [line for line in readme(odd).decode().split("\n") if line.startswith("| `a`")]
    assert row == "| `a` | integration | `a/\\|x/**` | every lane | x \\| y?# z |"


def test_a_shim_that_a_move_left_is_counted_and_expires(repo: Repository) -> None:
    tree = tree_with(repo.tree("HEAD"), {"core/old.py": "def f():\n    return 1\n", "core/y.py": "import core.old\n"})
    left = shim(move(tree, Move("core/old.py", "labs/old.py")), dt.date(2030, 5, 1)).tree
    (found,) = [each for each in shims(Ground(atlas_of(left), LANES), Index.open(repo)) if each.expiry]
    assert (found.path, found.lane, found.to_lanes, found.expiry) == (
        "core/old.py",
        "core",
        ("labs",),
        dt.date(2030, 5, 1),
    )
    assert not found.has_expired(dt.date(2030, 4, 30))
    assert found.has_expired(dt.date(2030, 5, 1))

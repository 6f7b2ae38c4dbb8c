"""A tree that differs in few files from a settled one: the same manifests as from nothing, at the price of the few."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from laneshift.code.index import Index
from laneshift.manifests import near_kept
from laneshift.manifests.generating import Generated, generate
from laneshift.manifests.near import generate_near
from laneshift.manifests.near_kept import Near, turned
from laneshift.manifests.world import world_of
from laneshift.repo.objects import File, Repository, Tree
from tests.repo.builders import repo_at
from tests.toy import laneshift

PATHS = (
    "a/__init__.py",
    "a/x.py",
    "b/__init__.py",
    "b/y.py",
    "c/__init__.py",
    "c/deep/z.py",
    "tests/test_a.py",
    "one.py",
)
TEXTS = (
    "",
    "def f(): ...\n",
    "class f: ...\nG = 1\n",
    "from a.x import *\n",
    "from b import f as g, y\n__all__ = ['g', 'y']\n",
    "from a import x\n__all__ = x.__all__ + ['h']\ndef h(): ...\n",
    "__all__ = ['f']\nimport requests\nf = 1\n",
    "import a.x\nimport one\nfrom c.deep import z\n",
    "import logging, os\nLOG = logging.getLogger(__name__)\nTOKEN = os.environ['API_TOKEN']\n",
    "bus.publish('order.made')\nfrom typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import b\n",
    "def broken(:\n",
)
FILES = st.fixed_dictionaries({path: st.sampled_from(TEXTS) for path in PATHS})
ADDED = (
    "H = 1\n",
    "class f: ...\n",
    "def h(): ...\n",
    "__all__ = ['f', 'H']\n",
    "SECRET = os.environ['DB_PASSWORD']\nbus.subscribe('order.paid')\n",
    "def broken(:\n",
)
CHANGES: st.SearchStrategy[tuple[dict[str, str], dict[str, str | None]]] = st.one_of(
    st.dictionaries(st.sampled_from(PATHS), st.sampled_from(ADDED), min_size=1, max_size=3).map(
        lambda added: (added, {})
    ),
    st.dictionaries(st.sampled_from(PATHS), st.sampled_from((*TEXTS, None)), max_size=1).map(lambda new: ({}, new)),
)
BY_HAND = '{"schema_version": "1.2.0", "module": {"name": "wrong"}, "metadata": {"owner": "me"}}'
OTHERS = st.sampled_from(
    [
        {},
        {"a/module.manifest.json": None},
        {"README.md": "new"},
        {"laneshift.toml": "[manifests]\nset_aside = ['b']\n"},
        {"requirements.txt": "requests>=2\n"},
        {"a/module.manifest.json": BY_HAND},
        {"c/module.manifest.json": "{"},
    ]
)


def edited(tree: Tree, files: dict[str, str | None]) -> Tree:
    return tree.edit({path: None if text is None else File(text.encode()) for path, text in files.items()})


def settled(repository: Repository, files: dict[str, str | None]) -> tuple[Tree, Near]:
    """A tree whose manifests are right, and what is noted of it."""
    tree = edited(repository.empty_tree(), files)
    made = generate(world_of(tree), tree)
    assert not made.failed
    after = tree.edit({path: File(data) for path, data in made.written.items()})
    return after, Near(after.oid, made.units, made.rejected, turned(made.consulted or {}))


def plain(made: Generated) -> tuple[object, ...]:
    return made.units, dict(made.written), set(made.same), made.failed, made.rejected


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return repo_at(tmp_path, {"README.md": ""})


@settings(max_examples=80, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files=FILES, changes=CHANGES, others=OTHERS)
def test_what_is_worked_out_near_is_what_is_worked_out_from_nothing(
    repository: Repository,
    files: dict[str, str],
    changes: tuple[dict[str, str], dict[str, str | None]],
    others: dict[str, str | None],
) -> None:
    before, near = settled(repository, {**files})
    added, new = changes
    tree = edited(before, {**{path: files[path] + text for path, text in added.items()}, **new, **others})
    found = generate_near(tree, near, Index.open(repository))
    if found is None:
        return
    assert plain(found) == plain(generate(world_of(tree), tree))
    assert {"laneshift.toml", "requirements.txt"}.isdisjoint(others)
    assert None not in new.values()


BASE: dict[str, str | None] = {
    "a/__init__.py": "from b import *\n",
    "b/__init__.py": "from b.y import *\n",
    "b/y.py": "def f(): ...\n",
    "c/__init__.py": "import os\n",
}


@pytest.mark.parametrize(
    ("text", "path", "written"),
    [
        ("def f(): ...\nclass g: ...\n", "b/y.py", {"a/module.manifest.json", "b/module.manifest.json"}),
        ("import os\nX = 1\n", "c/__init__.py", {"c/module.manifest.json"}),
        ("def f(x): return x\n", "b/y.py", set()),
        ("import sys\n", "c/__init__.py", set()),
    ],
)
def test_only_manifests_that_rest_on_a_file_change_with_it(
    repository: Repository, text: str, path: str, written: set[str]
) -> None:
    before, near = settled(repository, BASE)
    found = generate_near(edited(before, {path: text}), near, Index.open(repository))
    assert found is not None
    assert set(found.written) == written
    assert len(found.same) == len(near.units) - len(written)


@pytest.mark.parametrize(
    "change",
    [{"c/__init__.py": "import b\n"}, {"c/new.py": ""}, {"b/y.py": None}, {"laneshift.toml": "workers = 1\n"}],
)
def test_what_changes_other_modules_is_not_near(repository: Repository, change: dict[str, str | None]) -> None:
    before, near = settled(repository, BASE)
    assert generate_near(edited(before, change), near, Index.open(repository)) is None


def test_what_was_noted_is_read_back_and_damage_is_nothing(repository: Repository) -> None:
    _, near = settled(repository, {**BASE, "Bad/__init__.py": "", "one.py": "", "c/two.py": "import one\n"})
    assert any(unit.kind == "module" for unit in near.units)
    assert near.rejected
    assert near.consulted
    near_kept.keep(repository, near)
    assert near_kept.load(repository) == near
    file = repository.state_dir / "manifests" / "near.json"
    file.write_bytes(file.read_bytes().replace(b"module.manifest", b"nodule.manifest"))
    assert near_kept.load(repository) is None
    file.unlink()
    assert near_kept.load(repository) is None


def test_a_tree_that_git_has_dropped_is_not_near(repository: Repository) -> None:
    before, near = settled(repository, BASE)
    gone = Near("1" * 40, near.units, near.rejected, near.consulted)
    assert generate_near(before, gone, Index.open(repository)) is None


def test_the_command_after_a_change_says_what_it_says_from_nothing(tmp_path: Path) -> None:
    repo_at(tmp_path, {path: text for path, text in BASE.items() if text is not None})
    assert laneshift(tmp_path, "manifest", "generate", "--all").code == 0
    (tmp_path / "b/y.py").write_text("class only: ...\n")
    near = laneshift(tmp_path, "manifest", "diff", "--json")
    (tmp_path / ".git/laneshift/manifests/near.json").unlink()
    assert laneshift(tmp_path, "manifest", "diff", "--json").data == near.data
    assert near.data["would_change"] == ["a/module.manifest.json", "b/module.manifest.json"]

"""Which manifests are stale after a change: those that were right before it, and no others."""

from __future__ import annotations

from pathlib import Path

import pytest

from laneshift.manifests.keeping_up import keeps_up, right_in, stale_after
from laneshift.repo.objects import File, Tree
from tests.repo.builders import commit_files, repo_at
from tests.toy import laneshift

FILES = {
    "laneshift.toml": "",
    "labs/__init__.py": "",
    "labs/risk.py": "def score(x):\n    return x\n",
    "core/__init__.py": "",
    "core/app.py": "def run():\n    return 1\n",
}
CORE, LABS = "core/module.manifest.json", "labs/module.manifest.json"
LEAVES: dict[str, File | None] = {"labs/risk.py": None, "core/risk.py": File(FILES["labs/risk.py"].encode())}


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Tree:
    path: Path = tmp_path_factory.mktemp("kept")
    repository = repo_at(path, FILES)
    assert laneshift(path, "manifest", "generate", "--all").code == 0
    commit_files(path, {}, "manifests")
    return repository.tree("HEAD")


def set_to(tree: Tree, text: str) -> Tree:
    return tree.edit({"laneshift.toml": File(text.encode())})


def test_what_a_package_gained_and_lost_makes_its_manifest_stale(tree: Tree) -> None:
    assert stale_after(tree, tree, {}) == ()
    assert stale_after(tree, tree.edit(LEAVES), {}) == (CORE, LABS)


def test_a_manifest_that_moved_is_known_by_where_it_was(tree: Tree) -> None:
    moved = tree.edit({"core": None, **{f"base{path[4:]}": entry for path, entry in tree.below("core")}})
    assert stale_after(tree, moved, {}) == ()
    assert stale_after(tree, moved, {CORE: "base/module.manifest.json"}) == ("base/module.manifest.json",)


def test_one_that_was_stale_before_stays_with_its_people(tree: Tree) -> None:
    before = tree.edit({CORE: File(tree.read(CORE).replace(b'"app.run"', b'"app.walk"'))})
    assert stale_after(before, before.edit(LEAVES), {}) == (LABS,)
    assert right_in(before, {CORE, LABS, "nowhere"}) == {LABS}


def test_one_that_cannot_be_read_is_left_alone(tree: Tree) -> None:
    assert stale_after(tree, tree.edit({**LEAVES, CORE: File(b"{")}), {}) == (LABS,)
    assert right_in(tree.edit({CORE: File(b"{")}), {CORE}) == frozenset()


def test_none_is_made_and_none_that_is_new_is_touched(tree: Tree) -> None:
    before = tree.edit({CORE: None})
    assert stale_after(before, before.edit(LEAVES), {}) == (LABS,)
    assert stale_after(before, tree.edit(LEAVES), {}) == (LABS,)


def test_settings_keep_all_or_some_from_it(tree: Tree) -> None:
    off = set_to(tree, "[manifests]\non_landing = false\n")
    assert (keeps_up(tree), keeps_up(off)) == (True, False)
    assert stale_after(off, off.edit(LEAVES), {}) == ()
    some = set_to(tree, '[exceptions]\nprotected_paths = ["core/*.json"]\n')
    assert stale_after(some, some.edit(LEAVES), {}) == (LABS,)


def test_a_tree_without_manifests_has_none_to_keep_up(tree: Tree) -> None:
    bare = tree.edit({CORE: None, LABS: None})
    assert not keeps_up(bare)
    # Settings that cannot be read show that nobody reads them where there is no manifest.
    assert stale_after(set_to(bare, "= no settings"), tree.edit(LEAVES), {}) == ()

"""A listing derived from a near one is the listing that git gives, with what is known about the files that stayed."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from drawn_trees import drawn, edited, naive_mentions, repository_at
from hypothesis import given, settings
from hypothesis import strategies as st

from laneshift.code.facts.extract import extract
from laneshift.code.index import Index
from laneshift.code.index.deriving import derived
from laneshift.code.index.listing import NOWHERE, UNPLACED, UNTRIED, Listing
from laneshift.repo.differences import differences, few_differences
from laneshift.repo.objects import MODE_EXECUTABLE, MODE_SUBMODULE, MODE_SYMLINK, Entry, File, Repository, Tree

_MANY = {f"n/f{at}.txt": f"many{at}\n" for at in range(70)}
_BASE: dict[str, str | bytes | None] = {
    **_MANY,
    "a.py": "import alpha\n",
    "a-b/c.py": "alpha = 1\n",
    "a/b.py": "beta = alpha\n",
    "a0.py": "def broken(:\n",
    os.fsdecode(b"\xff.py"): "alpha\n",
    "\U0001f600.py": "beta\n",
}
_PATHS = st.sampled_from(
    [*(path for path in _BASE if not path.startswith("n/")), "a", "a/b.py/c.py", "n", "z.py", "n/x"]
)
_COMING = st.none() | st.tuples(
    st.sampled_from([b"import alpha\n", b"beta\n", b"def broken(:\n", b"many3\n"]),
    st.sampled_from([0o100644, MODE_EXECUTABLE, MODE_SYMLINK]),
).map(lambda drawn: File(*drawn))
_STEPS = st.lists(st.lists(st.tuples(_PATHS, _COMING), min_size=1, max_size=4), min_size=1, max_size=4)


def _columns(listing: Listing) -> tuple[object, ...]:
    return listing.paths, listing.modes, listing.ids, listing.files, listing.links, listing.listed()


def _apply(tree: Tree, step: list[tuple[str, File | None]]) -> Tree:
    for path, file in step:
        above = [path[:at] for at, char in enumerate(path) if char == "/" and path[:at] in tree]
        tree = tree.edit({**dict.fromkeys(above), path: None}).edit({path: file})
    return tree


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A repository, and the id of a tree that is in it already: writing seventy files for each example takes long."""
    folder = tmp_path_factory.mktemp("home")
    return folder, edited(repository_at(folder).empty_tree(), _BASE).oid


@settings(max_examples=60, deadline=None, derandomize=True)
@given(steps=_STEPS)
def test_what_is_derived_step_by_step_is_what_git_lists(
    home: tuple[Path, str], steps: list[list[tuple[str, File | None]]]
) -> None:
    repository = Repository.open(home[0])
    tree = Tree(repository, home[1])
    listing = Listing.of(tree.below(""))
    for step in steps:
        after = _apply(tree, step)
        found = derived(listing, differences(tree, after))
        assert found is not None
        assert _columns(found) == _columns(Listing.of(Repository.open(home[0]).folders.below(after.oid)))
        tree, listing = after, found


@settings(max_examples=25, deadline=None, derandomize=True)
@given(steps=_STEPS, refreshed=st.booleans())
def test_answers_about_trees_near_a_kept_one_are_those_of_the_blobs(
    home: tuple[Path, str], steps: list[list[tuple[str, File | None]]], refreshed: bool
) -> None:
    repository = Repository.open(home[0])
    shutil.rmtree(repository.state_dir, ignore_errors=True)
    tree = Tree(repository, home[1])
    with Index.open(repository) as index:
        index.refresh(tree)
    near = Index.open(Repository.open(home[0]))
    for step in steps:
        tree = _apply(tree, step)
        if refreshed:
            near.refresh(tree)
        python = [path for path, entry in tree.entries.items() if path.endswith(".py") and entry.is_regular]
        for asked in (near, Index.open(Repository.open(home[0]))):
            assert asked.knows(tree)
            for word in (b"alpha", b"beta", b"many3", b"ha\n", b"\n"):
                regular = {path for path in asked.mentions(tree, word) if tree.entries[path].is_regular}
                assert regular == naive_mentions(tree, word)
            assert dict(asked.parses(tree)) == {path: extract(tree.read(path)).parses for path in python}
            assert dict(asked.facts(tree)) == {path: extract(tree.read(path)) for path in python}


@settings(max_examples=25, deadline=None, derandomize=True)
@given(step=_STEPS.map(lambda steps: steps[0]))
def test_an_entry_that_the_index_knows_is_the_one_in_the_folders(
    home: tuple[Path, str], step: list[tuple[str, File | None]]
) -> None:
    walked = _apply(Tree(Repository.open(home[0]), home[1]), step)
    with Index.open(Repository.open(home[0])) as index:
        index.refresh(Tree(index.repository, home[1]))
    asked = Tree(Repository.open(home[0]), walked.oid)
    assert Index.open(asked.repository).knows(asked)
    read: list[str] = []
    asked.repository.folders.find = lambda oid, path: read.append(path)  # type: ignore[method-assign,assignment]
    odd = ("", "/", "a/", "a//b.py", "n", "a/b.py/x", "zz", "\ud800", "a.py\0")
    for path in {*_BASE, *walked.entries, *odd}:
        assert asked.entry(path) == walked.entry(path)
    assert not read


def test_a_file_that_moves_keeps_its_place_and_one_that_changes_loses_it(tmp_path: Path) -> None:
    repository = repository_at(tmp_path)
    tree = edited(repository.empty_tree(), _BASE)
    Index.open(repository).refresh(tree)
    index = Index.open(repository)
    index.files(tree)
    base = index._folders.listing(tree.oid)
    after = tree.edit({"a.py": None, "m.py": tree.entries["a.py"], "a/b.py": File(b"new\n"), "n/f3.txt": None})
    found = derived(base, differences(tree, after))
    assert found is not None
    assert base.places is not None
    assert found.places is not None
    before = dict(zip(base.paths, base.places.numbers, strict=True))
    numbers = dict(zip(found.paths, found.places.numbers, strict=True))
    assert numbers["m.py"] == before["a.py"] < UNPLACED
    assert numbers["a/b.py"] == UNPLACED
    assert set(found.unplaced) == {"a/b.py"}
    assert {path for path, flag in found.parsed.items() if flag == UNTRIED} == {"a/b.py"}
    assert NOWHERE not in numbers.values()


def test_differences_that_do_not_fit_the_listing_are_seen(tmp_path: Path) -> None:
    repository = repository_at(tmp_path)
    tree = drawn(repository, {"a.py": "1\n", "b.py": "2\n"})
    listing = Listing.of(tree.below(""))
    entry = tree.entries["a.py"]
    assert derived(listing, {"missing.py": (entry, None)}) is None
    assert derived(listing, {"a.py": (None, entry)}) is None


def test_a_submodule_in_a_derived_listing_is_no_file(tmp_path: Path) -> None:
    repository = repository_at(tmp_path)
    tree = edited(repository.empty_tree(), _BASE)
    Index.open(repository).refresh(tree)
    after = tree.edit({"sub": Entry(MODE_SUBMODULE, "1" * 40)})
    index = Index.open(Repository.open(tmp_path))
    assert "sub" not in index.files(after)
    assert index.mentions(after, b"many33") == ("n/f33.txt",)


def test_differences_stop_where_there_are_too_many(tmp_path: Path) -> None:
    repository = repository_at(tmp_path)
    old, new = drawn(repository, {"a.py": "1\n"}), drawn(repository, {f"d{at}/a.py": "1\n" for at in range(9)})
    folders = repository.folders
    assert few_differences(folders, old.oid, new.oid, 10) == differences(old, new)
    assert few_differences(folders, old.oid, new.oid, 9) is None


def test_folders_deeper_than_the_stack_are_compared(tmp_path: Path) -> None:
    repository = repository_at(tmp_path)
    oid = repository.write_folder({"a.py": Entry(0o100644, repository.write_blob(b"1\n"))})
    for _ in range(3_000):
        oid = repository.write_folder({"d": Entry(0o040000, oid)})
    assert list(differences(repository.empty_tree(), Tree(repository, oid))) == ["d/" * 3_000 + "a.py"]


def test_a_kept_tree_that_git_has_dropped_is_of_no_use_and_no_harm(tmp_path: Path) -> None:
    repository = repository_at(tmp_path)
    tree = edited(repository.empty_tree(), _BASE)
    Index.open(repository).refresh(tree)
    after = edited(tree, {"a.py": "import beta\n"})
    shutil.rmtree(tmp_path / ".git" / "objects" / tree.oid[:2])
    index = Index.open(Repository.open(tmp_path))
    assert set(index.mentions(after, b"beta")) == naive_mentions(after, b"beta")


def test_after_many_changes_the_changed_files_are_placed(tmp_path: Path) -> None:
    repository = repository_at(tmp_path)
    tree = edited(repository.empty_tree(), _BASE)
    Index.open(repository).refresh(tree)
    index = Index.open(repository)
    index.mentions(tree, b"alpha")
    after = edited(tree, {f"n/g{at}.txt": f"gamma{at} delta\n" for at in range(300)})
    assert index.mentions(after, b"gamma299") == ("n/g299.txt",)
    listing = index._folders.listing(after.oid)
    assert not listing.unplaced
    assert listing.places is not None
    assert UNPLACED not in listing.places.numbers
    assert len(index.mentions(after, b"delta")) == 300
    assert index.mentions(edited(after, {"n/g7.txt": None}), b"gamma7") == tuple(f"n/g7{at}.txt" for at in range(10))


def test_a_refresh_near_a_refreshed_tree_reads_what_changed(tmp_path: Path) -> None:
    repository = repository_at(tmp_path)
    tree = edited(repository.empty_tree(), _BASE)
    index = Index.open(repository)
    index.refresh(tree)
    after = edited(tree, {"a.py": "import beta\n", "n/f1.txt": None})
    shutil.rmtree(tmp_path / ".git" / "objects" / tree.entries["a/b.py"].oid[:2])
    again = Index.open(Repository.open(tmp_path))
    again.refresh(after)
    index.refresh(after)
    for each in (index, again):
        assert each.mentions(after, b"beta") == ("a.py", "a/b.py", "\U0001f600.py")

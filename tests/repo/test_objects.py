"""Trees in the object database: edits agree with git's own index, and hostile input is refused."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laneshift.errors import Refused
from laneshift.repo.differences import changed, differences
from laneshift.repo.objects import Changes, Entry, File, Repository, Tree
from tests.repo.builders import commit_files, git_cli, repo_at
from tests.repo.strategies import files, links, paths, trees

_repositories: dict[str, Repository] = {}


def shared(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    if "one" not in _repositories:
        _repositories["one"] = repo_at(tmp_path_factory.mktemp("repo"), {"a": "1"})
    return _repositories["one"]


def by_git(repo: Repository, base: Tree, changes: Changes) -> str:
    """The tree that the git program makes of the same changes: deletions first, then additions that replace."""
    root = repo.common_dir.parent
    git_cli(root, "read-tree", base.oid)
    gone = [path for path, change in changes.items() if change is None]
    listed = [path for path in base.entries if any(path == one or path.startswith(f"{one}/") for one in gone)]
    lines = [f"0 {'0' * 40}\t{path}\0" for path in listed]
    for path, change in changes.items():
        if isinstance(change, File):
            lines.append(f"{change.mode:o} {repo.write_blob(change.data)}\t{path}\0")
    git_cli(root, "update-index", "-z", "--index-info", stdin="".join(lines).encode("utf-8", "surrogateescape"))
    return git_cli(root, "write-tree")


def conflict_free(changes: dict[str, File | None]) -> dict[str, File | None]:
    added = [path for path, change in changes.items() if change is not None]
    return {
        path: change
        for path, change in changes.items()
        if change is None or not any(path.startswith(f"{other}/") for other in added)
    }


changes_of = st.dictionaries(paths, files | links | st.none(), max_size=8).map(conflict_free)


@settings(max_examples=120)
@given(start=trees, changes=changes_of)
def test_an_edit_agrees_with_git(tmp_path_factory: pytest.TempPathFactory, start: Changes, changes: Changes) -> None:
    repo = shared(tmp_path_factory)
    base = repo.empty_tree().edit(start)
    edited = base.edit(changes)
    assert edited.oid == by_git(repo, base, changes)
    listed = git_cli(repo.common_dir.parent, "ls-tree", "-r", "-z", edited.oid)
    ours = "".join(f"{entry.mode:06o} blob {entry.oid}\t{path}\0" for path, entry in edited.entries.items())
    assert ours == listed


@settings(max_examples=60)
@given(start=trees, changes=changes_of)
def test_entries_differences_and_lookups_tell_one_story(
    tmp_path_factory: pytest.TempPathFactory, start: Changes, changes: Changes
) -> None:
    repo = shared(tmp_path_factory)
    old = repo.empty_tree().edit(start)
    new = old.edit(changes)
    plain_old, plain_new = dict(old.entries), dict(new.entries)
    expected = {
        path: (plain_old.get(path), plain_new.get(path))
        for path in plain_old.keys() | plain_new.keys()
        if plain_old.get(path) != plain_new.get(path)
    }
    assert differences(old, new) == expected
    assert changed(old, changes) == expected
    assert list(changed(old, changes)) == sorted(expected, key=os.fsencode)
    assert len(new.entries) == len(plain_new) == len(list(new.entries))
    for path, entry in plain_new.items():
        assert new.entry(path) == entry
        assert path in new
        folder = path.rpartition("/")[0]
        assert not folder or (new.is_folder(folder) and folder not in new)
        assert (path, entry) in new.below(folder)


@pytest.mark.parametrize(
    "path",
    [
        "", "/", "/a", "a/", "a//b", ".", "..", "../a", "a/..", ".git", ".git/config", "a/.GIT/hooks/x", "git~1",
        "a/../b", ".git.", ".git ", ".g\u200cit/x", "a\0b", "x" * 256, "\ud800", ".git::$INDEX_ALLOCATION/x",
        "a/" * 3000 + "b",
    ],
)  # fmt: skip
def test_paths_that_could_leave_the_tree_are_refused(tmp_path: Path, path: str) -> None:
    tree = repo_at(tmp_path, {"a": "1"}).tree("HEAD")
    for change in (File(b"x"), None):
        for asked in (tree.edit, partial(changed, tree)):
            with pytest.raises(Refused) as caught:
                asked({path: change})
            assert caught.value.code == "repo.bad-path"


def test_modes_missing_objects_and_contradictions_are_refused(tmp_path: Path) -> None:
    tree = repo_at(tmp_path, {"a": "1", "d/b": "2"}).tree("HEAD")
    folder = tree.repository.folders.find(tree.oid, "d")
    assert folder is not None
    cases: list[tuple[Changes, str]] = [
        ({"x": File(b"", 0o100600)}, "repo.bad-mode"),
        ({"x": folder}, "repo.bad-mode"),
        ({"x": Entry(0o100644, "0" * 39 + "1")}, "repo.missing-object"),
        ({"x": Entry(0o100644, tree.oid)}, "repo.not-a-blob"),
        ({"x": Entry(0o100644, "nonsense")}, "repo.missing-object"),
        ({"x": File(b"1"), "x/y": File(b"2")}, "repo.path-conflict"),
    ]
    for changes, code in cases:
        for asked in (tree.edit, partial(changed, tree)):
            with pytest.raises(Refused) as caught:
                asked(changes)
            assert caught.value.code == code


def test_reading_what_is_not_there_is_refused(tmp_path: Path) -> None:
    repo = repo_at(tmp_path, {"a": "1"})
    tree = repo.tree("HEAD").edit({"sub": Entry(0o160000, repo.commit_id("HEAD"))})
    for path in ("b", "sub", "a/b", ""):
        with pytest.raises(Refused):
            tree.read(path)
    with pytest.raises(Refused):
        Tree(repo, repo.commit_id("HEAD")).entry("a")
    with pytest.raises(Refused):
        Tree(repo, "1" * 40).read("a")
    with pytest.raises(Refused):
        repo.commit_id("no-such-branch")
    with pytest.raises(Refused):
        repo.tree("\0")


def test_a_sha256_repository_is_refused_with_a_cure(tmp_path: Path) -> None:
    git_cli(tmp_path, "init", "-q", "--object-format=sha256", ".")
    with pytest.raises(Refused) as caught:
        Repository.open(tmp_path)
    assert caught.value.code == "repo.object-format"
    assert "sha1" in caught.value.cure


def test_no_repository_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "nowhere", Path("a\0b")):
        with pytest.raises(Refused) as caught:
            Repository.open(path)
        assert caught.value.code in {"repo.not-found", "repo.unreadable"}


def test_modes_of_earlier_days_are_read_as_git_reads_them(tmp_path: Path) -> None:
    repo = repo_at(tmp_path, {"a": "1"})
    blob = bytes.fromhex(repo.tree("HEAD").entries["a"].oid)
    tree = repo.tree(
        git_cli(tmp_path, "hash-object", "-t", "tree", "-w", "--literally", "--stdin", stdin=b"100664 a\0" + blob)
    )
    assert tree.entries["a"].mode == 0o100644
    assert tree.edit({"b": File(b"2")}).entries["a"].is_regular


def test_a_linked_work_tree_shares_the_objects_and_the_state(tmp_path: Path) -> None:
    main = repo_at(tmp_path / "main", {"a": "1"})
    git_cli(tmp_path / "main", "worktree", "add", "-q", "-b", "side", "../side")
    side = Repository.open(tmp_path / "side")
    assert side.common_dir == main.common_dir
    assert side.state_dir == main.state_dir
    assert side.git_dir == main.common_dir / "worktrees/side"
    assert side.work_dir == tmp_path / "side"
    assert main.tree("HEAD") == side.tree("HEAD")


def test_threads_share_a_repository(tmp_path: Path) -> None:
    repo = repo_at(tmp_path, {f"d{number % 10}/f{number}": str(number) for number in range(300)})
    base = repo.tree("HEAD")
    results: dict[int, list[str]] = {}

    def work(number: int) -> None:
        tree, oids = base, []
        for step in range(40):
            tree = tree.edit({f"d{step % 10}/new": File(b"%d" % step), f"d{step % 7}/f{step}": None})
            oids.append(tree.oid)
            assert tree.read(f"d{step % 10}/new") == b"%d" % step
            assert len(tree.entries) == len(dict(tree.entries.items()))
        results[number] = oids

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 8
    assert len({tuple(oids) for oids in results.values()}) == 1
    assert git_cli(tmp_path, "fsck", "--strict", "--no-dangling") == ""


def test_objects_of_other_processes_are_seen_at_once_loose_and_packed(tmp_path: Path) -> None:
    repo = repo_at(tmp_path, {"a": "1"})
    repo.tree("HEAD").read("a")
    for number in range(3):
        commit = commit_files(tmp_path, {"a": f"new {number}"})
        if number == 1:
            git_cli(tmp_path, "repack", "-adq")
            git_cli(tmp_path, "prune-packed")
        assert repo.tree(commit).read("a") == f"new {number}".encode()


def test_a_repository_without_a_commit_says_what_it_lacks(tmp_path: Path) -> None:
    git_cli(tmp_path, "init", "-q", "-b", "main", ".")
    for rev, cure in (("HEAD", "make a first commit"), ("other", "")):
        with pytest.raises(Refused) as caught:
            Repository.open(tmp_path).tree(rev)
        assert (caught.value.code, caught.value.cure) == ("repo.no-such-revision", cure)


def in_a_thread(act: Callable[[], object]) -> list[object]:
    found: list[object] = []
    thread = threading.Thread(target=lambda: found.append(act()))
    thread.start()
    thread.join()
    return found


def test_a_handle_of_the_library_goes_from_a_thread_that_ended_to_one_that_begins(tmp_path: Path) -> None:
    repo = repo_at(tmp_path, {"a": "1"})
    ours = repo.handle
    (first,) = in_a_thread(lambda: repo.handle)
    assert first is not ours
    ((again, beside),) = in_a_thread(lambda: (repo.handle, *in_a_thread(lambda: repo.handle)))
    assert again is first
    assert beside is not first


def test_a_forked_child_takes_no_handle_that_a_thread_of_its_parent_may_have_been_using(tmp_path: Path) -> None:
    repo = repo_at(tmp_path, {"a": "1"})
    using, forked = threading.Event(), threading.Event()
    theirs: list[object] = []

    def use() -> None:
        theirs.append(repo.handle)
        using.set()
        forked.wait(60)

    thread = threading.Thread(target=use)
    thread.start()
    using.wait(60)
    child = os.fork()
    if child == 0:
        os._exit(1 if repo.handle is theirs[0] else 0)
    forked.set()
    thread.join()
    assert os.waitpid(child, 0)[1] == 0


def test_a_handle_that_went_on_sees_what_was_made_meanwhile(tmp_path: Path) -> None:
    repo = repo_at(tmp_path, {"a": "1"})
    in_a_thread(lambda: repo.handle.head.target)
    made = commit_files(tmp_path, {"a": "2"})
    git_cli(tmp_path, "update-ref", "refs/heads/other", made)
    git_cli(tmp_path, "pack-refs", "--all")
    git_cli(tmp_path, "repack", "-a", "-d", "-q")
    assert in_a_thread(lambda: str(repo.handle.references["refs/heads/other"].target)) == [made]
    assert in_a_thread(lambda: repo.handle[made].message) == ["change\n"]

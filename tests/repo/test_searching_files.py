"""A search through the files of a work tree tells what a search through the blobs of its commit tells, or nothing."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laneshift.repo.git import Place
from laneshift.repo.grep import found_by, searched
from laneshift.repo.objects import Repository
from laneshift.repo.searching import Found
from laneshift.repo.searching_files import SearchingFiles, can_search_files
from laneshift.repo.status import status
from tests.repo.builders import git_cli

_WORD = "labs"
_FILES = {
    "a b.py": b"import labs\n",
    "d/\xe9\n.py": b"import core\nimport labs\n",
    "d/other.py": b"import core\n",
    "binary": b"\x00\xff\r\n labs\x00",
    "hidden.rot": b"ynof labs\n",
    "wide.txt": b"labs and more\n",
    "ident.c": b"/* $Id: labs$ */\n",
}


def _git(root: Path, *arguments: str) -> None:
    git_cli(root, *arguments)


def _made(root: Path) -> None:
    """A repository whose one commit has files, links to them, a submodule, and a filter that attributes may ask for."""
    git_cli(root, "init", "-q", "-b", "main")
    for path, data in _FILES.items():
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_bytes(data)
    (root / "link labs").symlink_to("a b.py")
    (root / "d" / "loop").symlink_to("loop")
    git_cli(root, "config", "filter.rot.clean", "tr a-zA-Z n-za-mN-ZA-M")
    git_cli(root, "config", "filter.rot.smudge", "tr a-zA-Z n-za-mN-ZA-M")
    git_cli(root, "add", "-A")
    git_cli(root, "update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},sub")
    (root / "sub").mkdir()
    git_cli(root, "commit", "-qm", "first")


def _attributes(text: str, where: str = ".gitattributes") -> Callable[[Path], None]:
    """Commit attributes and check everything out anew, so that the files are as the attributes want them."""

    def change(root: Path) -> None:
        (root / where).parent.mkdir(exist_ok=True)
        with (root / where).open("a") as file:
            file.write(text)
        if not where.startswith(".git/"):
            git_cli(root, "add", "-f", "--", where)
        git_cli(root, "commit", "-qm", "attributes", "--allow-empty")
        for path in _FILES:
            (root / path).unlink(missing_ok=True)
        git_cli(root, "checkout", "-q", "--", ".")

    return change


def _no_more(text: str, where: str = ".gitattributes") -> Callable[[Path], None]:
    """Commit attributes as above, then a commit without them. No file is touched, so git calls all of it clean."""

    def change(root: Path) -> None:
        _attributes(text, where)(root)
        _aged(root)
        git_cli(root, "rm", "-q", "--", where)
        git_cli(root, "commit", "-qm", "no attributes")

    return change


def _aged(root: Path) -> None:
    """Files that are so old that git need not look into them again."""
    for path in _FILES:
        if (root / path).is_file():
            os.utime(root / path, (1_600_000_000, 1_600_000_000))
    git_cli(root, "update-index", "-q", "--refresh", check=False)


def _edit(path: str, data: bytes) -> Callable[[Path], None]:
    def change(root: Path) -> None:
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_bytes(data)

    return change


def _flag(*arguments: str) -> Callable[[Path], None]:
    return lambda root: _git(root, "update-index", *arguments)


def _skip(root: Path) -> None:
    git_cli(root, "update-index", "--skip-worktree", "a b.py")
    (root / "a b.py").unlink(missing_ok=True)


def _assume(root: Path) -> None:
    git_cli(root, "update-index", "--assume-unchanged", "a b.py")
    (root / "a b.py").write_bytes(b"nothing\n")


def _link_instead(root: Path) -> None:
    (root / "a b.py").unlink(missing_ok=True)
    (root / "a b.py").symlink_to("d/other.py")


_CHANGES: dict[str, Callable[[Path], None]] = {
    "edited": _edit("d/other.py", b"import labs\n"),
    "taken out": _edit("a b.py", b"nothing\n"),
    "untracked": _edit("new.py", b"import labs\n"),
    "ignored": lambda root: (root / ".git/info/exclude").write_text("*.log\n") and _edit("labs.log", b"labs")(root),
    "crlf": _attributes("*.py text eol=crlf\n"),
    "auto": _attributes("* text=auto\n"),
    "filter": _attributes("*.rot filter=rot\n"),
    "filter below": _attributes("*.py filter=rot\n", "d/.gitattributes"),
    "filter of this clone": _attributes("*.rot filter=rot\n", ".git/info/attributes"),
    "ident": _attributes("*.c ident\n"),
    "utf-16": _attributes("*.txt working-tree-encoding=UTF-16\n"),
    "filter no more": _no_more("*.py filter=rot\n"),
    "filter below no more": _no_more("*.py filter=rot\n", "d/.gitattributes"),
    "utf-16 no more": _no_more("*.txt working-tree-encoding=UTF-16\n"),
    "macro": _attributes("[attr]secret filter=rot\n*.rot secret\n"),
    "sparse": _skip,
    "assumed": _assume,
    "link": _link_instead,
    "deleted": lambda root: (root / "a b.py").unlink(missing_ok=True),
    "staged": lambda root: _git(root, "rm", "-q", "--cached", "--ignore-unmatch", "binary"),
}


def _searched_files(root: Path) -> Found | None:
    place = Place((root / ".git").resolve(), root.resolve())
    with SearchingFiles(place, git_cli(root, "rev-parse", "HEAD"), {_WORD}) as searching:
        return searching.found(status(place))


def _same(found: Found | None, expected: Found | None) -> bool:
    return found is None or (expected is not None and [*map(sorted, found)] == [*map(sorted, expected)])


@settings(max_examples=40, derandomize=True, deadline=None, database=None)
@given(st.lists(st.sampled_from(sorted(_CHANGES)), min_size=1, max_size=3, unique=True))
def test_what_is_found_in_files_is_what_is_found_in_blobs(names: Sequence[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        _made(root)
        for name in names:
            _CHANGES[name](root)
        found = _searched_files(root)
        assert _same(found, searched(Repository.open(root).tree("HEAD"), {_WORD}))


@pytest.mark.parametrize(
    "name", [name for name in sorted(_CHANGES) if name not in ("crlf", "auto", "assumed", "ignored")]
)
def test_where_files_need_not_hold_what_the_commit_holds_nothing_is_told(tmp_path: Path, name: str) -> None:
    _made(tmp_path)
    _CHANGES[name](tmp_path)
    assert _searched_files(tmp_path) is None


@pytest.mark.parametrize("name", ["crlf", "auto", "assumed", "ignored"])
def test_ends_of_lines_and_ignored_files_do_not_matter(tmp_path: Path, name: str) -> None:
    _made(tmp_path)
    _CHANGES[name](tmp_path)
    found = _searched_files(tmp_path)
    assert found is not None
    assert _same(found, searched(Repository.open(tmp_path).tree("HEAD"), {_WORD}))
    assert sorted(found.files) == ["a b.py", "binary", "d/\xe9\n.py", "hidden.rot", "ident.c", "wide.txt"]
    assert sorted(found.links) == ["d/loop", "link labs"]


@pytest.mark.parametrize("name", ["filter no more", "filter below no more", "utf-16 no more"])
def test_a_filter_that_is_gone_leaves_a_work_tree_that_is_clean_and_not_as_its_blobs(tmp_path: Path, name: str) -> None:
    _made(tmp_path)
    _CHANGES[name](tmp_path)
    place = Place((tmp_path / ".git").resolve(), tmp_path.resolve())
    told, tree = status(place), Repository.open(tmp_path).tree("HEAD")
    assert told.is_clean
    in_files = {path for path in _FILES if _WORD.encode() in (tmp_path / path).read_bytes()}
    in_blobs = {path for path in _FILES if _WORD.encode() in tree.read(path)}
    assert in_files != in_blobs
    with SearchingFiles(place, told.head or "", {_WORD}) as searching:
        found = found_by(searching, tree, told)
    assert found is not None
    assert set(found.files) == in_blobs


def test_other_commits_that_had_no_such_attributes_do_not_matter(tmp_path: Path) -> None:
    _made(tmp_path)
    _no_more("*.py text\n")(tmp_path)
    git_cli(tmp_path, "checkout", "-q", "-b", "aside")
    git_cli(tmp_path, "commit", "-qm", "aside", "--allow-empty")
    assert _searched_files(tmp_path) is not None


@pytest.mark.parametrize("how", ["none", "cut", "broken", "many", "gone"])
def test_without_a_whole_reflog_nothing_is_told(tmp_path: Path, how: str) -> None:
    _made(tmp_path)
    git_cli(tmp_path, "commit", "-qm", "second", "--allow-empty")
    git_cli(tmp_path, "commit", "-qm", "third", "--allow-empty")
    log = tmp_path / ".git" / "logs" / "HEAD"
    lines = log.read_text().splitlines(keepends=True)
    first, second, third = lines
    gone = "1" * 40
    many = [f"{at:040x} {at + 1:040x} {first[82:]}" for at in range(70)]
    texts = {
        "cut": [second, third],
        "broken": [first, third],
        "many": many,
        "gone": [f"{'0' * 40} {gone} {first[82:]}", gone + first[40:], second, third],
    }
    log.unlink() if how == "none" else log.write_text("".join(texts[how]))
    assert _searched_files(tmp_path) is None
    if how != "gone":
        assert not can_search_files(Place((tmp_path / ".git").resolve(), tmp_path.resolve()), {_WORD})


def test_another_commit_than_the_one_that_was_asked_for_is_not_told_about(tmp_path: Path) -> None:
    _made(tmp_path)
    place, head = Place((tmp_path / ".git").resolve(), tmp_path.resolve()), git_cli(tmp_path, "rev-parse", "HEAD")
    repo = Repository.open(tmp_path)
    with SearchingFiles(place, head, {_WORD}) as searching:
        git_cli(tmp_path, "commit", "-qm", "second", "--allow-empty")
        assert searching.found(status(place)) is None
    with SearchingFiles(place, head, {_WORD}) as searching:  # whoever needs an answer gets it from the blobs
        assert found_by(searching, repo.tree(head), status(place)) == searched(repo.tree(head), {_WORD})


def test_a_search_that_nobody_waited_for_leaves_no_process(tmp_path: Path) -> None:
    _made(tmp_path)
    place = Place((tmp_path / ".git").resolve(), tmp_path.resolve())
    with SearchingFiles(place, git_cli(tmp_path, "rev-parse", "HEAD"), {_WORD}) as searching:
        begun = (searching._begun, searching._listing, searching._names, searching._attributes)
        children = [one._child.pid for one in begun]
    for child in children:
        with pytest.raises(ProcessLookupError):
            os.kill(child, 0)


def test_some_repositories_and_needles_are_not_worth_a_try(tmp_path: Path) -> None:
    _made(tmp_path)
    place = Place((tmp_path / ".git").resolve(), tmp_path.resolve())
    assert can_search_files(place, {_WORD})
    assert not any(can_search_files(place, needles) for needles in [set(), {""}, {"a\nb"}, {"a\rb"}])
    assert not can_search_files(Place(place.git_dir), {_WORD})
    (tmp_path / ".gitattributes").write_text("*.bin filter=lfs -text\n")
    assert not can_search_files(place, {_WORD})
    (tmp_path / ".gitattributes").unlink()
    (place.git_dir / "info" / "sparse-checkout").write_text("/*\n")
    assert not can_search_files(place, {_WORD})

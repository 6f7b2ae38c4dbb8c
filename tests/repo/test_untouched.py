"""The quick look at a work tree sees every difference, and where it cannot tell, a snapshot does."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pygit2
import pytest

from laneshift.errors import NeedsPerson
from laneshift.repo.objects import MODE_EXECUTABLE, MODE_FILE, MODE_SYMLINK, Entry, File, Repository
from laneshift.repo.untouched import untouched
from laneshift.repo.worktree import apply, snapshot


def _entry(data: bytes, mode: int = MODE_FILE) -> Entry:
    return Entry(mode, str(pygit2.hash(data)))


EXPECTED = {
    "a/plain.py": _entry(b"x = 1\n"),
    "a/run": _entry(b"#!/bin/sh\n", MODE_EXECUTABLE),
    "a/link": _entry(b"plain.py", MODE_SYMLINK),
    "a/none.py": None,
    "none/at/all.py": None,
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "a").mkdir()
    (tmp_path / "a/plain.py").write_bytes(b"x = 1\n")
    (tmp_path / "a/run").write_bytes(b"#!/bin/sh\n")
    (tmp_path / "a/run").chmod(0o755)
    (tmp_path / "a/link").symlink_to("plain.py")
    return tmp_path


def test_what_is_expected_is_untouched(root: Path) -> None:
    assert untouched(root, EXPECTED.items())


def _relink(root: Path, path: str, target: str) -> None:
    (root / path).unlink()
    (root / path).symlink_to(target)


FAULTS: dict[str, Callable[[Path], object]] = {
    "other bytes": lambda root: (root / "a/plain.py").write_bytes(b"x = 2\n"),
    "other line ends": lambda root: (root / "a/plain.py").write_bytes(b"x = 1\r\n"),
    "executable now": lambda root: (root / "a/plain.py").chmod(0o755),
    "executable no more": lambda root: (root / "a/run").chmod(0o644),
    "gone": lambda root: (root / "a/plain.py").unlink(),
    "another target": lambda root: _relink(root, "a/link", "run"),
    "a link to the same bytes": lambda root: _relink(root, "a/plain.py", "../same.py"),
    "there now": lambda root: (root / "a/none.py").write_bytes(b""),
    "a folder there now": lambda root: (root / "a/none.py").mkdir(),
    "a dangling link there now": lambda root: (root / "a/none.py").symlink_to("nowhere"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_every_difference_is_seen(root: Path, fault: str) -> None:
    (root / "same.py").write_bytes(b"x = 1\n")
    FAULTS[fault](root)
    assert not untouched(root, EXPECTED.items())


@pytest.fixture
def filtered(tmp_path: Path) -> Repository:
    """A repository whose text files have CRLF in the work tree and LF in their blobs."""
    pygit2.init_repository(str(tmp_path))
    (tmp_path / ".gitattributes").write_bytes(b"*.py text eol=crlf\n")
    (tmp_path / "a.py").write_bytes(b"x = 1\r\n")
    subprocess.run(["git", "add", "-A"], cwd=tmp_path, check=True)
    return Repository.open(tmp_path)


def test_a_filtered_file_is_still_written(filtered: Repository) -> None:
    before = snapshot(filtered)
    assert before.read("a.py") == b"x = 1\n"
    apply(filtered, {"a.py": File(b"x = 2\n")}, before)
    assert filtered.work_dir is not None
    assert (filtered.work_dir / "a.py").read_bytes() == b"x = 2\r\n"


def test_a_filtered_file_that_changed_is_refused(filtered: Repository) -> None:
    before = snapshot(filtered)
    assert filtered.work_dir is not None
    (filtered.work_dir / "a.py").write_bytes(b"x = 3\r\n")
    with pytest.raises(NeedsPerson) as caught:
        apply(filtered, {"a.py": File(b"x = 2\n")}, before)
    assert caught.value.code == "worktree.differs"
    assert (filtered.work_dir / "a.py").read_bytes() == b"x = 3\r\n"


def test_bytes_at_hand_are_compared_and_never_taken_for_what_lies_there(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(b"a = 1\n")
    entry = _entry(b"a = 1\n")
    for known in (b"a = 1\n", b"a = 2\n", None):
        assert untouched(tmp_path, [("a.py", entry)], {entry.oid: known}.get)
    other = _entry(b"a = 2\n")
    executable = Entry(MODE_EXECUTABLE, entry.oid)
    for expected in (other, executable):
        assert not untouched(tmp_path, [("a.py", expected)], {entry.oid: b"a = 1\n", other.oid: b"a = 2\n"}.get)

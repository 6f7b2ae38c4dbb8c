"""What is written into a work tree is what git itself checks out: line ends, encodings, filters, odd names."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from laneshift.errors import CheckFailed
from laneshift.repo.differences import differences
from laneshift.repo.objects import File
from laneshift.repo.worktree import apply, snapshot
from tests.repo.builders import git_cli, repo_at

_ATTRIBUTES = "*.crlf text eol=crlf\n*.u16 text working-tree-encoding=UTF-16\n*.loud filter=loud\n*.id ident\n"
_FILES = {
    "a.crlf": b"one\ntwo\n",
    "b.u16": "grüße\n".encode(),
    "c.loud": b"quiet\n",
    "d.id": b"$Id$\n",
    "e.bin": bytes(range(256)) * 40,
    "empty": b"",
    "new\nline.crlf": b"x\ny\n",
    "sub dir/ü -e\t.crlf": b"z\n",
}
_FILTER = ("config", "filter.loud.smudge", "tr a-z A-Z")


def on_disk(path: Path) -> dict[str, tuple[int, bytes]]:
    found = (file for file in path.rglob("*") if ".git" not in file.relative_to(path).parts and not file.is_dir())
    return {
        str(file.relative_to(path)): (
            file.lstat().st_mode,
            os.fsencode(file.readlink()) if file.is_symlink() else file.read_bytes(),
        )
        for file in found
    }


@pytest.mark.parametrize("place", ["", "inner/"], ids=["rules there", "rules come along"])
def test_files_are_written_as_git_checks_them_out(tmp_path: Path, place: str) -> None:
    start = {"keep": "1\n"} if place else {"keep": "1\n", ".gitattributes": _ATTRIBUTES}
    repo = repo_at(tmp_path / "ours", start)
    git_cli(tmp_path / "ours", *_FILTER)
    changes = {f"{place}{path}": File(data) for path, data in _FILES.items()}
    changes[f"{place}run"] = File(b"#!/bin/sh\n", 0o100755)
    changes[f"{place}link"] = File(b"../keep", 0o120000)
    if place:
        changes[f"{place}.gitattributes"] = File(_ATTRIBUTES.encode())
    before = snapshot(repo)
    after = before.edit(changes)
    apply(repo, {path: new for path, (_, new) in differences(before, after).items()}, before)

    git_cli(tmp_path, "init", "-q", "theirs")
    git_cli(tmp_path / "theirs", *_FILTER)
    (tmp_path / "theirs/.git/objects/info/alternates").write_text(f"{tmp_path}/ours/.git/objects\n")
    git_cli(tmp_path / "theirs", "read-tree", after.oid)
    git_cli(tmp_path / "theirs", "checkout-index", "--all")
    written = on_disk(tmp_path / "ours")
    assert written == on_disk(tmp_path / "theirs")
    assert written[f"{place}a.crlf"][1] == b"one\r\ntwo\r\n"
    assert written[f"{place}new\nline.crlf"][1] == b"x\r\ny\r\n"
    assert written[f"{place}c.loud"][1] == b"QUIET\n"


def test_a_filter_that_must_run_and_fails_leaves_everything_as_it_was(tmp_path: Path) -> None:
    repo = repo_at(tmp_path, {"keep": "1\n", ".gitattributes": "*.loud filter=loud\n"})
    git_cli(tmp_path, "config", "filter.loud.smudge", "false")
    git_cli(tmp_path, "config", "filter.loud.required", "true")
    before, files = snapshot(repo), on_disk(tmp_path)
    after = before.edit({"c.loud": File(b"quiet\n"), "d": File(b"d\n")})
    with pytest.raises(CheckFailed) as caught:
        apply(repo, {path: new for path, (_, new) in differences(before, after).items()}, before)
    assert caught.value.code in ("git.failed", "worktree.not-written")
    assert on_disk(tmp_path) == files

"""Real git repositories for tests, made by the git program alone so that they never rest on the code under test."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from laneshift.repo.objects import Repository

WHEN = 1_700_000_000
"""The time of every commit that the builders make, in Unix seconds."""
_WHO = {
    f"GIT_{role}_{fact}": value
    for role in ("AUTHOR", "COMMITTER")
    for fact, value in (("NAME", "Builder"), ("EMAIL", "builder@example.org"), ("DATE", f"{WHEN} +0000"))
}


def git_cli(path: Path, *arguments: str, stdin: bytes = b"", check: bool = True) -> str:
    """Run the git program in `path`; its standard output, stripped of the last newline."""
    done = subprocess.run(
        ["git", "-c", "core.autocrlf=false", "-c", "gc.auto=0", *arguments],
        cwd=path,
        input=stdin,
        capture_output=True,
        check=False,
        env=os.environ | _WHO,
    )
    if check and done.returncode:
        raise AssertionError(f"git {' '.join(arguments)} ended with {done.returncode}: {os.fsdecode(done.stderr)}")
    return os.fsdecode(done.stdout).rstrip("\n")


def write_files(path: Path, files: Mapping[str, str | bytes | None]) -> None:
    """Write files below `path`; None deletes one."""
    for name, content in files.items():
        target = path / name
        if content is None:
            target.unlink()
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content.encode() if isinstance(content, str) else content)


def commit_files(path: Path, files: Mapping[str, str | bytes | None], message: str = "change") -> str:
    """Write (None: delete) files, and commit everything in the work tree. The id of the commit."""
    write_files(path, files)
    git_cli(path, "add", "-A", "-f")
    git_cli(path, "commit", "-q", "--allow-empty", "--no-verify", "-m", message)
    return git_cli(path, "rev-parse", "HEAD")


def repo_at(path: Path, files: Mapping[str, str | bytes]) -> Repository:
    """A new repository at `path` with `files` in one commit on branch main, by a fixed author at a fixed time."""
    path.mkdir(parents=True, exist_ok=True)
    git_cli(path, "init", "-q", "-b", "main", "--template=", ".")
    commit_files(path, files, "initial")
    return Repository.open(path)

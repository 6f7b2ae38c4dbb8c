"""Which paths of a work tree git ignores: what is written there is in no commit unless somebody forces it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from laneshift.repo.git import Place, git
from laneshift.repo.objects import Repository

_OWN_FILE = b"excludesfile"
_HERE = "./"


def ignored(repo: Repository, paths: Sequence[str]) -> list[str]:
    """Those of `paths`, relative to the work tree, that git does not track and ignores.

    Git is asked only where a pattern could mean one of them. Raises `CheckFailed` (`git.failed`) when it cannot tell.
    """
    if repo.work_dir is None or not paths or not _worth_asking(repo, repo.work_dir, paths):
        return []
    return ignored_among(Place(repo.git_dir, repo.work_dir), paths)


def ignored_among(place: Place, paths: Sequence[str]) -> list[str]:
    """Those of `paths`, files or folders, that git ignores, by its own word. Raises `CheckFailed` (`git.failed`)."""
    if not paths:
        return []
    # This command takes no paths to the letter; none that begins with a dot means anything else.
    asked = b"".join(os.fsencode(f"{_HERE}{path}\0") for path in paths)
    words = ("--no-literal-pathspecs", "check-ignore", "-z", "--stdin")
    return [path.removeprefix(_HERE) for path in git(place, *words, stdin=asked, accept=(0, 1)).fields]


def _worth_asking(repo: Repository, root: Path, paths: Sequence[str]) -> bool:
    """Whether the last part of any pattern fits a part of a path, or patterns may be where only git finds them."""
    settings = (repo.common_dir / "config", _home() / ".gitconfig", _ours() / "config")
    if any(_OWN_FILE in _read(each).lower() for each in settings):
        return True
    parts = {part.lower() for path in paths for part in path.split("/")}
    folders = sorted({folder for path in paths for folder in _above(path)})
    files = [repo.common_dir / "info/exclude", _ours() / "ignore", *(root / each / ".gitignore" for each in folders)]
    lasts = {last for file in files for last in _lasts(_read(file))}
    return any("\\" in last or fnmatchcase(part, last) for last in lasts for part in parts)


def _lasts(patterns: bytes) -> Iterator[str]:
    """The last parts of the patterns in a file, in small letters."""
    for line in os.fsdecode(patterns).splitlines():
        last = line.strip().rstrip("/").rpartition("/")[2].lstrip("!").lower()
        if last and not line.startswith("#"):
            yield last


def _above(path: str) -> Iterator[str]:
    parts = path.split("/")[:-1]
    return ("/".join(parts[:size]) for size in range(len(parts) + 1))


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _home() -> Path:
    return Path(os.environ.get("HOME", "/"))


def _ours() -> Path:
    """Where git keeps the user's settings."""
    return Path(os.environ.get("XDG_CONFIG_HOME") or _home() / ".config") / "git"

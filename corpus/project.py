"""A real project as a git repository with one commit, made once and kept in the cache."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from corpus.extract import extract
from corpus.fetch import CACHE, fetch
from corpus.sdist import Sdist
from laneshift.repo.git import environment

_QUIET = ("-c", "core.autocrlf=false", "-c", "core.hooksPath=/dev/null", "-c", "gc.auto=0", "-c", "core.fsync=none")
_COMPLETE = "corpus-complete"


def project(sdist: Sdist, cache: Path = CACHE) -> Path:
    """The repository of `sdist`: its files at the root, in one commit. Do not change it; clone it."""
    return kept_repository(
        cache,
        f"{sdist.project.lower()}-{sdist.version}",
        f"{sdist.project} {sdist.version}",
        lambda folder: extract(fetch(sdist, cache), folder),
    )


def kept_repository(cache: Path, name: str, subject: str, files: Callable[[Path], Path]) -> Path:
    """The repository `name` of the cache; made whole or not at all when it is missing.

    `files(folder)` writes what is to be committed below `folder`, and gives the path of its root there.
    """
    kept = cache / "repositories" / name
    if (kept / ".git" / _COMPLETE).exists():
        return kept
    kept.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=kept.parent) as folder:
        made = files(Path(folder))
        _commit_all(made, subject)
        shutil.rmtree(kept, ignore_errors=True)
        made.replace(kept)
    return kept


def _commit_all(folder: Path, subject: str) -> None:
    """Make `folder` a repository with everything in it committed, packed as a clone would be."""
    run(folder, "init", "--quiet", "--initial-branch=main")
    run(folder, "add", "--all", "--force")
    run(folder, "commit", "--quiet", "--no-verify", "--message", subject)
    run(folder, "repack", "-adq")
    (folder / ".git" / _COMPLETE).touch()


def clone(source: Path, to: Path) -> Path:
    """A copy of a repository with a work tree of its own."""
    run(source.parent, "clone", "--quiet", "--no-hardlinks", str(source.resolve()), str(to.resolve()))
    return to


def run(folder: Path, *arguments: str) -> str:
    """Run git in `folder`; what it printed. Raises `subprocess.CalledProcessError`."""
    command: Sequence[str] = ["git", *_QUIET, *arguments]
    done = subprocess.run(command, cwd=folder, env=environment(), check=True, capture_output=True, text=True)
    return done.stdout

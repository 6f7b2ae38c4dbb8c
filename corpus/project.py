"""A real project as a git repository with one commit, made once and kept in the cache."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from corpus.extract import extract
from corpus.fetch import CACHE, fetch
from corpus.sdist import Sdist
from laneshift.repo.git import environment

_QUIET = ("-c", "core.autocrlf=false", "-c", "core.hooksPath=/dev/null", "-c", "gc.auto=0", "-c", "core.fsync=none")


def project(sdist: Sdist, cache: Path = CACHE) -> Path:
    """The repository of `sdist`: its files at the root, in one commit. Do not change it; clone it."""
    kept = cache / "repositories" / f"{sdist.project.lower()}-{sdist.version}"
    if (kept / ".git" / "corpus-complete").exists():
        return kept
    archive = fetch(sdist, cache)
    shutil.rmtree(kept, ignore_errors=True)
    kept.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=kept.parent) as folder:
        commit_all(made := extract(archive, Path(folder)), f"{sdist.project} {sdist.version}")
        made.replace(kept)
    return kept


def commit_all(folder: Path, subject: str) -> None:
    """Make `folder` a repository with everything in it committed, packed as a clone would be."""
    run(folder, "init", "--quiet", "--initial-branch=main")
    run(folder, "add", "--all", "--force")
    run(folder, "commit", "--quiet", "--no-verify", "--message", subject)
    run(folder, "repack", "-adq")
    (folder / ".git" / "corpus-complete").touch()


def clone(source: Path, to: Path) -> Path:
    """A copy of a repository with a work tree of its own."""
    run(source.parent, "clone", "--quiet", "--no-hardlinks", str(source.resolve()), str(to.resolve()))
    return to


def run(folder: Path, *arguments: str) -> str:
    """Run git in `folder`; what it printed. Raises `subprocess.CalledProcessError`."""
    command: Sequence[str] = ["git", *_QUIET, *arguments]
    done = subprocess.run(command, cwd=folder, env=environment(), check=True, capture_output=True, text=True)
    return done.stdout

"""Moves of refs leave nothing half done and no lock behind, even when the process and its git are killed half way.

Git never removes a `refs/….lock` that a killed git left, and moves several refs one after the other. So each move first
notes what it is about to do, under a lock of the operating system that the git child inherits: whoever gets that lock
next knows that both are dead, removes the locks that are provably of that move, and finishes it if it had begun.
"""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import astuple
from pathlib import Path

from laneshift.errors import CheckFailed
from laneshift.repo.flock import exclusive
from laneshift.repo.git import Place, git
from laneshift.repo.objects import Repository
from laneshift.repo.ref_updates import RefUpdate, script, unfinished

_STILL_SECONDS = 1.0
_PACKED = "packed-refs"


@contextlib.contextmanager
def guarded(repo: Repository, updates: Sequence[RefUpdate], verify: Callable[[], None]) -> Iterator[int]:
    """Hold the right to move refs, after whatever a killed move left was put right; the descriptor to inherit.

    `verify` raises when an old value is not the actual one; it runs before the move is noted, so that a noted move is
    one that may be finished. A move that git itself refused or undid is not noted any more.
    """
    with _held(repo) as (note, lock):
        verify()
        note.write_text(json.dumps([astuple(update) for update in updates]), encoding="utf-8")
        try:
            yield lock
        except CheckFailed as error:
            if error.code != "git.too-slow":  # that git was killed, so nobody knows how far it came
                note.unlink()
            raise
        note.unlink()


def settle(repo: Repository) -> None:
    """Put right what a killed move of refs left: call it before looking at refs after a crash.

    Raises `CheckFailed` (`git.failed`) when git cannot finish that move.
    """
    with _held(repo):
        return


@contextlib.contextmanager
def _held(repo: Repository) -> Iterator[tuple[Path, int]]:
    repo.state_dir.mkdir(parents=True, exist_ok=True)
    note = repo.state_dir / "refs.moving"
    with exclusive(repo.state_dir / "refs.lock") as lock:
        if note.exists():
            updates = _noted(note)
            _remove_locks(repo.common_dir, updates)
            _finish(repo, updates, lock)
            note.unlink()
        yield note, lock


def _finish(repo: Repository, updates: Sequence[RefUpdate], lock: int) -> None:
    place = Place(repo.common_dir, lock=lock)
    listed = git(place, "for-each-ref", "--format=%(objectname) %(refname)").text.splitlines()
    now = {name: oid for oid, name in (line.split(" ", 1) for line in listed)}
    pending = unfinished(updates, {update.ref: now.get(update.ref) for update in updates})
    if pending:
        arguments = ("update-ref", "--no-deref", "--create-reflog", "-m", "laneshift: finish", "--stdin", "-z")
        git(place, *arguments, stdin=script(pending))


def _remove_locks(common_dir: Path, updates: Sequence[RefUpdate]) -> None:
    """Remove the locks of a killed move: those with its content that nobody touches for a while."""
    before = {path: _fingerprint(path) for path in _left_locks(common_dir, updates) if path.exists()}
    if before:
        time.sleep(_STILL_SECONDS)
    for path, mark in before.items():
        if mark is not None and _fingerprint(path) == mark:
            path.unlink(missing_ok=True)


def _noted(note: Path) -> list[RefUpdate]:
    """The noted updates; none when the writer was killed inside the note, before git was started."""
    try:
        return [RefUpdate(ref, old, new) for ref, old, new in json.loads(note.read_text(encoding="utf-8"))]
    except ValueError:
        return []


def _left_locks(common_dir: Path, updates: Sequence[RefUpdate]) -> Iterator[Path]:
    if not updates:
        return
    # git locks HEAD too while it moves the branch that HEAD names, to note that in HEAD's log
    for ref, new in [("HEAD", None), *((update.ref, update.new) for update in updates)]:
        lock = common_dir / f"{ref}.lock"
        with contextlib.suppress(OSError):
            if lock.read_bytes() in (b"", f"{new}\n".encode()):
                yield lock
    yield common_dir / f"{_PACKED}.lock"


def _fingerprint(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat(follow_symlinks=False)
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size

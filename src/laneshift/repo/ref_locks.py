"""Moves of refs leave no lock behind, even when the process and its git are killed half way.

Git never removes a `refs/….lock` that a killed git left. So each move first notes which refs it is about to lock, under
a lock of the operating system that the git child inherits: whoever gets that lock next knows that both are dead, and
removes what the note names and what is provably of that move.
"""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from laneshift.repo.flock import exclusive
from laneshift.repo.objects import Repository

_STILL_SECONDS = 1.0
_PACKED = "packed-refs"


@contextlib.contextmanager
def guarded(repo: Repository, moves: Mapping[str, str]) -> Iterator[int]:
    """Hold the right to move refs; gives the descriptor to inherit. `moves`: ref to its new id, "" for a deletion."""
    repo.state_dir.mkdir(parents=True, exist_ok=True)
    note = repo.state_dir / "refs.moving"
    with exclusive(repo.state_dir / "refs.lock") as descriptor:
        if note.exists():
            repair(repo.common_dir, note)
        note.write_text(json.dumps(dict(moves)), encoding="utf-8")
        yield descriptor
        note.unlink()


def repair(common_dir: Path, note: Path) -> list[Path]:
    """Remove the locks that a killed move left, then its note. Returns what was removed."""
    candidates = [path for path in _left_locks(common_dir, _noted(note)) if path.exists()]
    before = {path: _fingerprint(path) for path in candidates}
    if candidates:
        time.sleep(_STILL_SECONDS)
    stale = [path for path in candidates if before[path] is not None and _fingerprint(path) == before[path]]
    for path in stale:
        path.unlink(missing_ok=True)
    note.unlink(missing_ok=True)
    return stale


def _noted(note: Path) -> dict[str, str]:
    """The noted moves; none when the writer was killed inside the note, before git was started."""
    try:
        found = json.loads(note.read_text(encoding="utf-8"))
    except ValueError:
        return {}
    return {str(ref): str(new) for ref, new in found.items()} if isinstance(found, dict) else {}


def _left_locks(common_dir: Path, moves: Mapping[str, str]) -> Iterator[Path]:
    # git locks HEAD too while it moves the branch that HEAD names, to note that in HEAD's log
    for ref, new in {**moves, **({"HEAD": ""} if moves else {})}.items():
        lock = common_dir / f"{ref}.lock"
        with contextlib.suppress(OSError):
            if lock.read_bytes() in (b"", f"{new}\n".encode()):
                yield lock
    if moves:
        yield common_dir / f"{_PACKED}.lock"


def _fingerprint(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat(follow_symlinks=False)
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size

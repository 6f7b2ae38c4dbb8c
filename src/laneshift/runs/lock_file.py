"""`laneshift.lock`: the pins of every plan of this clone with what they stand for, and where its batch file lies."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

from laneshift.errors import Refused
from laneshift.evidence.atomic import write_whole
from laneshift.repo.flock import exclusive
from laneshift.rollout.lock import Locked, lock_text, locked_in
from laneshift.runs.batch import MAX_BYTES

NAME = "laneshift.lock"
NOWHERE = "-"
"""The place of a batch file that nobody can look at again, such as a pipe."""
_LARGEST = 64 * 2**20


class LockFile:
    """The lock of one repository, in its state folder."""

    def __init__(self, state_dir: Path) -> None:
        self.path = state_dir / NAME

    def put(self, locked: Locked, stands: Callable[[str], bool]) -> None:
        """Add the table of a plan; those of plans that do not stand any more go. Whole or not at all.

        Raises `Refused` (`lock.unreadable`) when what lies there is no lock.
        """
        with exclusive(self.path.with_name(f".{NAME}.turn")):
            others = [known for known in self._all() if known.plan != locked.plan and stands(known.plan)]
            write_whole(self.path, lock_text([*others, locked]).encode())

    def get(self, plan: str) -> Locked | None:
        """The table of the plan with this id. Raises `Refused` as `put` does."""
        return next((known for known in self._all() if known.plan == plan), None)

    def _all(self) -> tuple[Locked, ...]:
        data = bytes_at(self.path, _LARGEST)
        if data is None:
            return ()
        try:
            return locked_in(data.decode("utf-8"), str(self.path))
        except UnicodeDecodeError as error:
            raise Refused("lock.unreadable", "this is not a lock", where=str(self.path), why=str(error)) from error


def write_lock(path: Path, locked: Locked) -> None:
    """Write the table of one plan to a file of its own, to be handed around. Raises `Refused` when it cannot be."""
    try:
        path.write_text(lock_text([locked]), encoding="utf-8")
    except OSError as error:
        raise Refused("lock.not-writable", "the lock cannot be written", where=str(path), why=str(error)) from error


def batch_place(file: str, work_dir: Path | None) -> str:
    """Where a batch file lies: relative to the work tree that has it; NOWHERE for what can be read only once."""
    path = Path(file).resolve()
    if not path.is_file():
        return NOWHERE
    inside = work_dir is not None and path.is_relative_to(work_dir)
    place = str(path.relative_to(work_dir) if inside and work_dir is not None else path)
    return place if place.isprintable() else NOWHERE


def batch_at(place: str, work_dir: Path | None) -> bytes | None:
    """The bytes of the batch file at a place of `batch_place`; None when there is none to be read any more."""
    return bytes_at((work_dir or Path()) / place, MAX_BYTES)


def bytes_at(path: Path, most: int) -> bytes | None:
    """The first bytes of a file, one more than `most` at most; None for what is no file or cannot be read."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return None
        with path.open("rb") as file:
            return file.read(most + 1)
    except OSError:
        return None

"""Lock files that git left behind: whoever made them is gone, and git will not move what they guard."""

from __future__ import annotations

import contextlib
import os
import pwd
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from laneshift.runs.doctor.row import Row

STALE_SECONDS = 24 * 3600
_LISTED = 20


@dataclass(frozen=True, slots=True)
class Lock:
    """One lock file: its age in seconds, who owns it, and the process that has it open, 0 for none that is seen."""

    path: str
    age: float
    owner: str
    pid: int = 0


def git_locks(common_dir: Path, now: float) -> list[Lock]:
    """The lock files of a git folder, its refs and its linked work trees. `now` is in unix seconds."""
    found = sorted(_lock_files(common_dir))
    openers = _openers(found) if found else {}
    return [lock for path in found if (lock := _lock(path, now, openers.get(path, 0))) is not None]


def lock_rows(locks: Sequence[Lock]) -> list[Row]:
    """A row for each lock that stands for more than a day, or one that says there is none."""
    stale = [lock for lock in locks if lock.age > STALE_SECONDS]
    if not stale:
        young = f", {len(locks)} in use" if locks else ""
        return [Row("locks", "ok", f"no lock of git is older than a day{young}")]
    rows = [_row(lock) for lock in stale[:_LISTED]]
    rest = len(stale) - len(rows)
    return [*rows, Row("locks", "fail", f"{rest} more locks are older than a day")] if rest else rows


def _row(lock: Lock) -> Row:
    who = f"made by {lock.owner}" + (f", held open by process {lock.pid}" if lock.pid else ", nobody has it open")
    what = f"{lock.path} stands for {lock.age / 86400:.1f} days, {who}"
    why = "git refuses to change what this lock guards, so landings stop here"
    cure = f"look at process {lock.pid}, and end it" if lock.pid else f"while no git runs here: rm {_quoted(lock.path)}"
    data = {"path": lock.path, "age": round(lock.age), "pid": lock.pid}
    command = f"ps -fp {lock.pid}" if lock.pid else f"rm {_quoted(lock.path)}"
    return Row("locks", "fail", what, why, cure, data, command)


def _quoted(path: str) -> str:
    return "'" + path.replace("'", "'\\''") + "'"


def _lock_files(common_dir: Path) -> Iterator[Path]:
    for folder in (common_dir, *common_dir.glob("worktrees/*")):
        yield from (path for path in folder.glob("*.lock"))
    for place, _, names in os.walk(common_dir / "refs"):
        yield from (Path(place) / name for name in names if name.endswith(".lock"))


def _lock(path: Path, now: float, pid: int) -> Lock | None:
    try:
        found = path.lstat()
    except FileNotFoundError:
        return None  # a git that was at work has ended meanwhile
    if not stat.S_ISREG(found.st_mode):
        return None
    return Lock(_printable(path), now - found.st_mtime, _name(found.st_uid), pid)


def _printable(path: Path) -> str:
    return str(path).encode("unicode_escape", "surrogateescape").decode("ascii", "replace")


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"


def _openers(paths: Sequence[Path]) -> dict[Path, int]:
    """Which process has each path open, as far as this user may see."""
    wanted = {str(path): path for path in paths}
    found: dict[Path, int] = {}
    for process in Path("/proc").glob("[0-9]*"):
        found |= {wanted[target]: int(process.name) for target in _open_files(process) if target in wanted}
    return found


def _open_files(process: Path) -> Iterator[str]:
    # What has ended, or is another user's, shows nothing.
    with contextlib.suppress(OSError):
        for handle in (process / "fd").iterdir():
            with contextlib.suppress(OSError):
                yield str(handle.readlink())

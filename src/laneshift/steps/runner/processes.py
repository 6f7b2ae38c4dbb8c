"""Which processes belong to a run, and ending every one of them. Reads `/proc`; without it only children are seen."""

from __future__ import annotations

import os
import time
from _signal import SIGKILL  # without the names of signals as an enumeration, which take as long to load as all of this

MARKER = "LANESHIFT_RUN"
"""The environment variable that every process of a run carries from its first `exec` on."""

_PROC = "/proc"


def descendants(ancestor: int) -> set[int]:
    """Ids of all living processes below `ancestor`; zombies count until they are reaped."""
    children: dict[int, list[int]] = {}
    for pid in _pids():
        parent = _parent(pid)
        if parent is not None:
            children.setdefault(parent, []).append(pid)
    found: set[int] = set()
    pending = [ancestor]
    while pending:
        for child in children.get(pending.pop(), []):
            if child not in found:
                found.add(child)
                pending.append(child)
    return found


def marked(marker: str) -> set[int]:
    """Ids of processes other than this one that carry `marker` in the environment they were started with."""
    wanted = f"{MARKER}={marker}".encode()
    return {pid for pid in _pids() if pid != os.getpid() and wanted in _environment(pid)}


def signal_all(pids: set[int], number: int) -> None:
    """Send signal `number` to each process that still exists and may be signalled."""
    for pid in pids:
        try:
            os.kill(pid, number)
        except (ProcessLookupError, PermissionError):
            continue


def end_all(marker: str, seconds: float) -> set[int]:
    """Kill every descendant of this process and every process with `marker`, again and again until none is left.

    Only for a process that has no children but those of the run. Returns the ids that outlived `seconds`.
    """
    deadline = time.monotonic() + seconds
    while True:
        reap()
        left = descendants(os.getpid()) | marked(marker)
        if not left or time.monotonic() > deadline:
            return left
        signal_all(left, SIGKILL)
        time.sleep(0.005)


def end_marked(marker: str, seconds: float) -> set[int]:
    """Kill every process with `marker` until none is left. Returns the ids that outlived `seconds`."""
    deadline = time.monotonic() + seconds
    while left := marked(marker):
        if time.monotonic() > deadline:
            return left
        signal_all(left, SIGKILL)
        time.sleep(0.005)
    return set()


def reap() -> dict[int, int]:
    """Collect every child that has ended: its id and its wait status."""
    ended: dict[int, int] = {}
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return ended
        if pid == 0:
            return ended
        ended[pid] = status


def _pids() -> list[int]:
    try:
        with os.scandir(_PROC) as entries:
            return [int(entry.name) for entry in entries if entry.name.isdecimal()]
    except FileNotFoundError:
        return []


def _parent(pid: int) -> int | None:
    # The second field is the command in brackets and may itself hold brackets and spaces.
    fields = _read(f"{_PROC}/{pid}/stat").rpartition(b")")[2].split()
    return int(fields[1]) if len(fields) > 1 else None


def _environment(pid: int) -> list[bytes]:
    return _read(f"{_PROC}/{pid}/environ").split(b"\0")


def _read(path: str) -> bytes:
    """The bytes of a file of another process; empty when that process is gone or not ours."""
    try:
        file = os.open(path, os.O_RDONLY)
    except OSError:
        return b""
    found = b""
    try:
        while chunk := os.read(file, 1 << 16):
            found += chunk
    except OSError:
        return b""
    finally:
        os.close(file)
    return found

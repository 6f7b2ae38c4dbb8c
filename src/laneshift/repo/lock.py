"""A named lock between processes: it tells who holds it, and a killed holder holds nothing."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from laneshift.errors import CheckFailed
from laneshift.repo.flock import try_lock

_LONGEST_NOTE = 4096
_LONGEST_COMMAND = 200


class Held(CheckFailed):
    """Another process holds the lock; the text names it."""


@contextlib.contextmanager
def hold(path: Path, what: str) -> Iterator[int]:
    """Hold the lock file `path` for `what` (for example "plan core-1"). Gives the descriptor, for children to inherit.

    The lock is the kernel's, so it ends with its last holder, even by kill -9. The text in the file only names the
    holder to others while the kernel says that there is one. Raises `Held` (`lock.held`) when another has it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = try_lock(path)
    if descriptor is None:
        raise Held(
            "lock.held",
            f"{what} has to wait for {_holder(path)}",
            where=str(path),
            cure="wait for it to end, or end that process; then try again",
        )
    try:
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, _note(), 0)
        yield descriptor
        os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def _note() -> bytes:
    facts = {
        "pid": os.getpid(),
        "host": socket.gethostname(),
        "command": " ".join(sys.argv)[:_LONGEST_COMMAND],
        "since": datetime.fromtimestamp(time.time(), UTC).strftime("%Y-%m-%d %H:%M:%S UTC"),
    }
    return json.dumps(facts).encode()


def _holder(path: Path) -> str:
    """The holder as it wrote itself down; its text is shown with control characters escaped, never acted upon."""
    try:
        with path.open("rb") as file:
            facts = json.loads(file.read(_LONGEST_NOTE))
        pid, host, command, since = (str(facts[name]) for name in ("pid", "host", "command", "since"))
    except (OSError, ValueError, KeyError, TypeError):
        return "another process that has not yet written down who it is"
    said = f"pid {pid[:10]} on {host[:64]} since {since[:32]}: {command[:_LONGEST_COMMAND]}"
    return said.encode("unicode_escape").decode()

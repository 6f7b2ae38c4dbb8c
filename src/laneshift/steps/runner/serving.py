"""A server and its client side by side: two runs that share one socket, and nothing else."""

from __future__ import annotations

import os
import socket
import stat
from collections.abc import Callable
from pathlib import Path

from laneshift.gates.sandbox import RunResult, Served
from laneshift.steps.runner.launch import Handed
from laneshift.steps.runner.processes import MARKER
from laneshift.steps.runner.side_by_side import side_by_side

DOOR = "LANESHIFT_DOOR"
"""The variable that tells the server its listening descriptor."""

_SOCKET = "door"
_ANSWER = "answer"
_BACKLOG = 128
_LONGEST_PATH = 100
_LARGEST = 64 << 20


def served(folder: Path, serve: Callable[[Handed], RunResult], ask: Callable[[], RunResult]) -> Served:
    """Run `serve` and `ask` at once; the server is ended when the client is. `folder` is the client's own.

    The socket is bound here, so the server never learns where it lies; once the server has its descriptor, nobody else
    holds it, and the client sees at once when the server is gone. Raises what either of the two raises.
    """
    listener = _listening(folder)
    until, ended = os.pipe()

    def one(side: int) -> RunResult:
        if side == 0:
            try:
                return serve(Handed((listener.fileno(),), listener.close, until))
            finally:
                listener.close()
        try:
            return ask()
        finally:
            os.close(ended)

    try:
        server, client = side_by_side(2, one)
    finally:
        os.close(until)
    return Served(server, client, left_in(folder / _ANSWER))


def own_environment(folder: Path, marker: str) -> dict[str, str]:
    """The variables of a client: none of the project's, none of the settings'."""
    return {
        "LANG": "C.UTF-8",
        "PATH": "/usr/bin:/bin",
        "HOME": str(folder / "home"),
        "TMPDIR": str(folder / "tmp"),
        MARKER: marker,
    }


def _listening(folder: Path) -> socket.socket:
    listener = socket.socket(socket.AF_UNIX)
    try:
        path = folder / _SOCKET
        if len(os.fsencode(path)) < _LONGEST_PATH:
            listener.bind(str(path))
        else:
            # The address of a socket is short; the folder is reached by its descriptor instead.
            handle = os.open(folder, os.O_PATH)
            try:
                listener.bind(f"/proc/self/fd/{handle}/{_SOCKET}")
            finally:
                os.close(handle)
        listener.listen(_BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


def left_in(path: Path) -> bytes:
    """What a run wrote into a file; nothing where it wrote no plain file, or too much."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return b""
    try:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode) or found.st_size > _LARGEST:
            return b""
        with os.fdopen(os.dup(handle), "rb") as file:
            return file.read()
    finally:
        os.close(handle)

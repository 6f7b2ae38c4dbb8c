"""Starts one program and waits for it; nothing that it started outlives a wait that was given up."""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

_ROOM = 1 << 20


def start(
    command: Sequence[str],
    cwd: Path,
    environment: Mapping[str, str],
    source: IO[bytes] | None = None,
    *,
    fed: bool = False,
) -> subprocess.Popen[bytes]:
    """The program, running, its output in pipes; it reads `source`, which is closed here, or nothing, or where it is
    `fed` what it is given when it is waited for.

    Whoever starts it waits for it or ends it. Raises `OSError` when it cannot be started.
    """
    process = subprocess.Popen(
        command,
        stdin=source or (subprocess.PIPE if fed else subprocess.DEVNULL),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=cwd,
        env=environment,
    )
    if source is not None:
        source.close()  # else the writer of it would never learn that its reader is gone
    if process.stdout is not None:
        _widen(process.stdout.fileno())
    return process


def _widen(pipe: int) -> None:
    """Let a program write a megabyte before somebody reads, where the system allows it: else it stands still."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _ROOM)


def run(
    command: Sequence[str],
    stdin: bytes,
    cwd: Path,
    environment: Mapping[str, str],
    seconds: float,
    *,
    inherited: Sequence[int] = (),
    umask: int = -1,
    apart: bool = False,
) -> tuple[int, bytes, bytes]:
    """Exit status, standard output and standard error. `inherited` are descriptors that the program shall share.

    `apart`: the program gets a session of its own, without a terminal to ask at, and the whole of it is killed when the
    wait is given up. Raises `subprocess.TimeoutExpired` after `seconds`, and `OSError` when it cannot be started.
    """
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=cwd,
        env=environment,
        pass_fds=inherited,
        umask=umask,
        start_new_session=apart,
    ) as process:
        try:
            out, err = process.communicate(stdin, seconds)
        except BaseException:
            if apart:
                os.killpg(process.pid, signal.SIGKILL)
            else:
                process.kill()
            raise
    return process.returncode, out, err

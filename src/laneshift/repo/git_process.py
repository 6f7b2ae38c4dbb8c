"""Starts one program and waits for it; nothing that it started outlives a wait that was given up."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

TooSlow = subprocess.TimeoutExpired
"""Raised by `run` when it has waited long enough."""


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
    wait is given up. Raises `TooSlow` after `seconds`, and `OSError` when it cannot be started.
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

"""Laneshift itself as a process beside this one, until it ends or is told to; it never outlives this one.

Some work needs a process of its own: a durable engine is open once in each.
"""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Sequence

from laneshift.steps.runner.companion import started

_LOOK_SECONDS = 0.1
_GRACE_SECONDS = 10.0


def run(words: Sequence[str], told: Callable[[], bool]) -> int:
    """Run `laneshift` with these words; its exit status. They have to make it end when its standard input ends.

    That pipe is held by this process alone, so it ends when this one is killed, and when `told` says so.
    """
    process = started(words, quiet=True)
    asked = False
    last = 0.0
    try:
        while process.poll() is None:
            if not asked and told():
                asked, last = True, time.monotonic() + _GRACE_SECONDS
                _let_go(process)
            if asked and time.monotonic() > last:
                process.kill()
            _wait(process)
    finally:
        _let_go(process)
        if process.poll() is None:
            process.kill()
        process.wait()
    return process.returncode


def _wait(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(_LOOK_SECONDS)
    except subprocess.TimeoutExpired:
        return


def _let_go(process: subprocess.Popen[bytes]) -> None:
    if process.stdin is not None and not process.stdin.closed:
        process.stdin.close()

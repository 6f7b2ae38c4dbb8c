"""Runs an action in a process that is killed (SIGKILL) right before its n-th visible effect.

Python tells an audit hook of each change to the file system and of each process before it happens, so every moment of
an action can be visited in order.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections.abc import Callable

EFFECTS = {"os.link", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate", "subprocess.Popen"}


def killed_before_effect(number: int, action: Callable[[], object]) -> bool:
    """Run `action` in a forked process and kill that before effect `number` (from 0); whether it was killed."""
    process = multiprocessing.get_context("fork").Process(target=_run, args=(number, action))
    process.start()
    process.join()
    if process.exitcode not in (0, -signal.SIGKILL):
        raise AssertionError(f"the action ended with {process.exitcode}")
    return process.exitcode != 0


def _run(number: int, action: Callable[[], object]) -> None:
    left = number

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal left
        if event in EFFECTS:
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)
    action()

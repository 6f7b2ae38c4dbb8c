"""A process that has laneshift loaded and forks a child for each program it is asked to run: `python -m tests.warmed`.

Loading laneshift takes longer than most of what tests ask of it. A child is what `python -m MODULE` would be from there
on: with the folder, the environment, the words and the streams that were asked for, and with the end of any process.
Standard input is a socket; see `warm.py` for what is said over it.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import pkgutil
import runpy
import selectors
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

ROOT = str(Path(__file__).resolve().parents[1])

LOADED = (
    "laneshift.cli.app",
    "laneshift.runs.engine.sqlite_engine",
    "laneshift.runs.flowing.serving",
    "laneshift.runs.working",
    "laneshift.server",
    "laneshift.wiring",
)
"""Loaded beforehand, with every module of `laneshift.cli`. Nothing of it may start a thread: a fork has only one."""


def load() -> None:
    """Load what most commands load."""
    for name in LOADED:
        importlib.import_module(name)
    package = importlib.import_module("laneshift.cli")
    for module in pkgutil.walk_packages(package.__path__, "laneshift.cli."):
        importlib.import_module(module.name)
    assert len(list(Path("/proc/self/task").iterdir())) == 1, "what was loaded has started threads"
    gc.collect()
    gc.freeze()


def _asked(answers: socket.socket) -> dict[str, Any]:
    with answers.makefile("rb") as lines:
        found: dict[str, Any] = json.loads(lines.readline())
        return found


def _become(answers: socket.socket, out: int, err: int) -> Callable[[], None]:
    """Make this child the process that was asked for; what it has to do then."""
    asked = _asked(answers)
    for number, stream in ((os.open(os.devnull, os.O_RDONLY), 0), (out, 1), (err, 2)):
        os.dup2(number, stream)
        os.close(number)
    answers.close()
    os.chdir(asked["folder"])
    os.environ.clear()
    os.environ.update(asked["environment"])
    sys.argv[1:] = asked["words"]
    sys.path[0] = asked["folder"]
    if ROOT not in asked["environment"]["PYTHONPATH"].split(os.pathsep):
        sys.path.remove(ROOT)
    return lambda: runpy.run_module(asked["module"], run_name="__main__", alter_sys=True) and None


def serve(control: socket.socket) -> Callable[[], None] | None:
    """Fork for whoever asks until nobody can any more. In a child: what that has to do."""
    working: dict[int, socket.socket] = {}
    woken, wake = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    with selectors.DefaultSelector() as selector:
        selector.register(control, selectors.EVENT_READ)
        selector.register(woken, selectors.EVENT_READ)
        while True:
            ready = {key.fileobj for key, _ in selector.select()}
            if woken in ready:
                with suppress(BlockingIOError):
                    os.read(woken, 4096)
                _tell(working)
            if control not in ready:
                continue
            said, handed, _, _ = socket.recv_fds(control, 1, 3)
            if not said:
                return None
            pid = os.fork()
            if pid == 0:
                break
            for number in handed[1:]:
                os.close(number)
            working[pid] = socket.socket(fileno=handed[0])
            working[pid].sendall(b"%d\n" % pid)
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.close(woken)
    os.close(wake)
    for other in (control, *working.values()):
        other.close()
    return _become(socket.socket(fileno=handed[0]), *handed[1:])


def _tell(working: dict[int, socket.socket]) -> None:
    """Tell whoever waits for a child that has ended how it did."""
    for pid in list(working):
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            with working.pop(pid) as answers, suppress(OSError):
                answers.sendall(b"%d\n" % os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    load()
    work = serve(socket.socket(fileno=os.dup(0)))
    if work is not None:
        work()

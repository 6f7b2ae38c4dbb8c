"""Laneshift as a process beside this one: it ends by itself, when it is told to, and when this one is gone."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from laneshift.steps.runner import beside
from tests.monorepo import monorepo
from tests.toy import environment

WORKER = ("worker", "--requests", "--lifeline", "-C")
_PARENT = """
import sys
from laneshift.steps.runner import beside, companion
inner = companion.started
def started(words, *, quiet=False):
    process = inner(words, quiet=quiet)
    print(process.pid, flush=True)
    return process
beside.started = started
beside.run(sys.argv[1:], lambda: False)
"""


def test_it_gives_the_exit_status_of_what_ended_by_itself(tmp_path: Path) -> None:
    assert beside.run(("--version",), lambda: False) == 0
    assert beside.run(("status", "-C", str(tmp_path)), lambda: False) == 2


def test_it_ends_what_would_go_on_once_it_is_told(tmp_path: Path) -> None:
    monorepo(tmp_path / "repo")
    told = threading.Event()
    threading.Timer(0.5, told.set).start()
    beside.run((*WORKER, str(tmp_path / "repo")), told.is_set)
    assert told.is_set()


def test_nothing_outlives_who_started_it(tmp_path: Path) -> None:
    monorepo(tmp_path / "repo")
    parent = subprocess.Popen(
        [sys.executable, "-c", _PARENT, *WORKER, str(tmp_path / "repo")], stdout=subprocess.PIPE, env=environment()
    )
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    last = time.monotonic() + 120
    while _lives(child):
        assert time.monotonic() < last
        time.sleep(0.05)


def _lives(process: int) -> bool:
    """Whether it runs; one that has ended and that nobody has waited for does not."""
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"

"""A process of laneshift beside this one, which ends when this one does, however that ends."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence

_LOOK_SECONDS = 0.2
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 60.0
_SOUND_SECONDS = 30.0
_PATIENCE_SECONDS = 2.0
_GRACE_SECONDS = 8.0


class Companion:
    """`laneshift` with these `words`, started again when it ends by itself, later each time.

    Its standard input is a pipe that only this process holds, so it reads the end of it when this one is gone, killed
    too.
    """

    def __init__(self, words: Sequence[str], told: Callable[[str], None]) -> None:
        """`told` hears in one line of each end and each start."""
        self._words = tuple(words)
        self._told = told
        self._stop = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._keep, name="laneshift-companion", daemon=True)

    def start(self) -> None:
        """Start the process, and keep it going."""
        self._thread.start()

    @property
    def alive(self) -> bool:
        """Whether the process runs now."""
        process = self._process
        return process is not None and process.poll() is None

    @property
    def process(self) -> int:
        """Its id, 0 while there is none."""
        process = self._process
        return process.pid if process is not None and process.poll() is None else 0

    def stop(self) -> None:
        """Have it end: asked once, asked again, killed. What it was doing is taken up by the next one."""
        self._stop.set()
        self._thread.join()
        process = self._process
        if process is None:
            return
        for number, seconds in ((signal.SIGTERM, _PATIENCE_SECONDS), (signal.SIGTERM, _GRACE_SECONDS)):
            if _ended(process, seconds, number):
                return
        process.kill()
        process.wait()

    def _keep(self) -> None:
        pause = _FIRST_PAUSE
        while not self._stop.is_set():
            began = time.monotonic()
            self._process = started(self._words)
            while not self._stop.wait(_LOOK_SECONDS):
                if self._process.poll() is not None:
                    break
            if self._stop.is_set():
                return
            lived = time.monotonic() - began
            pause = _FIRST_PAUSE if lived > _SOUND_SECONDS else min(2 * pause, _LONGEST_PAUSE)
            self._told(f"the worker ended with {self._process.returncode}; started again in {pause:.0f} s")
            self._stop.wait(pause)


def started(words: Sequence[str], *, quiet: bool = False) -> subprocess.Popen[bytes]:
    """Start `laneshift` with a pipe as standard input; `quiet` has nobody hear what it says."""
    # -P: a folder called laneshift where this is started is no laneshift.
    argv = [sys.executable, "-P", "-m", "laneshift", *words]
    told = subprocess.DEVNULL if quiet else None
    return subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=told, start_new_session=True)


def _ended(process: subprocess.Popen[bytes], seconds: float, number: int) -> bool:
    process.send_signal(number)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    return True

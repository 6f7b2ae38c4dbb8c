"""Programs run as `python -m` would, by a process that has laneshift loaded already. See `warmed.py`."""

from __future__ import annotations

import json
import os
import selectors
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

ROOT = Path(__file__).resolve().parents[1]
OWN = str(ROOT / "src")

_AT_START = ("GIT_", "HOME", "LANG", "LC_", "LD_", "PYTHON", "TZ", "XDG_")
"""How variables begin that an interpreter, or a library that it loads, looks at once and never again."""

_WORTH = 3
"""How often programs are asked for in one kind of environment until one is kept warm for it."""


@dataclass(frozen=True)
class Ran:
    """How a process ended: below zero by a signal."""

    code: int
    out: str
    err: str


Early = frozenset[tuple[str, str]]


def early(env: Mapping[str, str]) -> Early:
    """What of an environment counts when a process starts. The folder of the tests is on the path or not."""
    path = env.get("PYTHONPATH", "").removesuffix(os.pathsep + str(ROOT))
    return frozenset((name, value) for name, value in {**env, "PYTHONPATH": path}.items() if name.startswith(_AT_START))


class Warm:
    """The process. Safe to use from several threads."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self._lock = threading.Lock()
        self._control, theirs = socket.socketpair()
        path = os.pathsep.join((OWN, str(ROOT)))
        # It ends when this end of the socket does: with this process, whichever way that ends.
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.warmed"],
            cwd=ROOT,
            env={**env, "PYTHONPATH": path},
            stdin=theirs.fileno(),
            stdout=subprocess.DEVNULL,
        )
        theirs.close()

    def start(
        self, module: str, words: Sequence[str], folder: Path, env: Mapping[str, str], log: int | None = None
    ) -> Started:
        """A process that does what `python -m module words` would."""
        answers, theirs = socket.socketpair()
        pipes = [os.pipe()] if log is not None else [os.pipe(), os.pipe()]
        asked = {"module": module, "words": list(words), "folder": str(folder), "environment": dict(env)}
        with self._lock:
            handed = [write for _, write in pipes] + ([] if log is None else [log])
            socket.send_fds(self._control, [b"!"], [theirs.fileno(), *handed])
        theirs.close()
        for _, write in pipes:
            os.close(write)
        answers.sendall(json.dumps(asked).encode() + b"\n")
        return Started([module, *words], answers, [read for read, _ in pipes])


class Started:
    """A process that was started warm, with as much of `subprocess.Popen` as tests use."""

    def __init__(self, args: list[str], answers: socket.socket, streams: list[int]) -> None:
        self.args = args
        self.returncode: int | None = None
        self._read: TextIO | None = None
        self._answers, self._streams = answers, streams
        self._lines = answers.makefile("rb")
        self.pid = int(self._lines.readline())

    @property
    def stdout(self) -> TextIO:
        """What it prints, for whoever reads that as it comes; whoever asks for this cannot `communicate`."""
        if self._read is None:
            self._read = os.fdopen(self._streams.pop(0), encoding="utf-8")
        return self._read

    def poll(self) -> int | None:
        """How it ended, if it has."""
        return self._ended(0)

    def wait(self, timeout: float | None = None) -> int:
        """How it ends. Raises `subprocess.TimeoutExpired`."""
        code = self._ended(timeout)
        if code is None:
            raise subprocess.TimeoutExpired(self.args, timeout or 0)
        return code

    def send_signal(self, number: int) -> None:
        """Send a signal, if it has not ended: its id may be another's then."""
        if self.poll() is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        """End it with SIGKILL."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """End it with SIGTERM."""
        self.send_signal(signal.SIGTERM)

    def communicate(self, timeout: float | None = None) -> tuple[str, str]:
        """All that it says, at its end. Raises `subprocess.TimeoutExpired`; what was said until then is lost."""
        streams, self._streams = self._streams, []
        said = [*_drained(streams, timeout, self.args), "", ""]
        self.wait(timeout)
        return said[0], said[1]

    def _ended(self, timeout: float | None) -> int | None:
        if self.returncode is not None:
            return self.returncode
        with selectors.DefaultSelector() as selector:
            selector.register(self._answers, selectors.EVENT_READ)
            if selector.select(timeout):
                self.returncode = int(self._lines.readline())
                self._lines.close()
                self._answers.close()
        return self.returncode


def _drained(streams: Sequence[int], seconds: float | None, words: list[str]) -> list[str]:
    """All that comes out of the streams of a process, which are closed in the end."""
    deadline = None if seconds is None else time.monotonic() + seconds
    said: dict[int, list[bytes]] = {stream: [] for stream in streams}
    with selectors.DefaultSelector() as selector:
        for stream in streams:
            selector.register(stream, selectors.EVENT_READ)
        while selector.get_map():
            ready = selector.select(None if deadline is None else max(0.0, deadline - time.monotonic()))
            if not ready:
                raise subprocess.TimeoutExpired(words, seconds or 0)
            for key, _ in ready:
                chunk = os.read(key.fd, 1 << 16)
                said[key.fd].append(chunk)
                if not chunk:
                    selector.unregister(key.fd)
                    os.close(key.fd)
    return [b"".join(chunks).decode() for chunks in said.values()]


Process = Started | subprocess.Popen[str]

_asked: Counter[Early] = Counter()
_started: dict[Early, Warm] = {}
_starting = threading.Lock()


def _warm(env: Mapping[str, str]) -> Warm | None:
    """What is warm for such an environment, if it is worth one. Another laneshift is never in one that is."""
    kind = early(env)
    if ("PYTHONPATH", OWN) not in kind:
        return None
    with _starting:
        _asked[kind] += 1
        if _asked[kind] == _WORTH:
            _started[kind] = Warm(env)
        return _started.get(kind)


def run(module: str, words: Sequence[str], folder: Path, env: Mapping[str, str], seconds: float = 300) -> Ran:
    """How `python -m module words` ends in `folder` with the environment `env`. Raises `subprocess.TimeoutExpired`."""
    process = start(module, words, folder, env)
    try:
        out, err = process.communicate(seconds)
    finally:
        process.kill()
    return Ran(process.wait(), out, err)


def start(module: str, words: Sequence[str], folder: Path, env: Mapping[str, str], log: int | None = None) -> Process:
    """The process of `python -m module words` in `folder`, with pipes for what it says.

    What it says on standard error goes to the open file `log` instead, if there is one.
    """
    warm = _warm(env)
    if warm is not None:
        return warm.start(module, words, folder, env, log)
    return subprocess.Popen(
        [sys.executable, "-m", module, *words],
        cwd=folder,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE if log is None else log,
        text=True,
    )

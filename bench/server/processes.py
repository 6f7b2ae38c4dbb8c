"""A server's process: started, watched by its number, and ended by it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from laneshift.errors import CheckFailed

_END_SECONDS = 30.0
_SCHEDULED = 2
"""CPUCLOCK_SCHED: the scheduler's own count, where the others are ticks of 10 ms."""


@dataclass(frozen=True, slots=True)
class Running:
    """A server that listens on loopback. `key` is an access key, or empty."""

    process: int
    port: int
    key: str

    @property
    def cpu(self) -> float:
        """Seconds of processor time that it has taken, by itself and in the kernel, to the nanosecond.

        The number of a process's clock is that of clock_getcpuclockid(3), which Python does not have.
        """
        return time.clock_gettime(~self.process << 3 | _SCHEDULED)

    @property
    def megabytes(self) -> float:
        """Memory that it holds now."""
        lines = Path(f"/proc/{self.process}/status").read_text(encoding="utf-8").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


@contextmanager
def server(folder: Path, kind: str, environment: Mapping[str, str], patience: float = 60.0) -> Iterator[Running]:
    """A server of that kind for the repository `folder`, where heads and bodies have `patience` seconds.

    Raises `CheckFailed` (`bench.failed`) for one that ends.
    """
    argv = [sys.executable, "-m", "bench.server.serve", str(folder), kind, str(patience)]
    process = subprocess.Popen(
        argv, env={**os.environ, **environment}, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        line = process.stdout.readline() if process.stdout is not None else ""
        if not line:
            raise CheckFailed("bench.failed", f"the server {kind!r} did not start", why=f"exit code {process.wait()}")
        told = json.loads(line)
        yield Running(process.pid, told["port"], told["key"])
    finally:
        process.terminate()
        try:
            process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()

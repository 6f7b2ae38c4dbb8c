"""Interleaved pairs of processes, kept raw so that rules can be compared without running again."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

BASE, SLOW, REPEATS = 200, 230, 5
"""Units of work; the planted slowdown has 15 % more of them."""
_WORK = Path(__file__).with_name("workload.py")


def collect(file: Path, trials: int, pairs: int) -> None:
    """Go on with `file` until it has `trials` lines of each kind: JSON, one comparison a line."""
    file.parent.mkdir(parents=True, exist_ok=True)
    done = sum(1 for _ in file.open(encoding="utf-8")) if file.exists() else 0
    with file.open("a", encoding="utf-8") as out:
        for at in range(done, 2 * trials):
            kind = ("same", "slower")[at % 2]
            seeded = random.Random(at)
            found = [_pair(SLOW if kind == "slower" else BASE, seeded) for _ in range(pairs)]
            told = {"kind": kind, "at": time.time(), "load": os.getloadavg()[0], "pairs": found}
            out.write(json.dumps(told) + "\n")
            out.flush()


def read(file: Path) -> Iterator[dict[str, Any]]:
    """The comparisons that were collected."""
    with file.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _pair(units: int, seeded: random.Random) -> dict[str, dict[str, Any]]:
    """Base and candidate, one after the other, the first by lot."""
    order = [("base", BASE), ("candidate", units)]
    seeded.shuffle(order)
    return {name: _process(count) for name, count in order}


def _process(units: int) -> dict[str, Any]:
    command = [sys.executable, "-I", "-S", str(_WORK), str(units), str(REPEATS)]
    started = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        told = json.loads(process.stdout.read() if process.stdout else b"")
        _, status, usage = os.wait4(process.pid, 0)
        whole = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"the workload ended with {process.returncode}")
    return {**told, "whole": whole, "used": usage.ru_utime + usage.ru_stime}

"""Memory over a hundred thousand requests: without keys, where nothing is kept, and each with a new one."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from bench.server.load import Load, put
from bench.server.processes import Running

MARKS = (10_000, 50_000, 100_000)
CONNECTIONS = 8


@dataclass(frozen=True, slots=True)
class Grown:
    """Megabytes that the server held after each of `MARKS` requests, and milliseconds of processor of one request."""

    megabytes: Sequence[float]
    cpu: float


def grown(running: Running, *, keyed: bool) -> Grown:
    """All of them to one server; POSTs with a new key each, or GETs."""
    done, before, found = 0, running.cpu, []
    for mark in MARKS:
        name = f"memory-{time.time_ns()}" if keyed else ""
        put(Load(running.port, running.key, mark - done, CONNECTIONS, "POST" if keyed else "GET", name))
        done = mark
        found.append(running.megabytes)
    return Grown(found, 1000 * (running.cpu - before) / done)

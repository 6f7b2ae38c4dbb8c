"""What the layers before a route cost: the same route bare, behind all of them, and behind them with Valkey."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from bench.server.load import Load, put
from bench.server.processes import Running, server
from bench.server.repository import made
from laneshift.server.limits.chosen import VARIABLE
from tests.server.limits.valkey import Valkey, free_ports

ONE, CROWD = 500, 2000
CONNECTIONS = 32


@dataclass(frozen=True, slots=True)
class Round:
    """One round of one server: milliseconds and requests a second; `cpu` is the server's own, in milliseconds each."""

    median: float
    p95: float
    cpu: float
    rate: float


@dataclass(frozen=True, slots=True)
class Cost:
    """The rounds of one server."""

    name: str
    rounds: Sequence[Round]

    def of(self, name: str) -> float:
        """The median over the rounds."""
        return float(statistics.median(getattr(each, name) for each in self.rounds))


def costs(scratch: Path, rounds: int) -> list[Cost]:
    """The three servers in turn, so that a change of the machine's speed meets all of them."""
    found: dict[str, list[Round]] = {}
    with ExitStack() as open_ones:
        store = made(scratch / "valkey")
        valkey = Valkey(store / ".git", free_ports(1)[0], ("--appendfsync", "everysec"))
        open_ones.callback(valkey.kill)
        valkey.start()
        repository = made(scratch / "own")
        servers = {
            "bare route": open_ones.enter_context(server(repository, "bare", {})),
            "all layers, in process": open_ones.enter_context(server(repository, "full", {VARIABLE: ""})),
            "all layers, with Valkey": open_ones.enter_context(server(store, "full", {VARIABLE: valkey.url})),
        }
        for number in range(-1, rounds):
            for name, running in servers.items():
                taken = _round(running, f"round{number}")
                if number >= 0:
                    found.setdefault(name, []).append(taken)
    return [Cost(name, taken) for name, taken in found.items()]


def _round(running: Running, mark: str) -> Round:
    """POSTs, each with a new idempotency key where the server knows them."""
    before = running.cpu
    one = put(Load(running.port, running.key, ONE, mark=f"{mark}-one"))
    cpu = 1000 * (running.cpu - before) / ONE
    crowd = put(Load(running.port, running.key, CROWD, CONNECTIONS, mark=f"{mark}-crowd"))
    return Round(one.median, one.p95, cpu, CROWD / crowd.seconds)

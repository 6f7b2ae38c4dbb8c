"""What the layers before a route cost: the same route bare, behind all of them, and behind them with Valkey.

The goal is judged by a route that does next to nothing, where layers weigh most. Beside it stands one that records what
it is asked for, as the routes of the server do that are asked for work.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from bench.server.load import Heard, Load, put
from bench.server.processes import Running, server
from bench.server.repository import made
from laneshift.server.limits.chosen import VARIABLE
from tests.ports import free_port
from tests.server.limits.valkey import Valkey

ONE, CROWD = 500, 2000
CONNECTIONS = 32
BARE, OWN, SHARED = "bare route", "all layers, in process", "all layers, with Valkey"
RECORDING = "that records"
_FEWER = 5
"""A route that records waits for the disk each time: this many times fewer requests are enough of it."""


@dataclass(frozen=True, slots=True)
class Round:
    """One round of one server: milliseconds, and requests a second of a crowd.

    `cpu` is the server's own time for each, one after another, and `crowd` that of each of a crowd; in milliseconds.
    """

    median: float
    p95: float
    cpu: float
    crowd: float
    rate: float


@dataclass(frozen=True, slots=True)
class Cost:
    """The rounds of one server."""

    name: str
    rounds: Sequence[Round]

    def of(self, name: str) -> float:
        """The median over the rounds."""
        return float(statistics.median(getattr(each, name) for each in self.rounds))


def costs(scratch: Path, rounds: int, pressed: Callable[[Load], Heard]) -> list[Cost]:
    """The three servers in turn, so that a change of the machine's speed meets all. `pressed` sends the load."""
    found: dict[str, list[Round]] = {}
    with ExitStack() as open_ones:
        store = made(scratch / "valkey")
        valkey = Valkey(store / ".git", free_port(), ("--appendfsync", "everysec"))
        open_ones.callback(valkey.kill)
        valkey.start()
        repository = made(scratch / "own")
        bare = open_ones.enter_context(server(repository, "bare", {}))
        full = open_ones.enter_context(server(repository, "full", {VARIABLE: ""}))
        shared = open_ones.enter_context(server(store, "full", {VARIABLE: valkey.url}))
        plain, records = Kind("/bench"), Kind("/bench/records", _FEWER)
        kinds = {BARE: (bare, plain), OWN: (full, plain), SHARED: (shared, plain)}
        kinds |= {f"{name}, {RECORDING}": (kinds[name][0], records) for name in (BARE, OWN)}
        for number in range(-1, rounds):
            for name, (running, kind) in kinds.items():
                if number < 0:
                    _round(running, kind, "first", put)
                else:
                    found.setdefault(name, []).append(_round(running, kind, f"round{number}", pressed))
    return [Cost(name, taken) for name, taken in found.items()]


@dataclass(frozen=True, slots=True)
class Kind:
    """A route, and how many times fewer requests it is sent than the others."""

    path: str
    fewer: int = 1


def _round(running: Running, kind: Kind, mark: str, pressed: Callable[[Load], Heard]) -> Round:
    """POSTs, each with a new idempotency key where the server knows them."""
    alone, many = ONE // kind.fewer, CROWD // kind.fewer
    mark = f"{mark}{kind.path}"
    start = running.cpu
    one = pressed(Load(running.port, running.key, alone, mark=f"{mark}-one", path=kind.path))
    between = running.cpu
    crowd = pressed(Load(running.port, running.key, many, CONNECTIONS, mark=f"{mark}-crowd", path=kind.path))
    each, of_crowd = (between - start) / one.answers, (running.cpu - between) / crowd.answers
    return Round(one.median, one.p95, 1000 * each, 1000 * of_crowd, crowd.answers / crowd.seconds)

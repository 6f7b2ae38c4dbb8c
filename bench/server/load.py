"""Cheap clients in a process of their own: `python -m bench.server.load JSON`, one line of JSON back.

Each connection sends the next request once it has the whole answer to the one before.
"""

from __future__ import annotations

import asyncio
import json
import re
import statistics
import subprocess
import sys
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import cast

from laneshift.errors import CheckFailed

_LENGTH = re.compile(rb"\r\ncontent-length: ?(\d+)", re.IGNORECASE)
BODY = b'{"name":"bench","number":1}'
_MOST_SECONDS = 540.0


@dataclass(frozen=True, slots=True)
class Load:
    """So many requests over so many connections. `mark` begins the idempotency keys; without one none are sent."""

    port: int
    key: str
    requests: int
    connections: int = 1
    method: str = "POST"
    mark: str = ""
    path: str = "/bench"


@dataclass(frozen=True, slots=True)
class Heard:
    """What became of it. `median` and `p95` are milliseconds from the first byte sent to the last one heard."""

    seconds: float
    median: float
    p95: float
    statuses: dict[str, int] = field(default_factory=dict)

    @property
    def answers(self) -> int:
        """How many came."""
        return sum(self.statuses.values())


def put(load: Load) -> Heard:
    """Send it from another process. Raises `CheckFailed` (`bench.failed`) when an answer is none of success."""
    argv = [sys.executable, "-m", "bench.server.load", json.dumps(asdict(load))]
    done = subprocess.run(argv, capture_output=True, text=True, check=True, timeout=_MOST_SECONDS)
    heard = Heard(**json.loads(done.stdout))
    if set(heard.statuses) != {"200"}:
        raise CheckFailed("bench.failed", "the server refused what it was to answer", why=str(heard.statuses))
    return heard


class Client(asyncio.Protocol):
    """One connection."""

    def __init__(self, load: Load, numbers: list[int], heard: list[float], statuses: Counter[str]) -> None:
        self._load = load
        self._numbers = numbers
        self._heard = heard
        self._statuses = statuses
        self._buffer = b""
        self._began = 0.0
        self.done = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = cast(asyncio.Transport, transport)
        self._next()

    def data_received(self, data: bytes) -> None:
        """Wait for the whole answer, then go on."""
        self._buffer += data
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        length = _LENGTH.search(self._buffer, 0, end)
        if len(self._buffer) < end + 4 + (int(length[1]) if length else 0):
            return
        self._heard.append(time.perf_counter() - self._began)
        self._statuses[self._buffer[9:12].decode("ascii")] += 1
        self._buffer = b""
        self._next()

    def connection_lost(self, _: Exception | None) -> None:
        """All was said, or the server closed it."""
        if not self.done.done():
            self.done.set_result(None)

    def _next(self) -> None:
        if not self._numbers:
            self._transport.close()
            return
        number = self._numbers.pop()
        self._began = time.perf_counter()
        self._transport.write(_request(self._load, number))


def _request(load: Load, number: int) -> bytes:
    lines = [f"{load.method} {load.path} HTTP/1.1", "Host: 127.0.0.1"]
    lines += [f"Authorization: Bearer {load.key}"] if load.key else []
    if load.method != "POST":
        return "\r\n".join([*lines, "", ""]).encode()
    lines += ["Content-Type: application/json", f"Content-Length: {len(BODY)}"]
    lines += [f"Idempotency-Key: {load.mark}-{number}"] if load.mark else []
    return "\r\n".join([*lines, "", ""]).encode() + BODY


async def _sent(load: Load) -> Heard:
    loop = asyncio.get_running_loop()
    numbers, heard, statuses = list(range(load.requests)), list[float](), Counter[str]()
    began = time.perf_counter()
    opened = (
        loop.create_connection(lambda: Client(load, numbers, heard, statuses), "127.0.0.1", load.port)
        for _ in range(load.connections)
    )
    clients = [client for _, client in await asyncio.gather(*opened)]
    await asyncio.gather(*(client.done for client in clients))
    seconds = time.perf_counter() - began
    statuses["unanswered"] += load.requests - len(heard)
    whole = sorted(1000 * each for each in heard)
    return Heard(seconds, statistics.median(whole), whole[len(whole) * 95 // 100], dict(+statuses))


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asdict(asyncio.run(_sent(Load(**json.loads(sys.argv[1])))))) + "\n")

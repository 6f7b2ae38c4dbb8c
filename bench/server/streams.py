"""Five hundred clients that follow the journal at once, and how soon each of them hears of a record."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from pathlib import Path

from bench.server.processes import Running
from laneshift.repo.objects import Repository
from laneshift.runs.events import silent
from laneshift.wiring import workshop

CLIENTS, RECORDS = 500, 20
_MOST_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Streamed:
    """How many heard every record, seconds until the last of them had, and the memory that all of them took."""

    whole: int
    seconds: float
    megabytes: float


def streamed(running: Running, folder: Path) -> Streamed:
    """All clients follow; then records are written by another process, this one."""
    return asyncio.run(_streamed(running, folder))


async def _streamed(running: Running, folder: Path) -> Streamed:
    before = running.megabytes
    readers = [await asyncio.open_connection("127.0.0.1", running.port) for _ in range(CLIENTS)]
    head = f"GET /api/v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {running.key}\r\n\r\n"
    for _, writer in readers:
        writer.write(head.encode())
    try:
        async with asyncio.timeout(_MOST_SECONDS):
            await asyncio.gather(*(reader.readuntil(b": following") for reader, _ in readers))
            began = time.perf_counter()
            await asyncio.to_thread(_write, folder)
            heard = await asyncio.gather(*(_hear(reader) for reader, _ in readers))
            return Streamed(sum(heard), time.perf_counter() - began, running.megabytes - before)
    finally:
        for _, writer in readers:
            writer.close()


def _write(folder: Path) -> None:
    journal = workshop(Repository.open(folder), silent).journal
    for number in range(RECORDS):
        journal.append(f"bench/{time.time_ns()}", "bench.told", {"number": number})


async def _hear(reader: asyncio.StreamReader) -> bool:
    """Whether every record came, each once and in order."""
    numbers: list[int] = []
    while len(numbers) < RECORDS:
        line = await reader.readline()
        if not line:
            return False
        if line.startswith(b"id: "):
            numbers.append(int(line[4:]))
    return numbers == list(range(numbers[0], numbers[0] + RECORDS))

"""Clients that mean harm: heads and bodies that never end, and bodies of a hundred megabytes."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

from bench.server.load import Load, put
from bench.server.processes import Running

LORISES, LARGE = 200, 100 * 2**20
PATIENCE = 5.0
"""Seconds that the server gives heads and bodies: few, so that it shows, and enough for somebody honest."""
_CHUNK = b"10000\r\n" + b"x" * 65536 + b"\r\n"
_MOST_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Held:
    """How many slow clients were cut off, after how many seconds at most; the median of somebody else meanwhile, in ms.

    `said` and `unsaid` are the status of a body of 100 MB whose size is said ahead, or not, and `read` its bytes until
    then.
    """

    cut: int
    seconds: float
    meanwhile: float
    said: str
    unsaid: str
    read: int
    megabytes: float


def held_off(running: Running) -> Held:
    """Slow ones first, with somebody honest beside them; then the large ones."""
    return asyncio.run(_held_off(running))


async def _held_off(running: Running) -> Held:
    before = running.megabytes
    slow = [asyncio.create_task(_loris(running, number % 2 == 0)) for number in range(LORISES)]
    honest = await asyncio.to_thread(put, Load(running.port, running.key, 200, mark=f"honest-{time.time_ns()}"))
    async with asyncio.timeout(_MOST_SECONDS):
        ended = await asyncio.gather(*slow)
        said, _ = await _large(running, f"Content-Length: {LARGE}")
        unsaid, read = await _large(running, "Transfer-Encoding: chunked")
    held = [each for each in ended if each is not None]
    return Held(len(held), max(held), honest.median, said, unsaid, read, running.megabytes - before)


def _head(running: Running, *more: str) -> bytes:
    own = ("POST /bench HTTP/1.1", "Host: 127.0.0.1", f"Authorization: Bearer {running.key}")
    return "\r\n".join([*own, "Content-Type: application/json", *more]).encode()


async def _loris(running: Running, in_head: bool) -> float | None:
    """A letter now and then; seconds until the server closes, None when it never does."""
    reader, writer = await asyncio.open_connection("127.0.0.1", running.port)
    began = time.perf_counter()
    writer.write(_head(running, "X-Slow: ") if in_head else _head(running, "Content-Length: 1000", "", ""))
    gone = asyncio.create_task(reader.read())
    try:
        while time.perf_counter() - began < _MOST_SECONDS / 2:
            done, _ = await asyncio.wait([gone], timeout=0.25)
            if done:
                return time.perf_counter() - began
            writer.write(b"x")
        return None
    finally:
        gone.cancel()
        await asyncio.gather(gone, return_exceptions=True)
        writer.close()


async def _large(running: Running, size: str) -> tuple[str, int]:
    """The status, and how many bytes of the body went out before the server had enough."""
    reader, writer = await asyncio.open_connection("127.0.0.1", running.port)
    sent = 0
    answer = asyncio.create_task(reader.readline())
    try:
        writer.write(_head(running, size, "", ""))
        # As a careful client does: a refusal by the head alone would be lost behind a body that is sent regardless.
        await asyncio.wait([answer], timeout=1.0)
        while sent < LARGE and not answer.done():
            writer.write(_CHUNK)
            sent += 65536
            await writer.drain()
            await asyncio.sleep(0)
    except ConnectionError:
        sent = min(sent, LARGE)
    finally:
        found = (await asyncio.gather(answer, return_exceptions=True))[0]
        writer.close()
    return (found[9:12].decode("ascii") if isinstance(found, bytes) and found else "cut off"), sent

"""The protocol over standard input and output, which nothing else may write to.

From the moment that `kept_apart` is entered, whatever prints to standard output is told on standard error instead, and
who reads standard input finds it at its end: only the server has the real ones.
"""

from __future__ import annotations

import io
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any, cast

import anyio
from mcp.server.lowlevel.server import Server
from mcp.server.stdio import stdio_server

from laneshift.errors import Refused

_LOG = logging.getLogger("laneshift.mcp")
LARGEST = 4 << 20
"""The most bytes of one message."""


@dataclass(frozen=True)
class Wire:
    """The two descriptors that the protocol is spoken over."""

    read: int
    write: int


@contextmanager
def kept_apart() -> Iterator[Wire]:
    """The real standard input and output, which nobody else has in the block."""
    sys.stdout.flush()
    read, write = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    try:
        os.dup2(nothing, 0)
        os.dup2(2, 1)
        yield Wire(read, write)
    finally:
        sys.stdout.flush()
        os.dup2(read, 0)
        os.dup2(write, 1)
        for each in (nothing, read, write):
            os.close(each)


def serve(server: Server[Any], wire: Wire) -> None:
    """Answer until the client goes; what it still waited for ends then.

    Raises `Refused` (`mcp.too-large`) for a message that is longer than `LARGEST`.
    """
    lines = _Lines(os.fdopen(wire.read, "rb", closefd=False))
    try:
        anyio.run(_served, server, lines, wire)
    except* BrokenPipeError:
        _LOG.info("the client went before it had read its last answer")
    if lines.too_long:
        raise Refused("mcp.too-large", f"a message has at most {LARGEST} bytes", cure="send less at a time")


async def _served(server: Server[Any], lines: _Lines, wire: Wire) -> None:
    writer = io.TextIOWrapper(os.fdopen(wire.write, "wb", closefd=False), encoding="utf-8")
    # A line at a time is all that the SDK asks of it.
    stdin = anyio.wrap_file(cast("IO[str]", lines))
    async with stdio_server(stdin, anyio.wrap_file(writer)) as (read, write):
        await server.run(read, write, server.create_initialization_options())


class _Lines:
    """Lines of a stream up to a length; one that is longer ends it, since its rest cannot be told from a message."""

    def __init__(self, stream: io.BufferedReader) -> None:
        self._stream = stream
        self.too_long = False

    def readline(self) -> str:
        """The next line, empty at the end."""
        if self.too_long:
            return ""
        line = self._stream.readline(LARGEST + 1)
        self.too_long = len(line) > LARGEST
        return "" if self.too_long else line.decode("utf-8", "replace")

"""The protocol over two descriptors: a message a line, each of a bounded length."""

from __future__ import annotations

import io
import logging
import os
from typing import IO, Any, cast

import anyio
from mcp.server.lowlevel.server import Server
from mcp.server.stdio import stdio_server

from laneshift.agents.mcp.wire import Wire
from laneshift.errors import Refused

_LOG = logging.getLogger("laneshift.mcp")
LARGEST = 4 << 20
"""The most bytes of one message."""


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

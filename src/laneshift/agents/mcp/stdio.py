"""The protocol over two descriptors: a message a line, each of a bounded length."""

from __future__ import annotations

import io
import logging
import os
import select
from contextlib import closing
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
    """Answer until the client goes, or until it is interrupted; what the client still waited for ends then.

    Raises `Refused` (`mcp.too-large`) for a message that is longer than `LARGEST`.
    """
    with closing(_Lines(wire.read)) as lines:
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
        try:
            await server.run(read, write, server.create_initialization_options())
        finally:
            # The thread that waits for the next line would be waited for.
            lines.stop()


class _Lines:
    """Lines of a descriptor up to a length; one that is longer ends them, since its rest cannot be told from a message.

    `stop` ends them too, from another thread.
    """

    def __init__(self, descriptor: int) -> None:
        self._from = descriptor
        self._held = bytearray()
        self._told, self._stop = os.pipe()
        self._ready = select.poll()
        for each in (descriptor, self._told):
            self._ready.register(each, select.POLLIN)
        self.too_long = False

    def readline(self) -> str:
        """The next line, empty at the end."""
        looked = 0
        while not self.too_long:
            end = self._held.find(b"\n", looked) + 1
            looked = len(self._held)
            if end or not self._more():
                return self._taken(end or looked)
            self.too_long = len(self._held) > LARGEST
        return ""

    def stop(self) -> None:
        """No more lines."""
        os.write(self._stop, b".")

    def close(self) -> None:
        """Let go of what `stop` needs; the descriptor itself is another's."""
        os.close(self._told)
        os.close(self._stop)

    def _more(self) -> bool:
        """Whether there is more, which is then held."""
        ready = {descriptor for descriptor, _ in self._ready.poll()}
        chunk = b"" if self._told in ready else os.read(self._from, 1 << 16)
        self._held += chunk
        return bool(chunk)

    def _taken(self, end: int) -> str:
        line = self._held[:end].decode("utf-8", "replace")
        del self._held[:end]
        return line

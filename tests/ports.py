"""Ports for servers that must be told theirs before they start, or that are not there at all."""

from __future__ import annotations

import socket

_kept: list[socket.socket] = []


def free_port(bus: int = 0) -> int:
    """A port of 127.0.0.1 that nobody listens on and that nobody else is given while this process lives.

    It stays bound here, so that whoever lets the system choose a port gets another one. A server that allows its
    address to be used again, as all of ours do, listens there all the same, and again after its end. With a `bus`, the
    port that is so much higher is kept as well.
    """
    while True:
        found = _bound(0)
        port = int(found.getsockname()[1])
        try:
            beside = _bound(port + bus) if bus else None
        except (OSError, OverflowError):  # in use, or higher than the highest
            found.close()
            continue
        _kept.extend(each for each in (found, beside) if each is not None)
        return port


def _bound(port: int) -> socket.socket:
    made = socket.socket()
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind(("127.0.0.1", port))
    except (OSError, OverflowError):
        made.close()
        raise
    return made

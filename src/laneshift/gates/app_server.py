"""Serves an ASGI application for `app_client`. Runs inside the sandbox as a program of its own, without laneshift.

Usage: `python app_server.py ORDER`, one JSON object: target, factory, roots. It listens on the descriptor that
`LANESHIFT_DOOR` names. Nothing that this process says or prints is believed: the application runs in it.
"""

from __future__ import annotations

import importlib
import json
import os
import socket
import sys
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

_CLIENT = b"x-laneshift-client"
_PORT = 40_000

Scope = MutableMapping[str, Any]
App = Callable[[Scope, Any, Any], Awaitable[None]]


def told_apart(app: App) -> App:
    """The application, for which each request comes from the loopback address that its header names."""

    async def wrapped(scope: Scope, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            headers = [pair for pair in scope["headers"] if pair[0] != _CLIENT]
            named = [value.decode("latin-1") for name, value in scope["headers"] if name == _CLIENT]
            client = (named[0] if named else "127.0.0.1", _PORT)
            scope = {**scope, "headers": headers, "client": client, "server": ("127.0.0.1", 80)}
        await app(scope, receive, send)

    return wrapped


def main() -> None:
    """Import the application and serve it until this process is ended."""
    order = json.loads(sys.argv[1])
    uvicorn: Any = importlib.import_module("uvicorn")
    sys.path[:0] = [os.path.join(os.getcwd(), root) for root in order["roots"]]  # noqa: PTH109, PTH118
    module, _, names = order["target"].partition(":")
    found: Any = importlib.import_module(module)
    for name in names.split("."):
        found = getattr(found, name)
    app = found() if order["factory"] else found
    config = uvicorn.Config(app, log_level="warning", access_log=False, lifespan="auto", ws="none")
    # Loaded first: which version of ASGI the application speaks is found out from it, not from what is around it.
    config.load()
    config.loaded_app = told_apart(config.loaded_app)
    listener = socket.socket(fileno=int(os.environ["LANESHIFT_DOOR"]))
    uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main()

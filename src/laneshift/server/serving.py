"""The process that answers: uvicorn with bounds, ended in an order that lets every request end well."""

from __future__ import annotations

import signal
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn

from laneshift.errors import CheckFailed, Refused
from laneshift.server.app import Application
from laneshift.server.limits.heads import LARGEST_HEAD, bounded
from laneshift.server.memory import settled
from laneshift.server.options import Options

_KEEP_ALIVE_SECONDS = 5
_GRACE_SECONDS = 10
_BACKLOG = 512


class Serving(uvicorn.Server):
    """One server. `stopping` is called when it begins to end: streams have to, or they would hold it up."""

    def __init__(self, config: uvicorn.Config, stopping: Callable[[], None]) -> None:
        super().__init__(config)
        self._stopping = stopping
        self._unsettle: Callable[[], None] | None = None

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """End on SIGINT and SIGTERM, and leave it at that: what comes after the server ends in order too."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self.handle_exit) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start; in the main thread the process is this server's own, and so is its memory."""
        await super().startup(sockets)
        if threading.current_thread() is threading.main_thread():
            self._unsettle = settled()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the streams, then the connections: requests under way get 10 s."""
        self._stopping()
        await super().shutdown(sockets)
        if self._unsettle is not None:
            self._unsettle()


def serving(application: Application, options: Options) -> Serving:
    """The server, not started. Raises `Refused` (`serve.bad-certificate`) for a certificate that cannot be used."""
    config = uvicorn.Config(
        application.asgi,
        http=bounded(options.head_seconds),
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        backlog=_BACKLOG,
        limit_concurrency=options.connections,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=_GRACE_SECONDS,
        h11_max_incomplete_event_size=LARGEST_HEAD,
        ssl_certfile=options.certificate,
        ssl_keyfile=options.private,
    )
    try:
        config.load()
    except (OSError, ssl.SSLError) as error:
        where = str(options.certificate)
        raise Refused(
            "serve.bad-certificate", "this certificate cannot be used", where=where, why=str(error)
        ) from error
    return Serving(config, application.app.state.parts.feed.stop)


def listening(options: Options) -> socket.socket:
    """The socket that the server listens on, bound before anything else, so that its port is known.

    Raises `CheckFailed` (`serve.cannot-listen`) when the address is taken, or is not one of this machine.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(options.host, options.port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(address)
            # Whoever is told the address may ask at once: who comes early waits, and is not refused.
            listener.listen(_BACKLOG)
        except OSError:
            listener.close()
            raise
    except OSError as error:
        raise CheckFailed(
            "serve.cannot-listen",
            f"nobody can listen at {options.host}:{options.port}",
            why=str(error),
            cure="end what listens there, or give another --port; 0 takes any that is free",
        ) from error
    return listener


def address_of(listener: socket.socket, options: Options) -> str:
    """Where people find it."""
    port = listener.getsockname()[1]
    host = f"[{options.host}]" if ":" in options.host else options.host
    return f"{options.scheme}://{host}:{port}"

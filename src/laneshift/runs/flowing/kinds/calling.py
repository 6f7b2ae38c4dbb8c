"""One HTTP request with an end: no redirects, no proxies, bounded in time and size, to an address that was looked at.

The address that was judged is the one that is connected to, so that a name cannot point elsewhere in between. A watch
shuts the connection at the deadline, or when the step is cancelled, whatever the other side does.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from laneshift.errors import CheckFailed, Refused
from laneshift.runs.flowing.effects import never
from laneshift.runs.flowing.kinds.addresses import Place, Resolver, reachable, resolved
from laneshift.runs.flowing.kinds.cutting import Late, cut

_LOOK_SECONDS = 0.1
_CHUNK = 1 << 16


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent. `most_bytes` bounds the answer, `deadline` is in Unix seconds."""

    place: Place
    method: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes | None
    most_bytes: int
    deadline: float
    stopped: Callable[[], bool] = field(default=never)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; names of headers are in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def call(request: Request, resolve: Resolver = resolved) -> Answer:
    """Send the request and read the whole answer.

    Raises `Refused` for an address that may not be called, `CheckFailed` (`flow.http-unreachable`,
    `flow.http-too-large`), `Late` and `Stopped`.
    """
    place = request.place
    watch = _Watch(request)
    try:
        addresses = reachable(place, resolve)
        connection = _connected(request, addresses, watch)
    except (OSError, http.client.HTTPException) as error:
        raise watch.ended() or _unreachable(place, error) from error
    with watch.over(connection):
        try:
            connection.request(request.method, place.path, request.body, dict(request.headers))
            answer = _read(connection.getresponse(), request)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise watch.ended() or _unreachable(place, error) from error
        finally:
            connection.close()
    if watch.fired:
        # A connection that was shut looks like an answer that has ended.
        raise watch.ended() or Late()
    return answer


def _connected(request: Request, addresses: list[str], watch: _Watch) -> http.client.HTTPConnection:
    """A connection to the first address that answers."""
    place, failed = request.place, OSError("no address answers")
    for address in addresses:
        left = request.deadline - time.time()
        if left <= 0 or request.stopped():
            raise watch.ended() or OSError("no time is left")
        try:
            plain = socket.create_connection((address, place.port), timeout=left)
        except OSError as error:
            failed = error
            continue
        try:
            wrapped = _wrapped(plain, place)
        except OSError:
            plain.close()
            raise
        connection = http.client.HTTPConnection(place.host, place.port, timeout=left)
        connection.response_class = _Whole
        connection.sock = wrapped
        return connection
    raise failed


def _wrapped(plain: socket.socket, place: Place) -> socket.socket:
    if place.scheme == "http":
        return plain
    return ssl.create_default_context().wrap_socket(plain, server_hostname=place.host)


def _read(response: http.client.HTTPResponse, request: Request) -> Answer:
    data = bytearray()
    while len(data) <= request.most_bytes:
        chunk = response.read(min(_CHUNK, request.most_bytes + 1 - len(data)))
        if not chunk:
            if response.length:
                raise http.client.IncompleteRead(bytes(data), response.length)
            break
        data += chunk
    if len(data) > request.most_bytes:
        raise CheckFailed(
            "flow.http-too-large",
            f"{request.place.host} answered more than {request.most_bytes} bytes",
            where=request.place.host,
            cure="raise most_bytes of the step, or ask for less",
        )
    headers: dict[str, str] = {}
    for name, value in response.getheaders():
        known = headers.get(name.lower())
        headers[name.lower()] = value if known is None else f"{known}, {value}"
    return Answer(response.status, headers, bytes(data))


class _Lines:
    """A file that remembers the last line that was read of it."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self.last = b""

    def readline(self, *size: int) -> bytes:
        self.last = self._file.readline(*size)
        return self.last

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


class _Whole(http.client.HTTPResponse):
    """An answer whose head has an end: the library takes a connection that breaks off for one."""

    def begin(self) -> None:
        """Read the head. Raises as the library does, and `IncompleteRead` for half a head."""
        lines = _Lines(self.fp)
        self.fp = lines  # type: ignore[assignment]  # all that is used of a file is there
        super().begin()
        if lines.last not in (b"\r\n", b"\n"):
            raise http.client.IncompleteRead(lines.last)


class _Watch:
    """Ends a connection from outside; a timeout of its own would begin anew with every byte that comes."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._done = threading.Event()
        self.fired = False

    def ended(self) -> Exception | None:
        """Why the connection was ended, if it was this watch or the deadline."""
        return cut(self._request.stopped, self._request.deadline)

    @contextmanager
    def over(self, connection: http.client.HTTPConnection) -> Iterator[None]:
        """Watch while the block runs."""
        # The object is kept: a connection forgets its socket once the answer says that it will be closed.
        wire = connection.sock
        thread = threading.Thread(target=self._look, args=(wire,), name="laneshift-flow-watch", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._done.set()
            thread.join()

    def _look(self, wire: socket.socket) -> None:
        while not self._done.wait(_LOOK_SECONDS):
            if self.ended() is not None:
                self.fired = True
                with suppress(OSError):
                    wire.shutdown(socket.SHUT_RDWR)
                return


def _unreachable(place: Place, error: Exception) -> CheckFailed | Refused:
    return CheckFailed(
        "flow.http-unreachable",
        f"{place.host} could not be asked",
        where=place.authority,
        why=f"{type(error).__name__}: {error}",
    )

"""A network between a worker and its database that can be cut: what is sent meanwhile arrives when it is mended."""

from __future__ import annotations

import socket
import threading
from types import TracebackType

import sqlalchemy as sa


class Proxy:
    """Forwards connections to `host`:`port`. Used as a context; its own port is `port`."""

    kind = "a proxy that stalls"
    prefix: list[str]

    def __init__(self, host: str, port: int) -> None:
        self._server = (host, port)
        self.prefix = []
        self._whole = threading.Event()
        self._whole.set()
        self._open: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])

    @classmethod
    def to(cls, url: str) -> Proxy:
        """A proxy to the server of this database."""
        server = sa.make_url(url)
        assert server.host is not None
        assert server.port is not None
        return cls(server.host, server.port)

    def address(self, url: str) -> str:
        """The database by way of the proxy."""
        return sa.make_url(url).set(port=self.port).render_as_string(hide_password=False)

    def __enter__(self) -> Proxy:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._whole.set()
        for each in [self._listener, *self._open]:
            each.close()

    def cut(self) -> None:
        """From now on nothing gets through, and nobody is told."""
        self._whole.clear()

    def mend(self) -> None:
        """Everything gets through again, first of all what was sent meanwhile."""
        self._whole.set()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
                far = socket.create_connection(self._server)
            except OSError:
                return  # the proxy is closed
            self._open += [near, far]
            for source, target in ((near, far), (far, near)):
                threading.Thread(target=self._carry, args=(source, target), daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        try:
            while data := source.recv(1 << 16):
                self._whole.wait()
                target.sendall(data)
            self._whole.wait()
            target.shutdown(socket.SHUT_WR)
        except OSError:
            return  # one of the ends is closed, and the other one sees it

"""A network between a process and its database that breaks in the midst of an answer, or of a question."""

from __future__ import annotations

import socket
import threading
from types import TracebackType

import sqlalchemy as sa

COMMIT = b"COMMIT"


class Cutting:
    """Forwards connections. Once `cut` says so, the next commit breaks the line: `before` it gets there, or `after`.

    Until `mend`, nobody gets through then. Used as a context; `address` is the database by way of it.
    """

    def __init__(self, url: str) -> None:
        self._url = sa.make_url(url)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._when = ""
        self._skipped = 0
        self._lasting = True
        self._mute: set[socket.socket] = set()
        self.broken = threading.Event()
        self._open: list[socket.socket] = []
        self._accepting = threading.Thread(target=self._accept, daemon=True)

    @property
    def address(self) -> str:
        """The URL of the database by way of this."""
        port = int(self._listener.getsockname()[1])
        return self._url.set(host="127.0.0.1", port=port).render_as_string(hide_password=False)

    def __enter__(self) -> Cutting:
        self._accepting.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # To close it would leave the thread waiting for ever, with the last line's sockets in its hands.
        self._listener.shutdown(socket.SHUT_RDWR)
        self._accepting.join()
        self._listener.close()
        self._break()

    def cut(self, when: str, skipped: int, *, lasting: bool = True) -> None:
        """Break the line `before` or `after` a commit gets there, but not at the first `skipped` of them.

        Without `lasting` a new line can be had at once.
        """
        self._when, self._skipped, self._lasting = when, skipped, lasting

    def mend(self) -> None:
        """Let everything through again."""
        self._when = ""
        self.broken.clear()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return  # the test has ended
            if self.broken.is_set():
                near.close()
                continue
            far = socket.create_connection((str(self._url.host), int(self._url.port or 0)))
            self._open += [near, far]
            for source, target, asks in ((near, far, True), (far, near, False)):
                threading.Thread(target=self._carry, args=(source, target, asks), daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket, asks: bool) -> None:
        try:
            while data := source.recv(1 << 16):
                if asks and self._when and COMMIT in data:
                    self._skipped -= 1
                    if self._skipped < 0:
                        self._last(data, source, target)
                        return
                if target in self._mute:
                    return
                target.sendall(data)
        except OSError:
            return  # one of the ends is closed, and the other one sees it

    def _last(self, data: bytes, source: socket.socket, target: socket.socket) -> None:
        """The commit at which the line breaks. The server reads what it got before it sees that nobody is there.

        Answers stop first: a quick server would else have answered before the line is cut.
        """
        if self._lasting:
            self.broken.set()
        self._mute.add(source)
        if self._when == "after":
            target.sendall(data)
        self._when = ""
        self._break()

    def _break(self) -> None:
        for each in self._open:
            try:
                each.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # it was closed already
        self._open.clear()

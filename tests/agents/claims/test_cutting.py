"""The line that tests cut: whoever's commit it was cut at never hears of it."""

from __future__ import annotations

import os
import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.agents.claims.cutting import COMMIT, Cutting
from tests.runs.engine.driving import until


class Quick(socketserver.BaseRequestHandler):
    """Answers each question at once."""

    def handle(self) -> None:
        while self.request.recv(100):
            self.request.sendall(b"done")


@contextmanager
def quick() -> Iterator[str]:
    """The URL of such a server."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Quick) as server:
        server.daemon_threads = True
        serving = threading.Thread(target=server.serve_forever, args=(0.01,))
        serving.start()
        try:
            yield f"postgresql://127.0.0.1:{server.server_address[1]}/x"
        finally:
            server.shutdown()
            serving.join()


@pytest.mark.parametrize("when", ["before", "after"])
def test_no_answer_comes_through_at_the_cut(when: str) -> None:
    with quick() as url:
        heard = [_heard(url, when) for _ in range(200)]
    assert set(heard) == {b""}


def test_a_line_leaves_nothing_open_behind_it() -> None:
    def left() -> tuple[int, int]:
        return threading.active_count(), len(os.listdir("/proc/self/fd"))  # noqa: PTH208

    with quick() as url:
        threads, descriptors = left()
        for _ in range(20):
            _heard(url, "after")
        until(lambda: left()[0] <= threads and left()[1] <= descriptors)


def _heard(url: str, when: str) -> bytes:
    with Cutting(url) as line, _asking(line) as asking:
        asking.sendall(b"BEGIN")
        assert asking.recv(100) == b"done"
        line.cut(when, 0)
        asking.sendall(COMMIT)
        try:
            return asking.recv(100)
        except ConnectionResetError:
            return b""


def _asking(line: Cutting) -> socket.socket:
    place = str(line.address).rpartition(":")[2].partition("/")[0]
    return socket.create_connection(("127.0.0.1", int(place)))


class Held(Cutting):
    """Stalls as soon as the line is cut, until the test lets it go on."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.go_on = threading.Event()

    def _break(self) -> None:
        super()._break()
        self.go_on.wait(60)


def test_a_new_line_answers_at_once() -> None:
    with quick() as url, Held(url) as line:
        line.cut("before", 0, lasting=False)
        with _asking(line) as old:
            old.sendall(COMMIT)
            assert old.recv(100) == b""
        with _asking(line) as new:
            new.settimeout(60)
            new.sendall(b"BEGIN")
            assert new.recv(100) == b"done"
        line.go_on.set()

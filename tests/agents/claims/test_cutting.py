"""The line that tests cut: whoever's commit it was cut at never hears of it."""

from __future__ import annotations

import socket
import socketserver
import threading

import pytest

from tests.agents.claims.cutting import COMMIT, Cutting


class Quick(socketserver.BaseRequestHandler):
    """Answers each question at once."""

    def handle(self) -> None:
        while self.request.recv(100):
            self.request.sendall(b"done")


@pytest.mark.parametrize("when", ["before", "after"])
def test_no_answer_comes_through_at_the_cut(when: str) -> None:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Quick) as server:
        server.daemon_threads = True
        serving = threading.Thread(target=server.serve_forever, args=(0.01,))
        serving.start()
        try:
            heard = [_heard(f"postgresql://127.0.0.1:{server.server_address[1]}/x", when) for _ in range(200)]
        finally:
            server.shutdown()
            serving.join()
    assert set(heard) == {b""}


def _heard(url: str, when: str) -> bytes:
    with Cutting(url) as line:
        place = str(line.address).rpartition(":")[2].partition("/")[0]
        with socket.create_connection(("127.0.0.1", int(place))) as asking:
            asking.sendall(b"BEGIN")
            assert asking.recv(100) == b"done"
            line.cut(when, 0)
            asking.sendall(COMMIT)
            try:
                return asking.recv(100)
            except ConnectionResetError:
                return b""

"""Brings connections to a socket file: `python -m tests.runs.engine.forwarder ADDRESS PORT FILE`.

A file is seen from every network namespace, so a server of this machine can be reached from one that has no way out.
"""

from __future__ import annotations

import socket
import sys
import threading


def carry(source: socket.socket, target: socket.socket) -> None:
    """Bytes one way, until one of the ends is closed."""
    try:
        while data := source.recv(1 << 16):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        source.close()
        target.close()


def main(address: str, port: int, file: str) -> None:
    """Serve until killed. Says that it listens by one line."""
    with socket.create_server((address, port)) as listener:
        print("listening", flush=True)
        while True:
            near, _ = listener.accept()
            far = socket.socket(socket.AF_UNIX)
            far.connect(file)
            for ends in ((near, far), (far, near)):
                threading.Thread(target=carry, args=ends, daemon=True).start()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])

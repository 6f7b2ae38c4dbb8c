"""A server on loopback that does what flows ask of it, once for each Idempotency-Key, and remembers in what order."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Effects:
    """`done` are effects in their order; `asked` counts requests of each key; `failing` paths fail so many times."""

    url: str = ""
    done: list[str] = field(default_factory=list)
    asked: dict[str, int] = field(default_factory=dict)
    failing: dict[str, int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def forget(self) -> None:
        """Begin anew."""
        with self._lock:
            for each in (self.done, self.asked, self.failing, self._seen):
                each.clear()

    def take(self, path: str, key: str) -> tuple[int, dict[str, object]]:
        """Do the effect `path` unless it was done for `key` before."""
        with self._lock:
            first = key not in self.asked
            self.asked[key] = self.asked.get(key, 0) + 1
            if self.failing.get(path, 0) > 0:
                self.failing[path] -= 1
                return 503, {}
            if f"{key} {path}" not in self._seen:
                self._seen.add(f"{key} {path}")
                self.done.append(path)
            return 200, {"path": path, "first": first}

    _seen: set[str] = field(default_factory=set)


@contextmanager
def effects_served() -> Iterator[Effects]:
    """Serve until the block ends."""
    effects = Effects()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", "0")))
            status, told = effects.take(self.path, self.headers.get("Idempotency-Key", ""))
            body = json.dumps({"path": told.get("path")}).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    effects.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield effects
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

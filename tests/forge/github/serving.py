"""The server: each request and each answer is held against the description. Faults come on demand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any

from .description import answer_schema, faults_of_answer, faults_of_body, operation, sample
from .hub import Hub

KEY = "ghp_" + "Secret0123456789" * 2


@dataclass
class Fault:
    """What to answer instead, so many times; `after` the request was carried out, if so. Status 0 breaks off."""

    operation: str
    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = field(default_factory=lambda: {"message": "so it is"})
    after: bool = False
    times: int = 1


@dataclass
class Served:
    """`wrong` has every request and answer that did not keep to the description, `asked` every operation in turn."""

    hub: Hub
    address: str = ""
    faults: list[Fault] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    lock: Any = field(default_factory=Lock)

    def answer(self, method: str, target: str, authorization: str, data: bytes) -> tuple[int, dict[str, str], Any]:
        """What a request is answered: status, headers and body."""
        found = operation(method, target)
        if found is None:
            self.wrong.append(f"{method} {target} is not described")
            return 404, {}, {"message": "Not Found"}
        self.asked.append(found.name)
        if authorization not in (f"token {KEY}", f"Bearer {KEY}"):
            return 401, {}, {"message": f"Bad credentials: {authorization}"}
        body = json.loads(data) if data else None
        faults = [*found.faults, *faults_of_body(found.spec, body)]
        if faults:
            self.wrong += [f"{found.name}: {fault}" for fault in faults]
            return 422, {}, {"message": "; ".join(faults)}
        fault = next((each for each in self.faults if each.operation == found.name and each.times), None)
        if fault:
            fault.times -= 1
            if fault.after:
                self.hub.do(found, body)
            return fault.status, fault.headers, fault.body
        status, told = self.hub.do(found, body)
        if status < 300:
            told = sample(answer_schema(found.spec, status), told)
        self.wrong += [f"{found.name} answered: {each}" for each in faults_of_answer(found.spec, status, told)]
        return status, {}, told


@contextmanager
def serving(hub: Hub) -> Iterator[Served]:
    """Serve a repository on this machine until the block ends."""
    served = Served(hub)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _any(self) -> None:
            data = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            with served.lock:
                status, headers, told = served.answer(
                    self.command, self.path, self.headers.get("Authorization", ""), data
                )
            if not status:
                self.close_connection = True
                return
            body = json.dumps(told).encode()
            self.send_response(status)
            for name, value in {"Content-Type": "application/json", **headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = _any  # noqa: N815

        def log_message(self, *_: Any) -> None:
            """Nothing is printed."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    served.address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield served
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

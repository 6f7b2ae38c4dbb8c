"""Who is told, for real: an agent's UDP socket, a collector's HTTP server, and a reader of Prometheus' text."""

from __future__ import annotations

import gzip
import socket
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from prometheus_client.parser import text_string_to_metric_families

Series = tuple[str, frozenset[tuple[str, str]]]
_PATIENCE_SECONDS = 120.0


@dataclass
class Datagrams:
    """What an agent was sent, line by line."""

    url: str
    lines: list[str] = field(default_factory=list)
    _came: threading.Condition = field(default_factory=threading.Condition)

    def take(self, text: str) -> None:
        """Keep what came."""
        with self._came:
            self.lines += text.split("\n")
            self._came.notify_all()

    def wait_for(self, start: str) -> str:
        """The first line that starts so, once it has come."""
        with self._came:
            assert self._came.wait_for(lambda: any(line.startswith(start) for line in self.lines), _PATIENCE_SECONDS)
        return next(line for line in self.lines if line.startswith(start))

    def grown(self) -> set[str]:
        """The names of what was observed, or counted above zero, or is a gauge."""
        split = (line.split("|") for line in self.lines if line)
        return {
            name
            for (name, _, value), kind in ((p[0].partition(":"), p[1]) for p in split)
            if kind != "c" or float(value)
        }


@contextmanager
def agent() -> Iterator[Datagrams]:
    """An agent that listens."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        server.bind(("127.0.0.1", 0))
        found = Datagrams(f"udp://127.0.0.1:{server.getsockname()[1]}")

        def receive() -> None:
            while data := server.recv(1 << 16):
                found.take(data.decode())

        thread = threading.Thread(target=receive)
        thread.start()
        try:
            yield found
        finally:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
                client.sendto(b"", server.getsockname())
            thread.join()


@dataclass
class Collected:
    """What a collector took. While `broken` it takes nothing."""

    url: str = ""
    broken: bool = False
    asked: int = 0
    spans: list[Span] = field(default_factory=list)
    resources: list[dict[str, str]] = field(default_factory=list)

    def trees(self) -> dict[bytes, list[Span]]:
        """The spans by the trace that they are of, each once."""
        found: dict[bytes, dict[bytes, Span]] = {}
        for span in self.spans:
            found.setdefault(span.trace_id, {})[span.span_id] = span
        return {trace: list(spans.values()) for trace, spans in found.items()}


@contextmanager
def collector() -> Iterator[Collected]:
    """A collector that listens for OTLP over HTTP."""
    found = Collected()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            found.asked += 1
            if not found.broken:
                for each in ExportTraceServiceRequest.FromString(body).resource_spans:
                    found.resources.append({pair.key: pair.value.string_value for pair in each.resource.attributes})
                    found.spans += [span for scope in each.scope_spans for span in scope.spans]
            self.send_response(400 if found.broken else 200)
            self.send_header("Content-Type", "application/x-protobuf")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def parsed(text: str) -> dict[Series, float]:
    """Every series of Prometheus' text with its value."""
    families = text_string_to_metric_families(text)
    return {(s.name, frozenset(s.labels.items())): s.value for family in families for s in family.samples}


def scraped(url: str) -> dict[Series, float]:
    """What is served there."""
    with urllib.request.urlopen(url, timeout=240) as answer:
        return parsed(answer.read().decode())

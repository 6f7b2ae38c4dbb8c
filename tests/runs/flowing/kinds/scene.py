"""What tests of kinds of steps share: the effects of a real repository, and a server on loopback that remembers."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from laneshift.cli.acting import site_of
from laneshift.runs.flowing.effects import Done, Failed, Outcome, Work
from laneshift.runs.flowing.kinds.site import Site
from laneshift.runs.flowing.kinds.table import Table
from tests.monorepo import LANES, monorepo
from tests.toy import shop_at

LOOPBACK = '\n[flows]\nprivate_hosts = ["127.0.0.1"]\n'
TESTS = '\n[tests]\nsmoke = ["tests/test_smoke.py"]\nitem_seconds = 600\nsuite_seconds = 600\n'
QUICK = f"""workers = 1
{LANES}{TESTS}
[tests.environment]
PYTEST_DISABLE_PLUGIN_AUTOLOAD = "1"
{LOOPBACK}"""


@dataclass
class Asked:
    """One request that a server got."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Server:
    """A server that answers as it is told, and remembers what it was asked."""

    url: str
    asked: list[Asked] = field(default_factory=list)


Answering = Callable[[Asked], tuple[int, Mapping[str, str], bytes]]


def plain(_: Asked) -> tuple[int, Mapping[str, str], bytes]:
    """An answer of JSON."""
    return 200, {"Content-Type": "application/json"}, b'{"said": "yes"}'


@contextmanager
def serving(answer: Answering = plain) -> Iterator[Server]:
    """A server on loopback, in a thread."""
    found = Server("")

    class Handler(BaseHTTPRequestHandler):
        def _any(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            asked = Asked(self.command, self.path, dict(self.headers.items()), self.rfile.read(length))
            found.asked.append(asked)
            status, headers, body = answer(asked)
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = _any  # noqa: N815 - names of the base class

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    found.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def site_at(path: Path, environ: Mapping[str, str] | None = None) -> Site:
    """The real parts for the repository at `path`, with these variables."""
    return replace(site_of(shop_at(path)), environ=dict(environ or {}))


def repository(path: Path, changes: Mapping[str, str] | None = None) -> Path:
    """A quick monorepo whose steps may call loopback."""
    monorepo(path, {"laneshift.toml": QUICK, **(changes or {})})
    return path


def work(kind: str, settings: Mapping[str, Any], key: str = "run-1/step", **more: Any) -> Work:
    """One attempt."""
    return Work(kind, settings, key, **more)


def done(outcome: Outcome) -> Any:
    """Its value."""
    assert isinstance(outcome, Done), outcome
    json.dumps(outcome.value)
    return outcome.value


def failed(outcome: Outcome) -> Failed:
    """Its failure."""
    assert isinstance(outcome, Failed), outcome
    return outcome


def act(site: Site, action: str, step: str = "run-1/step", /, **settings: Any) -> Any:
    """The value of an action."""
    return done(Table(site).perform(work("action", {"action": action, **settings}, step)))


def soon(seconds: float) -> float:
    """A deadline."""
    return time.time() + seconds

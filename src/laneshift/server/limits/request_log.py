"""A name for every request, and one line of JSON about it in the log: without its query, its headers and its body.

How long it took until the answer began is measured: a stream is as quick as its first byte, however long it lasts.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from functools import lru_cache
from json.encoder import encode_basestring_ascii as quoted

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from laneshift.errors import Bug
from laneshift.evidence.redaction import redact_text
from laneshift.server.auth.principal import Principal
from laneshift.server.limits.names import Names
from laneshift.server.limits.probes import is_probe
from laneshift.server.limits.request_samples import measured
from laneshift.server.logs import ACCESS
from laneshift.server.problems import respond
from laneshift.telemetry.metric import Sample

Observe = Callable[[tuple[Sample, ...]], None]
LOG = logging.getLogger(ACCESS)
_LONGEST_PATH = 300
_REMEMBERED = 512
_NAME = 8
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class RequestLog:
    """The outermost layer. What escapes all others is a bug of ours: it is logged, and told as 500."""

    def __init__(self, app: ASGIApp, hidden: tuple[str, ...], observe: Observe, prefix: str) -> None:
        """`observe` is told of every request at its end, but of no probe; `prefix` is that of the routes of the API."""
        self._app = app
        self._observe = observe
        self._prefix = prefix
        self._hidden = hidden
        self._names = Names(_NAME)
        self._usual = LOG.makeRecord(LOG.name, logging.INFO, __file__, 0, "", (), None)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI says."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status, answered = time.perf_counter(), 0, 0.0
        name = self._names.new()
        scope["state"] = {**scope.get("state", {}), "request_id": name, "principal": None, "hidden": self._hidden}

        async def named(message: Message) -> None:
            nonlocal status, answered
            if message["type"] == "http.response.start":
                status, answered = message["status"], time.perf_counter() - began
                message["headers"] = [*message.get("headers", ()), (b"x-request-id", name.encode())]
            await send(message)

        try:
            await self._app(scope, receive, named)
        except Exception as error:
            logging.getLogger("laneshift.server").exception("request %s failed", name)
            if status:
                raise
            bug = Bug("laneshift.bug", "a bug in laneshift", why=type(error).__name__, cure="the log says more")
            await respond(bug, scope)(scope, receive, named)
        finally:
            whole = time.perf_counter() - began
            if LOG.isEnabledFor(logging.INFO):
                LOG.handle(self._record(_line(scope, status, whole)))
            if not is_probe(scope):
                self._observe(measured(scope, status, answered if status else whole, self._prefix))

    def _record(self, line: str) -> logging.LogRecord:
        """What is logged. It is always the same process, thread and line of code, so nobody looks for them again."""
        now, record = time.time(), logging.LogRecord.__new__(logging.LogRecord)
        record.__dict__.update(self._usual.__dict__, msg=line, created=now, msecs=float(int(now % 1 * 1000)))
        return record


def _line(scope: Scope, status: int, seconds: float) -> str:
    """All that a client could have put a secret into is masked here: a formatter need not look through it again."""
    principal: Principal | None = scope["state"].get("principal")
    method = scope["method"]
    client = scope["client"][0] if scope.get("client") else ""
    by, via = (principal.id, principal.via) if principal is not None else ("", "")
    # Written by hand: to set up an encoder for each line takes longer than the line.
    return (
        f'{{"request": {quoted(scope["state"]["request_id"])}, '
        f'"method": {quoted(method if method in _METHODS else redact_text(method))}, '
        f'"path": {_path(scope["path"][:_LONGEST_PATH])}, "status": {status}, '
        f'"ms": {round(1000 * seconds, 1)}, "by": {quoted(by)}, "via": {quoted(via)}, "from": {quoted(client)}}}'
    )


@lru_cache(maxsize=_REMEMBERED)
def _path(path: str) -> str:
    """A path as the line has it. Most requests are for a few of them."""
    return quoted(redact_text(path))

"""The line of a request is JSON whatever its path and its principal are, and answers keep what a route says."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from starlette.types import Message, Receive, Scope, Send

from laneshift.server.auth.principal import Principal
from laneshift.server.limits.headers import SecurityHeaders
from laneshift.server.limits.request_log import LOG, RequestLog
from laneshift.server.logs import ACCESS, to_stderr

_HOSTILE = ("/plain", '/a"b\\c', "/line\nend\r\x00\x1b[31m", "/é/\u2028/\U0001f600", "/\ud800", "/" + "x" * 400)


@contextmanager
def _heard() -> Iterator[list[logging.LogRecord]]:
    heard = list[logging.LogRecord]()

    class Keeper(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            heard.append(record)

    keeper, before = Keeper(), LOG.level
    LOG.addHandler(keeper)
    LOG.setLevel(logging.INFO)
    try:
        yield heard
    finally:
        LOG.setLevel(before)
        LOG.removeHandler(keeper)


async def _silent() -> Message:
    return {"type": "http.disconnect"}


@pytest.mark.parametrize("path", _HOSTILE)
def test_a_line_is_the_json_that_an_encoder_writes(path: str) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        scope["state"]["principal"] = Principal("person", 'x"é\n', ("reader",), "key:1")
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def send(message: Message) -> None:
        assert message["status"] == 200

    scope = {"type": "http", "method": 'P"T', "path": path, "client": ("::1", 1), "headers": []}
    with _heard() as heard:
        asyncio.run(RequestLog(app, (), lambda samples: None, "/api")(scope, _silent, send))
    line = heard[0].getMessage()
    told = json.loads(line)
    assert json.dumps(told) == line
    assert told["path"] == path[:300]
    assert list(told) == ["request", "method", "path", "status", "ms", "by", "via", "from"]
    assert (told["method"], told["status"], told["via"], told["from"]) == ('P"T', 200, "key:1", "::1")


@pytest.mark.parametrize("at", [0.0, 1_763_800_000.0019, 1_763_800_000.9999])
def test_a_line_stands_in_the_log_as_every_other_does(at: float) -> None:
    record = logging.LogRecord(ACCESS, logging.INFO, "", 0, '{"path": "/100%"}', (), None)
    record.created, record.msecs = at, at % 1 * 1000
    usual = logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s")
    root = logging.getLogger()
    before, handler = root.level, to_stderr()
    try:
        assert handler.format(record) == usual.format(record)
        record.exc_info = (ValueError, ValueError("odd"), None)
        assert handler.format(record).endswith("ValueError: odd")
    finally:
        root.removeHandler(handler)
        root.setLevel(before)


@pytest.mark.parametrize(
    ("own", "kept"),
    [
        ([], b"no-store"),
        ([(b"content-type", b"text/plain")], b"no-store"),
        ([(b"Cache-Control", b"max-age=9")], b"max-age=9"),
        ([(b"X-FRAME-OPTIONS", b"ALLOW")], b"no-store"),
    ],
)
def test_a_route_says_how_long_it_is_kept_and_never_who_may_frame_it(
    own: list[tuple[bytes, bytes]], kept: bytes
) -> None:
    sent = list[Message]()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": own})

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(SecurityHeaders(app, secure=True)({"type": "http"}, _silent, send))
    found = [(name.lower(), value) for name, value in sent[0]["headers"]]
    assert [value for name, value in found if name == b"cache-control"] == [kept]
    assert [value for name, value in found if name == b"x-frame-options"] == [b"DENY"]
    assert len({name for name, _ in found}) == len(found)
    assert {b"content-security-policy", b"strict-transport-security", b"referrer-policy"} <= {name for name, _ in found}

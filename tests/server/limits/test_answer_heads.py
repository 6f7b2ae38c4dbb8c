"""A head that is checked with what is constant aside is refused, and reads, as one that h11 looks through whole."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import h11
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import Receive, Scope, Send
from uvicorn.config import Config
from uvicorn.server import ServerState

from laneshift.server.limits.answer_heads import Constant, Pair
from laneshift.server.limits.headers import every_header
from laneshift.server.limits.heads import bounded

CONSTANT = Constant(every_header())
ODD = [
    *((b"content-length", value) for value in (b"1", b"2", b"1, 1", b"x")),
    *((b"Transfer-Encoding", b"chunked"), (b"x", b"a\r\nb: c"), (b"x y", b"1"), (b"", b"1")),
    *((b"x-frame-options", b"DENY\r\n"), (b"X-Frame-Options", b"DENY"), (b"x-frame-options", b"ALLOW")),
]
PAIRS = st.sampled_from([*every_header(), *ODD]) | st.tuples(st.binary(max_size=6), st.binary(max_size=6))


@given(st.lists(PAIRS, max_size=20))
def test_what_is_no_header_is_refused_and_every_other_one_is_there(pairs: list[Pair]) -> None:
    try:
        whole = h11.Response(status_code=200, headers=list(pairs)).headers.raw_items()
    except h11.LocalProtocolError:
        with pytest.raises(h11.LocalProtocolError):
            CONSTANT.checked(pairs)
        return
    found = CONSTANT.checked(pairs).raw_items()
    assert sorted(found) == sorted(whole)
    assert [pair for pair in found if pair not in every_header()] == [
        pair for pair in whole if pair not in every_header()
    ]


class Wire(asyncio.Transport):
    """What a client gets."""

    def __init__(self) -> None:
        super().__init__()
        self.got = b""
        self.closed = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.got += data

    def is_closing(self) -> bool:
        return self.closed

    def close(self) -> None:
        self.closed = True

    abort = close

    def resume_reading(self) -> None:
        """Nothing was paused."""

    pause_reading = resume_reading


def told(requests: bytes, *answers: Sequence[Pair]) -> Wire:
    """What a client of one connection gets for `requests`, of which each is answered with such headers and no body."""
    wire, left = Wire(), iter(answers)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 204, "headers": next(left)})
        await send({"type": "http.response.body", "body": b""})

    async def story() -> None:
        config = Config(app, http=bounded(60.0), ws="none", lifespan="off", log_config=None)
        config.load()
        protocol = bounded(60.0)(config=config, server_state=ServerState(), app_state={})
        protocol.connection_made(wire)
        protocol.data_received(requests)
        while protocol.tasks:
            await asyncio.sleep(0)
        protocol.connection_lost(None)

    asyncio.run(story())
    return wire


def test_answers_of_a_connection_have_their_own_heads_in_order() -> None:
    ask = b"GET / HTTP/1.1\r\nhost: a\r\n\r\n"
    last = b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n"
    wire = told(ask + ask + last, [(b"x", b"1"), *every_header()], [(b"x", b"2")], [(b"x", b"3")])
    first, second, third, rest = wire.got.split(b"\r\n\r\n")
    assert rest == b""
    assert first.startswith(b"HTTP/1.1 204 No Content\r\nx: 1\r\n")
    assert {b"%b: %b" % pair for pair in every_header()} <= set(first.split(b"\r\n"))
    assert second == b"HTTP/1.1 204 No Content\r\nx: 2"
    assert third == b"HTTP/1.1 204 No Content\r\nx: 3\r\nConnection: close"
    assert wire.closed


def test_an_answer_that_would_write_headers_of_its_own_is_never_sent() -> None:
    wire = told(b"GET / HTTP/1.1\r\nhost: a\r\n\r\n", [(b"x", b"1\r\nset-cookie: a=b")])
    assert b"set-cookie" not in wire.got
    assert wire.closed

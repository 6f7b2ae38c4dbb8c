"""The heads of answers: headers that are the same on every answer are looked through once, and not each time."""

from __future__ import annotations

from collections.abc import Iterable

import h11
from h11._headers import Headers, normalize_and_validate
from starlette.types import Message, Send
from uvicorn.protocols.http.flow_control import CLOSE_HEADER
from uvicorn.protocols.http.h11_impl import STATUS_PHRASES, RequestResponseCycle

Pair = tuple[bytes, bytes]


class Constant:
    """Headers whose names and values this program wrote, none of which says where an answer ends."""

    def __init__(self, pairs: Iterable[Pair]) -> None:
        """Raises `h11.LocalProtocolError` for what is no header."""
        self._known = {(item[1], item[2]): item for item in normalize_and_validate(list(pairs))._full_items}

    def checked(self, pairs: Iterable[Pair]) -> Headers:
        """The headers as h11 takes them without another look; all but the constant ones had theirs.

        Raises `h11.LocalProtocolError` for what is no header.
        """
        known, others = [], []
        for name, value in pairs:
            item = self._known.get((name, value))
            if item is None:
                others.append((name, value))
            else:
                known.append(item)
        return Headers(normalize_and_validate(others)._full_items + known)


class AnswerHead:
    """ASGI's `send` of one request. The head it writes as `cycle` would; all else it leaves to it."""

    def __init__(self, cycle: RequestResponseCycle, send: Send, constant: Constant) -> None:
        self._cycle = cycle
        self._send = send
        self._constant = constant

    async def __call__(self, message: Message) -> None:
        """As ASGI says. Raises `h11.LocalProtocolError` for what is no header."""
        cycle = self._cycle
        if message["type"] != "http.response.start" or cycle.response_started or cycle.flow.write_paused:
            await self._send(message)
        elif not cycle.disconnected:
            cycle.response_started = True
            cycle.waiting_for_100_continue = False
            headers = [*cycle.default_headers, *message.get("headers", ())]
            if CLOSE_HEADER in cycle.scope["headers"] and CLOSE_HEADER not in headers:
                headers.append(CLOSE_HEADER)
            status = message["status"]
            head = h11.Response(
                status_code=status, headers=self._constant.checked(headers), reason=STATUS_PHRASES[status]
            )
            cycle.transport.write(cycle.conn.send(head) or b"")

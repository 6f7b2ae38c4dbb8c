"""One answer as it is kept: status, headers, body; and as text for a store."""

from __future__ import annotations

import base64
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.types import Message, Send

LARGEST = 2**20
"""Bytes of the largest body that is kept."""

NOT_KEPT = "answer_not_kept"
"""What a route sets true in the state of a request whose answer holds a secret: it is sent once and kept nowhere."""

_REPLAYED = (b"idempotency-replayed", b"true")


@dataclass(frozen=True, slots=True)
class Answer:
    """What was sent. `body` is None where it was larger than is kept, or is nobody's business later."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes | None

    async def send(self, send: Send) -> None:
        """Send it again, and tell that it is not the first time."""
        headers = [*self.headers, _REPLAYED]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body or b"", "more_body": False})

    def unsaid(self) -> Answer:
        """That there was an answer, and nothing of what it said."""
        return Answer(self.status, (), None)

    def text(self) -> str:
        """As a store keeps it."""
        headers = [[name.decode("latin-1"), value.decode("latin-1")] for name, value in self.headers]
        body = None if self.body is None else base64.b64encode(self.body).decode("ascii")
        return json.dumps({"status": self.status, "headers": headers, "body": body})


def read(text: str | bytes) -> Answer:
    """The answer that `Answer.text` told."""
    told = json.loads(text)
    headers = tuple((name.encode("latin-1"), value.encode("latin-1")) for name, value in told["headers"])
    body = None if told["body"] is None else base64.b64decode(told["body"])
    return Answer(told["status"], headers, body)


class Recorder:
    """Passes an answer on to the client, also to one that has left; its end only when `kept` has it.

    Who has the whole answer and asks again finds it: no server can die between the two.
    """

    def __init__(self, send: Send, kept: Callable[[Answer], Awaitable[None]]) -> None:
        self._send = send
        self._kept = kept
        self._start: Message | None = None
        self._parts: list[bytes] = []
        self._size = 0
        self._held: list[Message] = []

    async def __call__(self, message: Message) -> None:
        """As ASGI's `send`. Raises what `kept` does, before the client has the end."""
        if message["type"] != "http.response.body":
            self._start = dict(message)
            await self._send(message)
            return
        part, whole = message.get("body", b""), not message.get("more_body", False)
        self._note(part)
        if whole and self._start is not None:
            await self._kept(self._answer(self._start))
        # A length that was told makes an answer whole to a client before the empty message that ends it.
        while self._held and (whole or part):
            await self._send(self._held.pop(0))
        if whole:
            await self._send(message)
        else:
            self._held.append(message)

    def _note(self, part: bytes) -> None:
        self._size += len(part)
        if self._size <= LARGEST:
            self._parts.append(part)
        else:
            self._parts.clear()

    def _answer(self, start: Message) -> Answer:
        headers = tuple([(bytes(name), bytes(value)) for name, value in start.get("headers", ())])
        secret = b"set-cookie" in [name.lower() for name, _ in headers]
        whole = Answer(start["status"], headers, b"".join(self._parts))
        return whole.unsaid() if secret or self._size > LARGEST else whole

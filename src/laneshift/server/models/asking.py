"""One question to a model, from the leave for it to the last token that is counted.

A client that goes ends the work, also where nothing of the answer was sent yet.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Coroutine
from contextlib import aclosing, suppress
from typing import Any, TypeVar

import anyio
from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.types import Send

from laneshift.errors import LaneshiftError, Refused
from laneshift.server.answerers.allowance import Grant, Spent
from laneshift.server.answerers.errors import Later
from laneshift.server.answerers.pieces import count
from laneshift.server.answerers.port import Asked, ChatModel, Piece, Usage
from laneshift.server.auth.principal import Principal
from laneshift.server.guard import parts_of
from laneshift.server.limits.model_headers import HEADERS
from laneshift.server.parts import Parts

T = TypeVar("T")


class Turn:
    """A question that a model works on. Closed, the work ends, and what it took is counted: once."""

    def __init__(self, parts: Parts, grant: Grant, stream: AsyncGenerator[Piece | Usage, None]) -> None:
        self._parts, self.grant, self._stream = parts, grant, stream
        self._first: Piece | Usage | None = None
        self._said = 0
        self._open = True
        self.usage: Usage | None = None

    async def begin(self) -> None:
        """Wait for the first piece, so that what fails before it is told by a status."""
        self._first = await anext(self._stream, None)

    async def pieces(self) -> AsyncIterator[Piece | Usage]:
        """Every piece as it comes, and `Usage` last: what the model says, or what was counted here."""
        found = self._first
        while found is not None:
            if isinstance(found, Usage):
                self.usage = found
            else:
                self._said += count(found.text) + sum(count(call.arguments) for call in found.calls)
                yield found
            found = await anext(self._stream, None)
        self.usage = self.usage or Usage(self.grant.asked, self._said)
        yield self.usage

    async def close(self, *, failed: bool = False) -> None:
        """End it. A cancelled question is counted with what was told of its answer."""
        if not self._open:
            return
        self._open = False
        with anyio.CancelScope(shield=True):
            await self._stream.aclose()
            usage = self.usage or (Usage(0, 0) if failed and not self._said else Usage(self.grant.asked, self._said))
            await self.grant.used(usage.total)
            ledger = self._parts.ledger
            await run_sync(lambda: ledger.add(self.grant.by, self.grant.model, usage, failed=failed))


async def leave(request: Request, principal: Principal, model: str, tokens: int) -> Grant:
    """Leave to ask a model. Every answer from here on, refusals too, tells how things stand.

    Raises `Refused`: `quota.exceeded`, `quota.tokens`, `quota.unknown`.
    """
    try:
        grant = await parts_of(request).allowance.admit(principal.id, model, tokens)
    except Spent as spent:
        request.scope["state"][HEADERS] = spent.headers
        raise spent.error from None
    request.scope["state"][HEADERS] = grant.headers
    return grant


async def opened(request: Request, principal: Principal, model: ChatModel, asked: Asked) -> Turn:
    """The question, on which nothing works yet. Raises what `leave` does."""
    grant = await leave(request, principal, model.name, model.tokens(asked))
    return Turn(parts_of(request), grant, model.answer(asked))


async def begun(request: Request, principal: Principal, model: ChatModel, asked: Asked) -> Turn:
    """The question, with the first piece of its answer there. Raises what the model does."""
    turn = await opened(request, principal, model, asked)
    try:
        await unless_gone(request, turn.begin())
    except BaseException as error:
        await turn.close(failed=isinstance(error, LaneshiftError))
        later = {"Retry-After": str(error.seconds)} if isinstance(error, Later) else {}
        request.scope["state"][HEADERS] = {**turn.grant.headers, **later}
        raise
    return turn


async def whole(request: Request, turn: Turn) -> tuple[list[Piece], Usage]:
    """All pieces of an answer that is not streamed, and what it took."""

    async def gather() -> list[Piece | Usage]:
        return [piece async for piece in turn.pieces()]

    failed = True
    try:
        found = await unless_gone(request, gather())
        failed = False
    finally:
        await turn.close(failed=failed)
        request.scope["state"][HEADERS] = turn.grant.headers
    return [each for each in found if isinstance(each, Piece)], next(each for each in found if isinstance(each, Usage))


async def unless_gone(request: Request, work: Coroutine[Any, Any, T]) -> T:
    """What `work` gives. It is cancelled when the client goes. Raises `Refused` (`http.gone`) then."""
    working = asyncio.ensure_future(work)
    watching = asyncio.ensure_future(_gone(request))
    try:
        await asyncio.wait((working, watching), return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            raise Refused("http.gone", "the client went before it had an answer")
        return working.result()
    finally:
        for task in (working, watching):
            task.cancel()
            with suppress(asyncio.CancelledError, LaneshiftError):
                await task


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        continue


class EventStream(StreamingResponse):
    """Server-sent events. However it ends, `turn` is closed."""

    media_type = "text/event-stream"

    def __init__(self, events: AsyncGenerator[str, None], turn: Turn) -> None:
        super().__init__(_bytes(events), headers={**turn.grant.headers, "X-Accel-Buffering": "no"})
        self._events, self._turn = events, turn

    async def stream_response(self, send: Send) -> None:
        """As the base class does."""
        try:
            async with aclosing(self._events):
                await super().stream_response(send)
        finally:
            await self._turn.close()


async def _bytes(events: AsyncIterator[str]) -> AsyncIterator[bytes]:
    async for text in events:
        yield text.encode("utf-8", "backslashreplace")

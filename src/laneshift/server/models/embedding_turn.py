"""Texts that a request has embedded on its way: the model's quota is asked first, and what it took is counted."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

from anyio.to_thread import run_sync
from starlette.requests import Request

from laneshift.matriz.embedding.port import Embedder
from laneshift.server.answerers.port import Usage
from laneshift.server.auth.principal import Principal
from laneshift.server.guard import parts_of
from laneshift.server.models.asking import leave


@asynccontextmanager
async def embedded_turn(
    request: Request, principal: Principal, texts: Sequence[str], embedder: Embedder
) -> AsyncIterator[Mapping[str, str]]:
    """Within it `texts` may be embedded; gives the headers that tell of the quota. No texts take nothing.

    Raises `Refused`: `quota.exceeded`, `quota.tokens`, `quota.unknown`.
    """
    if not texts:
        yield {}
        return
    tokens = sum(await run_sync(embedder.tokens, texts))
    grant = await leave(request, principal, embedder.model, tokens)
    usage, failed = Usage(0, 0), True
    try:
        yield grant.headers
        usage, failed = Usage(tokens, 0), False
    finally:
        await grant.used(usage.total)
        ledger = parts_of(request).ledger
        await run_sync(lambda: ledger.add(principal.id, embedder.model, usage, failed=failed))

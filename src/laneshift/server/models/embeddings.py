"""`/v1/embeddings`."""

from __future__ import annotations

import base64
import struct
from collections.abc import Sequence
from typing import Annotated, Any, Literal

from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from laneshift.errors import LaneshiftError
from laneshift.server.answerers.errors import Later, unsupported
from laneshift.server.answerers.port import Embedded, Usage
from laneshift.server.auth.principal import Principal
from laneshift.server.guard import Guard, parts_of
from laneshift.server.limits.model_headers import HEADERS
from laneshift.server.models.asking import leave, unless_gone
from laneshift.server.models.chat_request import GIVEN

router = APIRouter(tags=["models"])
_MOST_TEXTS, _LONGEST = 2048, 1 << 20
_Text = Annotated[str, Field(min_length=1, max_length=_LONGEST)]
_Texts = Annotated[list[_Text], Field(min_length=1, max_length=_MOST_TEXTS)]
_Tokens = Annotated[list[int], Field(min_length=1)]
_TokenLists = Annotated[list[_Tokens], Field(min_length=1)]


class EmbeddingRequest(BaseModel):
    """Texts to embed, at most 2,048. Arrays of tokens are refused: they are of a vocabulary that no model here has."""

    model_config = GIVEN
    model: str = Field(min_length=1, max_length=200)
    input: _Text | _Texts | _Tokens | _TokenLists
    encoding_format: Literal["float", "base64"] | None = None
    dimensions: Annotated[int, Field(ge=1, le=100_000)] | None = None


class EmbeddingTold(BaseModel):
    """One vector, as numbers or as base64 of little-endian float32."""

    object: Literal["embedding"] = "embedding"
    index: int
    embedding: list[float] | str


class EmbeddingUsage(BaseModel):
    """What it took, in tokens."""

    prompt_tokens: int
    total_tokens: int


class EmbeddingsTold(BaseModel):
    """A vector for each text. Of those at the places `truncated` only the beginning was read."""

    object: Literal["list"] = "list"
    data: list[EmbeddingTold]
    model: str
    usage: EmbeddingUsage
    truncated: list[int] = []


@router.post("/embeddings", response_model=EmbeddingsTold, summary="Turn texts into vectors")
async def embeddings(
    request: Request, principal: Annotated[Principal, Depends(Guard("models.embed"))], given: EmbeddingRequest
) -> Response:
    """A vector of length 1 for each text, in their order."""
    parts = parts_of(request)
    model = parts.models.embedder(given.model)
    texts = _texts(given)
    grant = await leave(request, principal, model.name, model.tokens(texts))
    usage, failed = Usage(0, 0), True
    try:
        found = await unless_gone(request, model.embed(texts, given.dimensions, principal.id))
        usage, failed = Usage(found.tokens, 0), False
    except LaneshiftError as error:
        later = {"Retry-After": str(error.seconds)} if isinstance(error, Later) else {}
        request.scope["state"][HEADERS] = {**grant.headers, **later}
        raise
    finally:
        await grant.used(usage.total)
        await run_sync(lambda: parts.ledger.add(principal.id, model.name, usage, failed=failed))
    told = _told(found, given.encoding_format == "base64", model.name)
    return JSONResponse(told, headers=grant.headers)


def _texts(given: EmbeddingRequest) -> list[str]:
    """The texts. Raises `Refused` (`model.unsupported`) for tokens."""
    if isinstance(given.input, str):
        return [given.input]
    texts = [each for each in given.input if isinstance(each, str)]
    if len(texts) != len(given.input):
        raise unsupported("input", "arrays of tokens are not read here", "send texts")
    return texts


def _told(found: Embedded, packed: bool, model: str) -> dict[str, Any]:
    vectors = [_packed(each) if packed else list(each) for each in found.vectors]
    return {
        "object": "list",
        "data": [{"object": "embedding", "index": place, "embedding": each} for place, each in enumerate(vectors)],
        "model": model,
        "usage": {"prompt_tokens": found.tokens, "total_tokens": found.tokens},
        "truncated": list(found.cut),
    }


def _packed(vector: Sequence[float]) -> str:
    return base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode("ascii")

"""Access keys: who has one, a new one, and the end of one."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from laneshift.server.answers import answer
from laneshift.server.auth.keys import Wanted, told
from laneshift.server.auth.principal import Principal
from laneshift.server.guard import Guard, parts_of
from laneshift.server.limits.kept_answer import NOT_KEPT
from laneshift.server.listing import UNCHANGED

router = APIRouter(tags=["access"])
_Word = Annotated[str, Field(min_length=1, max_length=40)]


class KeyTold(BaseModel):
    """An access key without its secret. Times are unix seconds."""

    id: str
    kind: Literal["person", "agent"]
    name: str
    roles: list[str]
    scopes: list[str]
    owner: str
    standing: Literal["live", "expired", "revoked"]
    made: int
    made_by: str
    expires: int | None
    revoked: int | None
    revoked_by: str
    note: str


class Keys(BaseModel):
    """Every key that there ever was, oldest first."""

    items: list[KeyTold]


class KeyAsked(BaseModel):
    """A key for a person, or for an agent and the person who answers for it. `days` 0 is until it is revoked."""

    model_config = ConfigDict(extra="forbid", strict=True)
    kind: Literal["person", "agent"]
    name: str = Field(min_length=1, max_length=254)
    roles: list[_Word] = Field(min_length=1, max_length=20)
    scopes: list[_Word] = Field(default=[], max_length=100)
    owner: str = Field(default="", max_length=254)
    days: int = Field(default=90, ge=0, le=3660)
    note: str = Field(default="", max_length=200)


class KeyMade(BaseModel):
    """The key, and its text: this once, and never again."""

    key: KeyTold
    text: str


@router.get("/keys", response_model=Keys, responses=UNCHANGED, summary="Access keys")
def keys(request: Request, _: Annotated[Principal, Depends(Guard("key.read"))]) -> Response:
    """Who has a key, what for, and until when."""
    parts = parts_of(request)
    return answer(request, {"items": [told(key, parts.shop.clock()) for key in parts.keys.store.all()]})


@router.post("/keys", response_model=KeyMade, status_code=201, summary="Make an access key")
def make(request: Request, principal: Annotated[Principal, Depends(Guard("key.create"))], asked: KeyAsked) -> Response:
    """A new key. Its text is in this answer alone: only a hash of it is kept."""
    parts = parts_of(request)
    wanted = Wanted(
        asked.kind, asked.name, tuple(asked.roles), tuple(asked.scopes), asked.owner, asked.days, asked.note
    )
    key, text = parts.keys.create(wanted, principal.id)
    headers = {"Location": f"/api/v1/keys/{key.id}"}
    request.scope["state"][NOT_KEPT] = True
    return JSONResponse({"key": told(key, parts.shop.clock()), "text": text}, 201, headers)


@router.delete("/keys/{key}", response_model=KeyTold, summary="Revoke an access key")
def revoke(request: Request, principal: Annotated[Principal, Depends(Guard("key.revoke"))], key: str) -> Response:
    """Have it count no more, from the next request on; a request that is under way ends."""
    parts = parts_of(request)
    return JSONResponse(told(parts.keys.revoke(key, principal.id), parts.shop.clock()))

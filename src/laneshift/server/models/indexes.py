"""`/v1/indexes`: vectors with metadata under names, and what is near to one."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from laneshift.matriz.memory.indexes import Indexes
from laneshift.matriz.memory.model import About, Metric
from laneshift.server.answers import answer
from laneshift.server.auth.principal import Principal
from laneshift.server.guard import Guard, parts_of
from laneshift.server.listing import UNCHANGED
from laneshift.server.models.embedding_turn import embedded_turn
from laneshift.server.models.index_forms import (
    DeletedTold,
    FoundTold,
    IndexAsked,
    IndexesTold,
    IndexTold,
    SearchAsked,
    UpsertAsked,
    UpsertedTold,
    VectorTold,
    given_of,
    numbers,
)

router = APIRouter(tags=["indexes"])
_LARGEST_PAGE, _USUAL_PAGE = 100, 20
_Reader = Annotated[Principal, Depends(Guard("index.read"))]
_Writer = Annotated[Principal, Depends(Guard("index.write"))]


@router.post("/indexes", response_model=IndexTold, status_code=201, summary="Create an index")
def create(request: Request, principal: _Writer, asked: IndexAsked) -> Response:
    """It belongs to whoever creates it. Where `shared`, others may read it; nobody else ever writes to it."""
    made = _indexes(request).create(asked.name, asked.metric, asked.dimension, by=principal.id, shared=asked.shared)
    return JSONResponse(_told(made), 201, {"Location": f"/v1/indexes/{made.name}"})


@router.get("/indexes", response_model=IndexesTold, responses=UNCHANGED, summary="Indexes")
def listed(
    request: Request,
    principal: _Reader,
    limit: Annotated[int, Query(ge=1, le=_LARGEST_PAGE)] = _USUAL_PAGE,
    after: Annotated[str, Query(max_length=100, description="The name of the last index of the page before.")] = "",
) -> Response:
    """Those that you may read, by name."""
    found = _indexes(request).list(by=principal.id, after=after, most=limit + 1)
    page = [_told(about) for about in found[:limit]]
    ends = {"first_id": page[0]["name"] if page else None, "last_id": page[-1]["name"] if page else None}
    return answer(request, {"object": "list", "data": page, **ends, "has_more": len(found) > limit})


@router.get("/indexes/{index}", response_model=IndexTold, responses=UNCHANGED, summary="One index")
def one(request: Request, principal: _Reader, index: str) -> Response:
    """What it is, and how many vectors are in it."""
    return answer(request, _told(_indexes(request).get(index, by=principal.id)))


@router.delete("/indexes/{index}", response_model=DeletedTold, summary="Delete an index")
def delete(request: Request, principal: _Writer, index: str) -> Response:
    """Forget it, and all that is in it."""
    _indexes(request).delete(index, by=principal.id)
    return _deleted(index, "index.deleted")


@router.post("/indexes/{index}/vectors", response_model=UpsertedTold, summary="Put vectors into an index")
async def upsert(request: Request, principal: _Writer, index: str, asked: UpsertAsked) -> Response:
    """1 to 1,000, each in the place of the one with its id: all of them, or none and everything that is wrong."""
    indexes, given = _indexes(request), given_of(asked)
    texts = [each.text for each in given if each.text]
    async with embedded_turn(request, principal, texts, indexes.embedder) as headers:
        done = await run_sync(lambda: indexes.upsert(index, given, by=principal.id))
    counted = {"inserted": done.inserted, "updated": done.updated, "truncated": list(done.cut_short)}
    return JSONResponse({"object": "index.upserted", **counted}, headers=headers)


@router.post("/indexes/{index}/search", response_model=FoundTold, summary="What is near")
async def search(request: Request, principal: _Reader, index: str, asked: SearchAsked) -> Response:
    """The nearest to a vector or a text, of those that the filter lets through. `exact` says whether all were seen."""
    indexes = _indexes(request)

    def near() -> Any:
        return indexes.search(
            index,
            vector=numbers(asked.vector, "vector"),
            text=asked.text,
            k=asked.k,
            filter=asked.filter,
            approximate=asked.approximate,
            by=principal.id,
        )

    texts = [asked.text] if asked.text else []
    async with embedded_turn(request, principal, texts, indexes.embedder) as headers:
        found = await run_sync(near)
    hits = [{"id": hit.id, "score": hit.score, "metadata": dict(hit.metadata)} for hit in found.hits]
    told = {"object": "list", "data": hits, "exact": found.exact, "truncated": found.cut_short}
    return JSONResponse(told, headers=headers)


@router.get("/indexes/{index}/vectors/{vector:path}", response_model=VectorTold, responses=UNCHANGED, summary="Vector")
def vector(request: Request, principal: _Reader, index: str, vector: str) -> Response:
    """One vector by its id, which may have slashes in it, as it is kept: with 32 bits."""
    found = _indexes(request).vector(index, vector, by=principal.id)
    told = {"id": found.id, "object": "index.vector", "values": list(found.values), "metadata": dict(found.metadata)}
    return answer(request, told)


@router.delete("/indexes/{index}/vectors/{vector:path}", response_model=DeletedTold, summary="Delete a vector")
def delete_vector(request: Request, principal: _Writer, index: str, vector: str) -> Response:
    """Forget one vector."""
    _indexes(request).delete_vector(index, vector, by=principal.id)
    return _deleted(vector, "index.vector.deleted")


def _indexes(request: Request) -> Indexes:
    return parts_of(request).indexes


def _deleted(name: str, kind: Literal["index.deleted", "index.vector.deleted"]) -> Response:
    return JSONResponse({"id": name, "object": kind, "deleted": True})


def _told(about: About) -> dict[str, Any]:
    return {
        "object": "index",
        "name": about.name,
        "metric": Metric(about.metric).value,
        "dimension": about.dimension,
        "owner": about.owner,
        "shared": about.shared,
        "model": about.model or None,
        "count": about.count,
        "version": about.version,
        "created_at": about.made,
    }

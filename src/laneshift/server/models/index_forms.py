"""What `/v1/indexes` is asked, and what it tells."""

from __future__ import annotations

import base64
import binascii
import math
from collections.abc import Sequence
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from laneshift.errors import Fault
from laneshift.matriz.memory import checking
from laneshift.matriz.memory.model import Given

_Id = Annotated[str, Field(max_length=2_000)]
_Values = list[int | float] | Annotated[str, Field(max_length=100_000, description="base64 of little-endian float32")]
_Text = Annotated[str, Field(max_length=1 << 20)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class IndexAsked(_Body):
    """An index. The name is of small letters, digits, `.`, `_` and `-`; texts go in where a model has the dimension."""

    name: Annotated[str, Field(max_length=1_000)]
    metric: Annotated[str, Field(max_length=100, description="cosine, dot or l2")] = "cosine"
    dimension: int
    shared: bool = False


class VectorAsked(_Body):
    """A vector as `values`, or the `text` whose vector it is. Metadata is flat: texts, numbers and truths."""

    id: _Id
    values: _Values | None = None
    text: _Text | None = None
    metadata: dict[str, Any] = {}


class UpsertAsked(_Body):
    """1 to 1,000 vectors."""

    vectors: list[VectorAsked]


class SearchAsked(_Body):
    """Either `vector` or `text`. A filter: `{"lane": "core", "size": {"gte": 3}, "kind": {"in": ["a"]}}`."""

    vector: _Values | None = None
    text: _Text | None = None
    k: int = 10
    filter: dict[str, Any] | None = None
    approximate: bool = False


class IndexTold(BaseModel):
    """An index. `model` embeds texts for it, null where only vectors go in; `version` counts its changes."""

    object: Literal["index"] = "index"
    name: str
    metric: Literal["cosine", "dot", "l2"]
    dimension: int
    owner: str
    shared: bool
    model: str | None
    count: int
    version: int
    created_at: int


class IndexesTold(BaseModel):
    """One page, by name."""

    object: Literal["list"] = "list"
    data: list[IndexTold]
    first_id: str | None
    last_id: str | None
    has_more: bool


class UpsertedTold(BaseModel):
    """How many ids are new, and how many were there. Of the texts of `truncated` only the beginning was read."""

    object: Literal["index.upserted"] = "index.upserted"
    inserted: int
    updated: int
    truncated: list[str]


class HitTold(BaseModel):
    """Something near. `score`: the cosine or the product, larger is nearer, or the distance, smaller is nearer."""

    id: str
    score: float
    metadata: dict[str, Any]


class FoundTold(BaseModel):
    """The nearest first. `exact` is false where something nearer may have been missed."""

    object: Literal["list"] = "list"
    data: list[HitTold]
    exact: bool
    truncated: bool


class VectorTold(BaseModel):
    """A vector as it is kept."""

    id: str
    object: Literal["index.vector"] = "index.vector"
    values: list[float]
    metadata: dict[str, Any]


class DeletedTold(BaseModel):
    """What is gone."""

    id: str
    object: Literal["index.deleted", "index.vector.deleted"]
    deleted: Literal[True] = True


def given_of(asked: UpsertAsked) -> list[Given]:
    """What is to be put in. Raises `Refused` (`index.bad-vectors`) with all vectors that cannot be read."""
    faults: list[Fault] = []
    found = [
        Given(each.id, _read(each.values, f"vectors.{at}.values", faults), each.text, each.metadata)
        for at, each in enumerate(asked.vectors)
    ]
    checking.refuse("index.bad-vectors", faults)
    return found


def numbers(values: list[int | float] | str | None, where: str) -> Sequence[float] | None:
    """The numbers of a vector, None for none. Raises as above."""
    faults: list[Fault] = []
    found = _read(values, where, faults)
    checking.refuse("index.bad-vectors", faults)
    return found


def _read(values: list[int | float] | str | None, where: str, faults: list[Fault]) -> Sequence[float] | None:
    if not isinstance(values, str):
        return values
    try:
        content = base64.b64decode(values, validate=True)
        return [float(each) for each in np.frombuffer(content, dtype="<f4")]
    except (binascii.Error, ValueError):
        faults.append(Fault("index.bad-vector", where, "this text is no base64 of float32 numbers"))
        return [math.nan]

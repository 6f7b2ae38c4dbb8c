"""What an index is, what is put into it, and what is found in it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from laneshift.errors import Refused

Scalar = str | int | float | bool
Metadata = Mapping[str, Scalar]

OWN = "matriz"
"""Who owns the indexes that MATRIZ itself keeps; their names begin with this and a point."""
MOST_DIMENSION = 4_096
MOST_AT_ONCE = 1_000
MOST_FOUND = 1_000
MOST_VECTORS = 1_000_000
MOST_INDEXES = 100
"""Of one owner."""


class Metric(StrEnum):
    """How near two vectors are: their angle, their product, or the distance between their ends."""

    COSINE = "cosine"
    DOT = "dot"
    L2 = "l2"


@dataclass(frozen=True, slots=True)
class About:
    """An index. `model` embeds texts for it, "" where only vectors go in; `version` counts its changes.

    `shared` says whether others may read it. `made` is in unix seconds. `serial` is never used twice, `slots` are the
    places that were ever taken.
    """

    name: str
    metric: Metric
    dimension: int
    owner: str
    shared: bool
    model: str
    made: int
    serial: str
    version: int = 0
    count: int = 0
    slots: int = 0


@dataclass(frozen=True, slots=True)
class Given:
    """What is put in under `id`: the vector `values`, or, where there are none, that of `text`."""

    id: str
    values: Sequence[float] | None = None
    text: str | None = None
    metadata: Metadata = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Stored:
    """A vector as it is kept, rounded to 32 bits."""

    id: str
    values: tuple[float, ...]
    metadata: Metadata


@dataclass(frozen=True, slots=True)
class Upserted:
    """How many ids are new, how many were there before, and of which texts only the beginning was read."""

    inserted: int
    updated: int
    cut_short: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """Something near. `score` is the cosine or the product, larger is nearer, or the distance, smaller is nearer."""

    id: str
    score: float
    metadata: Metadata


@dataclass(frozen=True, slots=True)
class Found:
    """The nearest first; what is equally near, by id. `exact` says whether nothing nearer can have been missed.

    `cut_short` says whether only the beginning of the text was read that was looked for.
    """

    hits: tuple[Hit, ...]
    exact: bool
    version: int
    cut_short: bool = False


def unknown(name: str) -> Refused:
    """There is no such index."""
    return Refused("index.unknown", f"there is no index {name!r}", where="name", cure="create it first")


def denied(name: str, may: str) -> Refused:
    """It belongs to somebody else."""
    cure = "ask its owner, or create one with another name"
    return Refused(
        "index.denied", f"the index {name!r} belongs to somebody else, who does not let you {may} it", cure=cure
    )

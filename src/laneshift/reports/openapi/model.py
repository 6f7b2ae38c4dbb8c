"""What a comparison of two OpenAPI documents finds. Pure data.

A request may only widen: what was accepted still is. A response may only narrow: what clients were told holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Verdict(StrEnum):
    """Whether a client that worked with the old document works with the new one."""

    BREAKING = "breaking"
    UNSURE = "unsure"
    SAFE = "safe"


class Kind(StrEnum):
    """What happened to the thing."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


class Side(StrEnum):
    """Who sends the value: the client (`REQUEST`) or the server (`RESPONSE`)."""

    REQUEST = "request"
    RESPONSE = "response"

    @property
    def other(self) -> Side:
        """The side of whoever answers."""
        return Side.RESPONSE if self is Side.REQUEST else Side.REQUEST


class Relation(StrEnum):
    """What the new one allows, beside what the old one allowed."""

    NARROWER = "narrower"
    WIDER = "wider"
    OTHER = "other"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Finding:
    """One change. `where` is a place that a person finds in the documents, `code` a name that never changes.

    `used_by` are the operations that it reaches, where it is in a part that several share.
    """

    verdict: Verdict
    kind: Kind
    code: str
    where: str
    text: str
    used_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pair:
    """Two schemas that have to be compared where they are shared: what stands in the documents, and for which side."""

    old: object
    new: object
    side: Side
    where: str


Found = Finding | Pair


@dataclass(frozen=True, slots=True)
class Document:
    """A document that was read. `name` is what the caller calls it, `dialect` the version as (3, 0) or (3, 1).

    `size` is that of its file, in bytes.
    """

    name: str
    data: Mapping[str, Any]
    dialect: tuple[int, int]
    size: int = 0

    @property
    def version(self) -> str:
        """`info.version`, empty when there is none."""
        info = self.data.get("info")
        return str(info.get("version", "")) if isinstance(info, dict) else ""

    @property
    def title(self) -> str:
        """`info.title`."""
        info = self.data.get("info")
        return str(info.get("title", "")) if isinstance(info, dict) else ""


def judged(relation: Relation, side: Side) -> Verdict:
    """The variance rule."""
    if relation is Relation.UNKNOWN:
        return Verdict.UNSURE
    safe = Relation.WIDER if side is Side.REQUEST else Relation.NARROWER
    return Verdict.SAFE if relation is safe else Verdict.BREAKING


def change(relation: Relation, side: Side, code: str, where: str, text: str, kind: Kind = Kind.CHANGED) -> Finding:
    """A finding by the variance rule; its code tells the side."""
    return Finding(judged(relation, side), kind, f"{side}.{code}", where, text)

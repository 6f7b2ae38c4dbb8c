"""A dream as it is told: no times and no places in it, so that the same wish on the same tree has the same bytes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from laneshift.evidence.canonical import canonical, digest

TYPE = "laneshift/dream/v1"
NOT_KNOWN = (
    "No code of the project ran: what its tests and the gates that run code would say is not foreseen.",
    "Waivers are not looked at, since they depend on the day; a gate that one waives is foreseen to stop its item.",
    "Tests are those that imports and names select; what traced runs would add to them is not known.",
)
"""What no dream tells."""


class End(StrEnum):
    """How a dream ended. Only one that is `complete` is the same each time."""

    COMPLETE = "complete"
    CANCELLED = "cancelled"
    OUT_OF_TIME = "out-of-time"


@dataclass(frozen=True)
class Node:
    """One thought of a path. `id` is unique in the dream; `inputs` is the digest of what it thought about."""

    id: str
    kind: str
    parents: tuple[str, ...]
    inputs: str
    outputs: Mapping[str, Any]
    reasons: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "id": self.id,
            "kind": self.kind,
            "parents": list(self.parents),
            "inputs": self.inputs,
            "outputs": dict(self.outputs),
            "reasons": list(self.reasons),
        }


@dataclass(frozen=True)
class Path:
    """One way that was followed. `outcome` is that of its best round; `edits` tell each item's files there."""

    id: str
    strategy: str
    order: tuple[str, ...]
    left_out: tuple[tuple[str, str], ...]
    rounds: int
    value: tuple[int, ...]
    outcome: Mapping[str, Any]
    edits: tuple[Mapping[str, Any], ...]
    trace: tuple[Node, ...]

    def as_json(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "id": self.id,
            "strategy": self.strategy,
            "order": list(self.order),
            "left_out": [list(pair) for pair in self.left_out],
            "rounds": self.rounds,
            "outcome": dict(self.outcome),
            "items": [dict(each) for each in self.edits],
            "trace": [node.as_json() for node in self.trace],
        }


@dataclass(frozen=True)
class Dream:
    """Everything that was dreamt. `wish` is what was asked, `items` what each item is alone."""

    end: End
    wish: Mapping[str, Any]
    items: tuple[Mapping[str, Any], ...]
    paths: tuple[Path, ...]

    @property
    def best(self) -> Path | None:
        """The path that is worth most: of equals the first."""
        return min(self.paths, key=lambda path: path.value, default=None)

    @property
    def id(self) -> str:
        """The same for the same wish on the same tree."""
        return f"dream-{digest(dict(self.wish)).removeprefix('sha256:')[:16]}"

    def as_json(self) -> dict[str, Any]:
        """Plain data."""
        told = {
            "type": TYPE,
            "dream": self.id,
            "end": self.end.value,
            "wish": dict(self.wish),
            "items": [dict(each) for each in self.items],
            "paths": [path.as_json() for path in self.paths],
            "best": self.best.id if self.best is not None else None,
            "not_known": list(NOT_KNOWN),
        }
        written: dict[str, Any] = _unicode(told)
        return written

    def as_bytes(self) -> bytes:
        """The canonical bytes."""
        return canonical(self.as_json())


def _unicode(value: Any) -> Any:
    """The value with the bytes of paths that are no Unicode written as escapes, which JSON can hold."""
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, Mapping):
        return {_unicode(name): _unicode(each) for name, each in value.items()}
    return [_unicode(each) for each in value] if isinstance(value, list | tuple) else value

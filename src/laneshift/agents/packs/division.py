"""The work of a plan as it was cut: every pack, and the proof that no two of them meet. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from laneshift.agents.packs.pack import Pack
from laneshift.agents.packs.parting import spread_of
from laneshift.errors import CheckFailed
from laneshift.evidence.canonical import digest, digest_of

STATEMENT = (
    "No path is in the write sets of two packs, unless one of the two comes after the other. "
    "Each pack begins at its base with the results of the packs that it comes after, and all of them "
    "together make the tree that is named here."
)


@dataclass(frozen=True, slots=True)
class Division:
    """All packs of a plan. `tree` is what they make together of `base`; `left_out` says why items are in none.

    `loads` is the work of each agent, `notes` what a person should know about the shares.
    """

    plan: str
    base: str
    tree: str
    packs: tuple[Pack, ...]
    loads: Mapping[str, int]
    left_out: Mapping[str, str]
    notes: tuple[str, ...]

    @property
    def spread(self) -> int:
        """Per cent by which the agent with the least has less than the one with the most."""
        return spread_of(self.loads)

    def as_json(self) -> dict[str, Any]:
        """Plain data, with the proof: a digest of each pack's write set, and what is claimed about them."""
        proof = [
            {"pack": each.id, "writes": writes_digest(each.writes), "after": list(each.after)} for each in self.packs
        ]
        return {
            "schema_version": "1.0",
            "plan": self.plan,
            "base": self.base,
            "tree": self.tree,
            "packs": [asdict(each) for each in self.packs],
            "loads": dict(self.loads),
            "spread_percent": self.spread,
            "left_out": dict(self.left_out),
            "notes": list(self.notes),
            "proof": {"statement": STATEMENT, "write_sets": proof, "digest": digest(proof)},
        }

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Division:
        """What `as_json` wrote. Raises `CheckFailed` (`packs.damaged`) for anything else."""
        named = {name: plain.get(name) for name in ("plan", "base", "tree", "packs", "loads", "left_out", "notes")}
        try:
            found = _reader().validate_json(json.dumps(named), strict=True)
        except ValidationError as error:
            raise CheckFailed("packs.damaged", "these are no packs", why=str(error)[:400]) from error
        # As stored: tuples and lists are the same there.
        if digest(found.as_json()) != digest(dict(plain)):
            raise CheckFailed("packs.damaged", "these packs were changed, or made by another version")
        return found


def writes_digest(paths: Iterable[str]) -> str:
    """Identifies a set of paths: over their bytes in order, each ended by a NUL."""
    raw = sorted(path.encode("utf-8", "surrogateescape") for path in paths)
    return digest_of(b"".join(path + b"\0" for path in raw))


def meetings(packs: Sequence[Pack]) -> Iterator[tuple[str, str, str]]:
    """Two packs that may be at work at one time, and the first path that both write; none where all is well."""
    for at, one in enumerate(packs):
        for other in packs[at + 1 :]:
            both = one.writes & other.writes
            if both and one.id not in other.after and other.id not in one.after:
                yield one.id, other.id, min(both)


@cache
def _reader() -> TypeAdapter[Division]:
    """Made once: that takes longer than reading packs."""
    return TypeAdapter(Division)

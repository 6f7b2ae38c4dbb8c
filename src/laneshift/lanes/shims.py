"""Modules that only pass on what another lane offers: with them a rule is kept to the letter and evaded in fact."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from laneshift.code.facts import Facts, decode, decode_links
from laneshift.code.index import Index
from laneshift.code.shim_date import EXPIRY_NAME, expires
from laneshift.lanes.crossings import Ground
from laneshift.lanes.passing import may_pass_on


@dataclass(frozen=True, slots=True, order=True)
class Shim:
    """A module of one lane that re-exports another lane. `expiry` is set on those that `laneshift move` left."""

    path: str
    lane: str
    to_lanes: tuple[str, ...]
    expiry: dt.date | None = None

    def has_expired(self, today: dt.date) -> bool:
        """Whether it should be gone by now."""
        return self.expiry is not None and self.expiry <= today


def shims(ground: Ground, index: Index) -> tuple[Shim, ...]:
    """Every shim of the tree, sorted by path. One outside all lanes counts when a file of a lane imports it."""
    return tuple(sorted(_shims(ground, index)))


def others_of(ground: Ground, path: str) -> set[str | None]:
    """The other lanes that a file imports."""
    return {ground.lane(arrow.target) for arrow in ground.atlas.out.get(path, ())} - {None, ground.lane(path)}


def _shims(ground: Ground, index: Index) -> Iterator[Shim]:
    atlas = ground.atlas
    for path in atlas.passing - atlas.linked.files.keys():
        lane = ground.lane(path) or ""
        others = others_of(ground, path)
        if not others or path in atlas.scanned:
            continue
        if not lane and not any(ground.lane(importer) for importer in atlas.into.get(path, ())):
            continue
        # One by one: to ask for the facts of a tree would have every file of it parsed.
        record = index.record(bytes.fromhex(atlas.tree.entries[path].oid))
        own = decode(record)
        left = any(symbol.name == EXPIRY_NAME for symbol in own.symbols)
        if left or (may_pass_on(decode_links(record)) and _only_passes_on(own)):
            expiry = expires(atlas.tree.read(path)) if left else None
            yield Shim(path, lane, tuple(sorted(str(other) for other in others)), expiry)


def _only_passes_on(facts: Facts) -> bool:
    """Whether it defines nothing and does nothing of its own when it is imported."""
    return not facts.classes and facts.functions <= 1 and not facts.effects

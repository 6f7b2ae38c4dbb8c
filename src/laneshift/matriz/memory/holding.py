"""Indexes in memory, brought up to date at each search by what changed since the one before."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock

from laneshift.matriz.memory.blocks import Aim, Block, changed, nearest, nearest_of
from laneshift.matriz.memory.filtering import Filter
from laneshift.matriz.memory.model import About, Hit
from laneshift.matriz.memory.near import FROM, Neighbours
from laneshift.matriz.memory.store import VectorStore

_ABOUT_A_ROW = 400
"""Bytes that an id and metadata take, about."""


@dataclass
class Held:
    """One index in memory. `blocks` are those of `version`; whoever changes either has the `turn`."""

    blocks: tuple[Block, ...] = ()
    version: int = 0
    size: int = 0
    neighbours: Neighbours | None = None
    turn: Lock = field(default_factory=Lock)


class Holding:
    """The indexes that were searched last, within `most` bytes together."""

    def __init__(self, store: VectorStore, most: int) -> None:
        self._store = store
        self._most = most
        self._turn = Lock()
        self._held: OrderedDict[str, Held] = OrderedDict()

    def fits(self, about: About) -> bool:
        """Whether an index is held in memory at all; one that is not is read from the disk, block by block."""
        return size_of(about) <= self._most

    def exactly(self, about: About, aim: Aim, k: int, wanted: Filter | None) -> list[Hit]:
        """The `k` nearest, of version `about.version` or a later one."""
        if self.fits(about):
            return nearest(self._current(about).blocks, aim, k, wanted)
        with self._store.since(about, 0) as (_, batches):
            blocks = (block for batch in batches for block in changed((), batch, about.dimension))
            return nearest(blocks, aim, k, wanted)

    def about(self, about: About, aim: Aim, k: int, wanted: Filter | None) -> list[Hit] | None:
        """As above by near neighbours; None where looking at all is better, or the filter leaves too few."""
        if about.count < FROM or not self.fits(about):
            return None
        held = self._current(about)
        with held.turn:
            if held.neighbours is None or held.neighbours.worn:
                held.neighbours = Neighbours(held.blocks, about.metric, about.dimension)
            if not held.neighbours.width:
                return None
            found = nearest_of(held.neighbours.near(held.blocks, aim, k), aim, k, wanted)
        return found if len(found) == k else None

    def _current(self, about: About) -> Held:
        """The index in memory, brought up to date. Its blocks are never written to: others take their place."""
        held = self._one(about)
        with held.turn:
            if held.version < about.version:
                self._catch_up(held, about)
        return held

    def _catch_up(self, held: Held, about: About) -> None:
        with self._store.since(about, held.version) as (version, batches):
            blocks = held.blocks
            for batch in batches:
                if held.neighbours is not None:
                    held.neighbours.change(batch)
                blocks = changed(blocks, batch, about.dimension)
        held.blocks, held.version = blocks, version

    def forget(self, about: About) -> None:
        """Let go of an index that is gone."""
        with self._turn:
            self._held.pop(about.serial, None)

    def _one(self, about: About) -> Held:
        with self._turn:
            held = self._held.setdefault(about.serial, Held())
            self._held.move_to_end(about.serial)
            held.size = size_of(about)
            while sum(each.size for each in self._held.values()) > self._most and len(self._held) > 1:
                self._held.popitem(last=False)
        return held


def size_of(about: About) -> int:
    """About how many bytes of memory an index takes."""
    return about.slots * (about.dimension * 4 + _ABOUT_A_ROW)

"""Vectors in memory, in blocks that never change: a search reads one state while others write the next. Pure."""

from __future__ import annotations

import heapq
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from laneshift.matriz.embedding.port import Vectors
from laneshift.matriz.memory.filtering import Filter
from laneshift.matriz.memory.model import Hit, Metadata, Metric

ROWS = 2_048
"""Of one block."""
_ROUNDING = 2.0**-23
"""Twice that of one product or sum of 32 bit numbers, so that the bound below holds for a whole row."""
_UNDERFLOW = 1e-36


@dataclass(frozen=True, slots=True)
class Change:
    """What is in a slot now: nothing where there is no `id`. `vector` are 32 bit numbers, `metadata` is JSON."""

    slot: int
    id: str | None
    vector: bytes
    metadata: str

    @property
    def told(self) -> Metadata:
        """The metadata."""
        found: Metadata = json.loads(self.metadata)
        return found


@dataclass(frozen=True, slots=True)
class Block:
    """Slots from `start` on. `ids` and `metadata` are None, and rows zero, where nothing is `there`."""

    start: int
    ids: tuple[str | None, ...]
    rows: Vectors
    lengths: NDArray[np.float64]
    metadata: tuple[Metadata | None, ...]
    there: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Aim:
    """What is looked for: the vector with 32 bits, its length, and the metric that tells how near something is."""

    metric: Metric
    row: Vectors
    length: float

    @classmethod
    def at(cls, row: Vectors, metric: Metric) -> Aim:
        """The aim for one vector."""
        return cls(metric, row, float(np.linalg.norm(row.astype(np.float64))))

    def about(self, block: Block) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """How near each row is, larger is nearer, and how far that is off at most: products with 32 bits are fast."""
        # Row by row, not as one product: threads of the library for those wait for each other on a busy machine.
        products = np.vecdot(block.rows, self.row).astype(np.float64)
        off = len(self.row) * _ROUNDING * block.lengths * self.length + _UNDERFLOW
        if self.metric is Metric.DOT:
            return products, off
        if self.metric is Metric.COSINE:
            both = np.maximum(block.lengths * self.length, np.finfo(np.float64).tiny)
            return products / both, off / both
        squares = block.lengths**2 + self.length**2
        return 2 * products - squares, 2 * off + squares * 1e-12

    def near(self, rows: Vectors) -> NDArray[np.float64]:
        """As above, with 64 bits; the same for a row wherever it stands."""
        wide, aim = rows.astype(np.float64), self.row.astype(np.float64)
        if self.metric is Metric.L2:
            return np.asarray(-np.sum((wide - aim) ** 2, axis=1))
        products = np.asarray(np.sum(wide * aim, axis=1))
        if self.metric is Metric.DOT:
            return products
        return np.asarray(products / (np.sqrt(np.sum(wide**2, axis=1)) * self.length))

    def score(self, near: float) -> float:
        """As it is told."""
        return float(np.sqrt(-near)) if self.metric is Metric.L2 else near


Candidate = tuple[float, str, Metadata]
"""How far away, smaller is nearer, then id and metadata."""


def nearest(blocks: Iterable[Block], aim: Aim, k: int, wanted: Filter | None) -> list[Hit]:
    """The `k` nearest of all blocks, exactly; what is equally near, by id.

    32 bits say which rows cannot be among them, whatever was lost by rounding; 64 bits decide on the others.
    """
    best: list[Candidate] = []
    for block in blocks:
        about, off = aim.about(block)
        least = -best[-1][0] if len(best) == k else -np.inf
        at = np.flatnonzero(block.there & (about + off >= least))
        if wanted is not None:
            at = np.array([each for each in at if _is_wanted(block.metadata[each], wanted)], dtype=np.intp)
        if len(at) > k:
            sure = np.partition((about - off)[at], -k)[-k]
            at = at[(about + off)[at] >= sure]
        best = heapq.nsmallest(k, [*best, *candidates(block, at, aim)], key=_order)
    return [Hit(id_, aim.score(-far), metadata) for far, id_, metadata in best]


def candidates(block: Block, at: Sequence[int] | NDArray[np.intp], aim: Aim) -> Iterator[Candidate]:
    """Those rows of a block, which are there."""
    if not len(at):
        return
    for each, near in zip(at, aim.near(block.rows[at]), strict=True):
        id_, metadata = block.ids[each], block.metadata[each]
        if id_ is not None and metadata is not None:
            yield (-float(near), id_, metadata)


def nearest_of(found: Iterable[Candidate], aim: Aim, k: int, wanted: Filter | None) -> list[Hit]:
    """The `k` nearest of some."""
    kept = [each for each in found if wanted is None or wanted.lets_through(each[2])]
    return [Hit(id_, aim.score(-far), metadata) for far, id_, metadata in heapq.nsmallest(k, kept, key=_order)]


def changed(blocks: tuple[Block, ...], changes: Sequence[Change], dimension: int) -> tuple[Block, ...]:
    """The blocks with changes in them; those without any are the same as before."""
    by_block: dict[int, Block] = {block.start: block for block in blocks}
    ordered = sorted(changes, key=lambda change: change.slot)
    for number, group in groupby(ordered, key=lambda change: change.slot // ROWS):
        start = number * ROWS
        by_block[start] = _with(by_block.get(start), start, {each.slot - start: each for each in group}, dimension)
    return tuple(by_block[start] for start in sorted(by_block))


def _with(block: Block | None, start: int, changes: Mapping[int, Change], dimension: int) -> Block:
    old = len(block.ids) if block is not None else 0
    size = max(old, max(changes) + 1)
    rows = np.zeros((size, dimension), dtype=np.float32)
    ids: list[str | None] = [None] * size
    metadata: list[Metadata | None] = [None] * size
    lengths = np.zeros(size)
    if block is not None:
        rows[:old], lengths[:old] = block.rows, block.lengths
        ids[:old], metadata[:old] = block.ids, block.metadata
    for at, change in changes.items():
        there = change.id is not None
        rows[at] = np.frombuffer(change.vector, dtype="<f4") if there else 0
        ids[at], metadata[at] = change.id, change.told if there else None
    places = list(changes)
    lengths[places] = np.sqrt(np.sum(rows[places].astype(np.float64) ** 2, axis=1))
    taken = np.array([each is not None for each in ids])
    return Block(start, tuple(ids), rows, lengths, tuple(metadata), taken)


def _is_wanted(metadata: Metadata | None, wanted: Filter) -> bool:
    return metadata is not None and wanted.lets_through(metadata)


def _order(candidate: Candidate) -> tuple[float, str]:
    return candidate[0], candidate[1]

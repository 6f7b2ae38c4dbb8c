"""Near neighbours by a graph (HNSW, of the extra `vectors`): fewer rows are looked at, and something may be missed.

How much is missed depends on the vectors, so it is measured on them: the graph is searched as widely as it takes to
find 97 of 100 of what is there, and not used at all where no width does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np

from laneshift.errors import Refused, install
from laneshift.matriz.embedding.port import Vectors
from laneshift.matriz.memory.blocks import ROWS, Aim, Block, Candidate, Change, candidates, nearest
from laneshift.matriz.memory.model import Metric

FROM = 5_000
"""Below so many vectors, looking at all of them is as fast."""
_KINDS = {Metric.COSINE: "cos", Metric.DOT: "ip", Metric.L2: "l2sq"}
_WIDTHS = (64, 128, 256, 512, 1_024, 2_048)
_ENOUGH = 0.97
_TRIED, _OF = 40, 10
_MORE = 4
_LINKS, _CARE = 24, 160
_LEFT = 0.3


class Neighbours:
    """The graph of one index, by slots. Whoever uses it has the turn of the index.

    `width` is how widely it is searched, 0 where no width finds enough.
    """

    def __init__(self, blocks: Sequence[Block], metric: Metric, dimension: int) -> None:
        """Raises `Refused` (`index.no-approximate`) without the extra."""
        self._graph = _graph(metric, dimension)
        self._metric = metric
        self._slots: set[int] = set()
        self._removed = 0
        for block in blocks:
            at = [place for place, each in enumerate(block.ids) if each is not None]
            if at:
                self._add([block.start + place for place in at], block.rows[at])
        self.width = self._calibrated(blocks)
        self._tried_at = len(self._slots)

    @property
    def worn(self) -> bool:
        """Whether so much was changed that a new one is better."""
        return self._removed > _LEFT * max(FROM, len(self._slots)) or len(self._slots) > 2 * self._tried_at

    def change(self, changes: Sequence[Change]) -> None:
        """Follow what changed."""
        gone = [each.slot for each in changes if each.slot in self._slots]
        if gone:
            self._graph.remove(np.array(gone, dtype=np.uint64))
            self._slots.difference_update(gone)
            self._removed += len(gone)
        there = [each for each in changes if each.id is not None]
        if there:
            rows = np.stack([np.frombuffer(each.vector, dtype="<f4") for each in there])
            self._add([each.slot for each in there], rows)

    def near(self, blocks: Sequence[Block], aim: Aim, k: int) -> list[Candidate]:
        """What is near, with its true distance: more than `k`, so that a filter leaves some."""
        return self._found(blocks, aim, k * _MORE, self.width)

    def _found(self, blocks: Sequence[Block], aim: Aim, count: int, width: int) -> list[Candidate]:
        self._graph.expansion_search = max(width, count)
        by_block: dict[int, list[int]] = {}
        for slot in self._graph.search(aim.row, count).keys.tolist():
            by_block.setdefault(slot // ROWS, []).append(slot % ROWS)
        return [found for number, at in by_block.items() for found in candidates(blocks[number], at, aim)]

    def _add(self, slots: Sequence[int], rows: Vectors) -> None:
        self._graph.add(np.array(slots, dtype=np.uint64), rows)
        self._slots.update(slots)

    def _calibrated(self, blocks: Sequence[Block]) -> int:
        """The smallest width that finds enough between vectors that are there; 0 for none."""
        slots = np.array(sorted(self._slots))
        if len(slots) <= _OF:
            return _WIDTHS[0]
        chosen = np.random.default_rng(len(slots)).choice(slots, (_TRIED, 2))
        aims = [self._between(blocks, int(one), int(other)) for one, other in chosen]
        aims = [aim for aim in aims if aim.length > 0]
        true = [{hit.id for hit in nearest(blocks, aim, _OF, None)} for aim in aims]
        return next((width for width in _WIDTHS if self._recall(blocks, aims, true, width) >= _ENOUGH), 0)

    def _recall(self, blocks: Sequence[Block], aims: Sequence[Aim], true: Sequence[set[str]], width: int) -> float:
        found = 0
        for aim, wanted in zip(aims, true, strict=True):
            close = sorted(self._found(blocks, aim, _OF * _MORE, width))[:_OF]
            found += len(wanted & {each[1] for each in close})
        return found / max(1, sum(map(len, true)))

    def _between(self, blocks: Sequence[Block], one: int, other: int) -> Aim:
        first, second = (blocks[slot // ROWS].rows[slot % ROWS] for slot in (one, other))
        return Aim.at((first * 0.7 + second * 0.3).astype(np.float32), self._metric)


def refuse_without() -> None:
    """Raise `Refused` (`index.no-approximate`) where the extra is not installed."""
    if find_spec("usearch") is None:
        what, cure = "near neighbours need usearch, which is not installed", install("vectors")
        raise Refused("index.no-approximate", what, where="approximate", cure=cure)


def _graph(metric: Metric, dimension: int) -> Any:
    refuse_without()
    make: Callable[..., Any] = import_module("usearch.index").Index
    return make(ndim=dimension, metric=_KINDS[metric], dtype="f16", connectivity=_LINKS, expansion_add=_CARE)

"""What an index has to answer, worked out the slow way: a dictionary, and numpy with 64 bits over all of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from laneshift.matriz.memory.model import Hit, Metadata, Metric

Vectors = Mapping[str, tuple[tuple[float, ...], Metadata]]


def scores(vectors: Vectors, query: tuple[float, ...], metric: Metric) -> dict[str, float]:
    """How near everything is, as an index tells it."""
    aim = np.array(query, dtype=np.float32).astype(np.float64)
    found = {}
    for name, (values, _) in vectors.items():
        row = np.array(values, dtype=np.float32).astype(np.float64)
        if metric is Metric.L2:
            found[name] = float(np.linalg.norm(row - aim))
        else:
            product = float(row @ aim)
            both = float(np.linalg.norm(row) * np.linalg.norm(aim)) if metric is Metric.COSINE else 1.0
            found[name] = product / both
    return found


def agree(hits: tuple[Hit, ...], vectors: Vectors, query: tuple[float, ...], metric: Metric, k: int) -> None:
    """Fail unless these are the `k` nearest, in order; those that are equally near may stand for each other."""
    true = scores(vectors, query, metric)
    sign = 1 if metric is Metric.L2 else -1
    expected = sorted(sign * score for score in true.values())[:k]
    assert len(hits) == len(expected)
    lengths = [float(np.linalg.norm(values)) for values in (query, *(kept[0] for kept in vectors.values()))]
    size = {Metric.COSINE: 1.0, Metric.L2: max(lengths), Metric.DOT: lengths[0] * max(lengths)}[metric]
    assert [sign * hit.score for hit in hits] == sorted(sign * hit.score for hit in hits)
    for hit, score in zip(hits, expected, strict=True):
        assert abs(sign * hit.score - score) <= 1e-12 * size
        assert abs(true[hit.id] - hit.score) <= 1e-12 * size
        assert hit.metadata == vectors[hit.id][1]
    assert len({hit.id for hit in hits}) == len(hits)


def passing(vectors: Vectors, wanted: Callable[[Metadata], bool]) -> Vectors:
    """Those whose metadata is so."""
    return {name: kept for name, kept in vectors.items() if wanted(kept[1])}

"""Near neighbours: enough of what is there is found, also after changes, or all is looked at."""

from __future__ import annotations

import numpy as np
import pytest

from laneshift.errors import Refused
from laneshift.matriz.embedding.port import Vectors
from laneshift.matriz.memory import near
from laneshift.matriz.memory.indexes import Indexes
from laneshift.matriz.memory.model import Given, Metric

COUNT, DIMENSION, K = 3_000, 24, 10


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """A graph for few vectors, so that making one takes a moment."""
    monkeypatch.setattr("laneshift.matriz.memory.holding.FROM", 1_000)
    monkeypatch.setattr(near, "FROM", 1_000)


def rows(seed: int, count: int) -> Vectors:
    """In groups, as models give them."""
    groups = np.random.default_rng(5).standard_normal((40, DIMENSION)) * 1.5
    own = np.random.default_rng(seed)
    return (groups[own.integers(0, 40, count)] + own.standard_normal((count, DIMENSION))).astype(np.float32)


def filled(indexes: Indexes, metric: Metric, vectors: Vectors) -> None:
    indexes.create("near", metric, DIMENSION)
    put(indexes, 0, vectors)


def put(indexes: Indexes, first: int, vectors: Vectors) -> None:
    for start in range(0, len(vectors), 1_000):
        given = [
            Given(f"v{first + start + at}", row, metadata={"third": (first + start + at) % 3})
            for at, row in enumerate(vectors[start : start + 1_000].tolist())
        ]
        indexes.upsert("near", given)


def recall(indexes: Indexes, seed: int) -> float:
    found = 0
    for query in rows(seed, 50).tolist():
        true = {hit.id for hit in indexes.search("near", vector=query, k=K).hits}
        close = indexes.search("near", vector=query, k=K, approximate=True)
        assert not close.exact
        scores = [hit.score for hit in close.hits]
        assert scores == sorted(scores, reverse=indexes.get("near").metric is not Metric.L2)
        found += len(true & {hit.id for hit in close.hits})
    return found / (50 * K)


@pytest.mark.parametrize("metric", [Metric.COSINE, Metric.L2])
def test_enough_is_found_before_and_after_changes(indexes: Indexes, metric: Metric) -> None:
    filled(indexes, metric, rows(1, COUNT))
    assert recall(indexes, 2) >= 0.95
    put(indexes, 500, rows(3, 1_000))
    put(indexes, COUNT, rows(4, 500))
    for at in range(100):
        indexes.delete_vector("near", f"v{at}")
    assert recall(indexes, 5) >= 0.95
    gone = indexes.search("near", vector=rows(1, 1)[0].tolist(), k=K, approximate=True)
    assert "v0" not in [hit.id for hit in gone.hits]


def test_a_filter_that_leaves_too_few_has_all_looked_at(indexes: Indexes) -> None:
    filled(indexes, Metric.COSINE, rows(1, COUNT))
    query = rows(2, 1)[0].tolist()
    indexes.upsert("near", [Given("rare", (-rows(2, 1)[0]).tolist(), metadata={"third": "none"})])
    found = indexes.search("near", vector=query, k=1, filter={"third": "none"}, approximate=True)
    assert ([hit.id for hit in found.hits], found.exact) == (["rare"], True)
    third = indexes.search("near", vector=query, k=3, filter={"third": 1}, approximate=True)
    assert {hit.metadata["third"] for hit in third.hits} == {1}


def test_vectors_of_which_too_little_is_found_are_all_looked_at(
    indexes: Indexes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(near, "_ENOUGH", 1.01)
    filled(indexes, Metric.COSINE, rows(1, 1_000))
    assert indexes.search("near", vector=rows(2, 1)[0].tolist(), approximate=True).exact


def test_few_vectors_are_all_looked_at(indexes: Indexes) -> None:
    filled(indexes, Metric.COSINE, rows(1, 20))
    assert indexes.search("near", vector=rows(2, 1)[0].tolist(), approximate=True).exact


def test_without_the_extra_it_is_refused(indexes: Indexes, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(indexes, Metric.COSINE, rows(1, 20))
    monkeypatch.setattr(near, "find_spec", lambda name: None)
    with pytest.raises(Refused) as caught:
        indexes.search("near", vector=rows(2, 1)[0].tolist(), approximate=True)
    assert caught.value.code == "index.no-approximate"

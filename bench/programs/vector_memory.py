"""Vectors in an index: `fill FOLDER COUNT`, `search FOLDER`, `near FOLDER`, each a process; prints one JSON object."""

from __future__ import annotations

import json
import resource
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from laneshift.matriz.embedding.lexical import Lexical
from laneshift.matriz.embedding.port import Vectors
from laneshift.matriz.memory.database import rows_in_file
from laneshift.matriz.memory.indexes import Indexes
from laneshift.matriz.memory.model import Found, Given
from laneshift.matriz.memory.store import VectorStore

DIMENSION, _HIDDEN, _GROUPS, _SEED = 384, 32, 500, 11
_AT_ONCE, _SEARCHES, _K = 1_000, 200, 10
_LANES = 20
_FILTER = {"lane": {"in": [3, 4]}}


def vectors(count: int, seed: int) -> Vectors:
    """As models give them: in groups, and with far fewer directions than numbers; queries are by another seed."""
    space = np.random.default_rng(_SEED)
    basis = space.standard_normal((_HIDDEN, DIMENSION))
    groups = space.standard_normal((_GROUPS, _HIDDEN)) * 1.5
    own = np.random.default_rng(seed)
    inner = groups[own.integers(0, _GROUPS, count)] + own.standard_normal((count, _HIDDEN))
    rows = inner @ basis + 0.3 * own.standard_normal((count, DIMENSION))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def opened(folder: Path) -> Indexes:
    """The indexes of a folder."""
    return Indexes(VectorStore(rows_in_file(folder / "vectors.sqlite")), Lexical())


def fill(folder: Path, count: int) -> dict[str, float]:
    """Put vectors in, 1,000 at a time."""
    indexes = opened(folder)
    indexes.create("bench", "cosine", DIMENSION)
    rows = vectors(count, 0).tolist()
    calls = []
    for start in range(0, count, _AT_ONCE):
        given = [Given(f"v{at}", rows[at], metadata={"lane": at % _LANES}) for at in range(start, start + _AT_ONCE)]
        calls.append(_timed(lambda given=given: indexes.upsert("bench", given))[:2])  # type: ignore[misc]
    indexes.close()
    size = sum(path.stat().st_size for path in folder.iterdir())
    return {"cpu": sum(call[0] for call in calls), "clock": sum(call[1] for call in calls), "megabytes": size / 2**20}


def search(folder: Path) -> dict[str, float]:
    """The first search of a process, which reads everything, and those after it, held against plain numpy."""
    started, clock = time.process_time(), time.perf_counter()
    indexes = opened(folder)
    queries = vectors(_SEARCHES, 1)
    indexes.search("bench", vector=queries[0].tolist(), k=_K)
    first = {"start_cpu": time.process_time() - started, "start_clock": time.perf_counter() - clock}
    plain = _searched(lambda row: indexes.search("bench", vector=row, k=_K), queries)
    found = [[hit.id for hit in each.hits] for each in plain.found]
    within = _searched(lambda row: indexes.search("bench", vector=row, k=_K, filter=_FILTER), queries)
    kept = indexes.vector("bench", "v7")
    given = [Given(kept.id, kept.values, metadata=kept.metadata)]
    change = _timed(lambda: indexes.upsert("bench", given))
    after = _timed(lambda: indexes.search("bench", vector=queries[0].tolist(), k=_K))
    told = {**plain.told("exact"), **within.told("filtered"), "upsert_one": change[1], "search_after": after[1]}
    return {**first, **told, "peak": _peak(), "recall": _recall(found, _true(indexes, queries))}


def near(folder: Path) -> dict[str, float]:
    """The graph made, and searched."""
    indexes = opened(folder)
    queries = vectors(_SEARCHES, 1)
    indexes.search("bench", vector=queries[0].tolist(), k=_K)
    made = _timed(lambda: indexes.search("bench", vector=queries[0].tolist(), k=_K, approximate=True))
    done = _searched(lambda row: indexes.search("bench", vector=row, k=_K, approximate=True), queries)
    found = [[hit.id for hit in each.hits] for each in done.found]
    by_graph = sum(not each.exact for each in done.found) / len(done.found)
    times = {"made_cpu": made[0], "made_clock": made[1], "by_graph": by_graph, "peak": _peak()}
    return {**times, **done.told("near"), "recall": _recall(found, _true(indexes, queries))}


class _Searches:
    def __init__(self, taken: Sequence[tuple[float, float, Found]]) -> None:
        self.found = [each[2] for each in taken]
        self._times = [sorted(each[at] for each in taken) for at in (0, 1)]

    def told(self, name: str) -> dict[str, float]:
        cpu, clock = self._times
        last = int(len(cpu) * 0.95)
        return {
            f"{name}_cpu": statistics.median(cpu),
            f"{name}_cpu_95": cpu[last],
            f"{name}_clock": statistics.median(clock),
            f"{name}_clock_95": clock[last],
        }


def _searched(ask: Callable[[list[float]], Found], queries: Vectors) -> _Searches:
    return _Searches([_timed(lambda row=row: ask(row)) for row in queries.tolist()])  # type: ignore[misc]


def _timed(work: Callable[[], Found]) -> tuple[float, float, Found]:
    cpu, clock = time.process_time(), time.perf_counter()
    found = work()
    return time.process_time() - cpu, time.perf_counter() - clock, found


def _peak() -> float:
    """Megabytes that this process ever had; the answers that it is held against take more, and come later."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _true(indexes: Indexes, queries: Vectors) -> list[list[str]]:
    """By numpy alone, on the vectors as they were made, with 64 bits."""
    rows = vectors(indexes.get("bench").count, 0).astype(np.float64)
    found = []
    for query in queries.astype(np.float64):
        near_ = np.argpartition(-(rows @ query), _K)[:_K]
        found.append([f"v{at}" for at in near_])
    return found


def _recall(found: Sequence[Sequence[str]], true: Sequence[Sequence[str]]) -> float:
    return sum(len({*one} & {*other}) for one, other in zip(found, true, strict=True)) / sum(map(len, true))


def main(word: str, folder: str, *count: str) -> None:
    """Do what the word says."""
    place = Path(folder)
    work = {"fill": lambda: fill(place, int(count[0])), "search": lambda: search(place), "near": lambda: near(place)}
    sys.stdout.write(json.dumps(work[word]()) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])

"""Random operations on an index, held against a dictionary and plain numpy: what is found is exactly what is there."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from laneshift.errors import Refused
from laneshift.matriz.memory import blocks
from laneshift.matriz.memory.database import rows_in_file
from laneshift.matriz.memory.indexes import Indexes
from laneshift.matriz.memory.model import Given, Metadata, Metric
from tests.matriz.memory.conftest import indexes_on
from tests.matriz.memory.plain import agree, passing

FULL = os.environ.get("LANESHIFT_CHAOS") == "full"
DIMENSION = 3
# Small whole numbers make many that are equally near, large and tiny ones lose digits.
NUMBERS = st.one_of(
    st.integers(-3, 3).map(float),
    st.floats(-1e3, 1e3, width=32),
    st.floats(2.0**46, 2.0**49, width=32),
    st.sampled_from([1e-12, -1e-9, 1.0000001, 0.9999999]),
)
VECTORS = st.tuples(NUMBERS, NUMBERS, NUMBERS).filter(lambda row: max(map(abs, row)) > 1e-12)
NAMES = st.integers(0, 30).map(lambda number: f"v{number}")
METADATA = st.fixed_dictionaries({}, optional={"n": st.integers(0, 5), "s": st.sampled_from(["a", "b"])})


class Model(RuleBasedStateMachine):
    """An index, twice: in two processes' worth of memory over one file, and as a dictionary."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "vectors.sqlite"
        self.writer = indexes_on(rows_in_file(self.path))
        # The second looks at the same file; the third holds nothing in memory, and reads it block by block.
        self.readers: list[Indexes] = [self.writer, indexes_on(rows_in_file(self.path))]
        self.readers.append(indexes_on(rows_in_file(self.path), memory=0))
        self.vectors: dict[str, tuple[tuple[float, ...], Metadata]] = {}

    @initialize(metric=st.sampled_from(list(Metric)))
    def begin(self, metric: Metric) -> None:
        self.metric = metric
        self.writer.create("index", metric, DIMENSION)

    @rule(given=st.dictionaries(NAMES, st.tuples(VECTORS, METADATA), min_size=1, max_size=8))
    def upsert(self, given: dict[str, tuple[tuple[float, ...], Metadata]]) -> None:
        new = len(given.keys() - self.vectors.keys())
        done = self.writer.upsert("index", [Given(name, row, metadata=more) for name, (row, more) in given.items()])
        assert (done.inserted, done.updated) == (new, len(given) - new)
        self.vectors |= given

    @precondition(lambda self: self.vectors)
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted(self.vectors)))
        self.readers[1].delete_vector("index", name)
        del self.vectors[name]
        with pytest.raises(Refused) as caught:
            self.writer.vector("index", name)
        assert caught.value.code == "index.no-vector"

    @rule(query=VECTORS, k=st.integers(1, 12), reader=st.integers(0, 2))
    def search(self, query: tuple[float, ...], k: int, reader: int) -> None:
        found = self.readers[reader].search("index", vector=query, k=k)
        assert found.exact
        agree(found.hits, self.vectors, query, self.metric, k)

    @rule(query=VECTORS, least=st.integers(0, 5), letters=st.sets(st.sampled_from(["a", "b", "c"]), min_size=1))
    def filtered(self, query: tuple[float, ...], least: int, letters: set[str]) -> None:
        wanted: dict[str, Any] = {"n": {"gte": least}, "s": {"in": sorted(letters)}}
        found = self.readers[1].search("index", vector=query, k=5, filter=wanted)
        left = passing(self.vectors, lambda more: more.get("n", -1) >= least and more.get("s") in letters)  # type: ignore[operator]
        agree(found.hits, left, query, self.metric, 5)

    @rule()
    def restart(self) -> None:
        self.readers[1].close()
        self.readers[1] = indexes_on(rows_in_file(self.path))

    @invariant()
    def counted(self) -> None:
        if hasattr(self, "metric"):
            assert self.writer.get("index").count == len(self.vectors)

    def teardown(self) -> None:
        for reader in self.readers:
            reader.close()
        self.folder.cleanup()


TestModel = Model.TestCase
TestModel.settings = settings(max_examples=400 if FULL else 12, stateful_step_count=20)


@pytest.fixture(autouse=True, scope="module")
def small_blocks() -> Any:
    """Blocks of four, so that a few vectors are several."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks, "ROWS", 4)
        patch.setattr("laneshift.matriz.memory.store.ROWS", 4)
        yield

"""What nobody has learnt yet is not taken for what is not there."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from pathlib import Path

from laneshift.matriz.answering import Answer
from laneshift.matriz.embedding.lexical import Lexical
from laneshift.matriz.embedding.port import Vectors
from laneshift.matriz.memory.database import rows_in_file
from laneshift.matriz.memory.indexes import Indexes
from laneshift.matriz.memory.store import VectorStore
from laneshift.runs.answering.making import Answering, answering
from tests.runs.answering.conftest import PATIENT
from tests.toy import shop_at

_LONG = 60.0
QUESTION = "where is the area of shapes computed?"


class Held(Lexical):
    """An embedder that learns nothing before it may. Questions are read at once."""

    def __init__(self) -> None:
        super().__init__()
        self.go_on = threading.Event()

    def embed(self, texts: Sequence[str]) -> Vectors:
        if threading.current_thread().name == "matriz-memory":
            assert self.go_on.wait(_LONG)
        return super().embed(texts)


def test_while_it_learns_it_says_so(asked: Path, tmp_path: Path) -> None:
    held = Held()
    indexes = Indexes(VectorStore(rows_in_file(tmp_path / "vectors.sqlite")), held)
    made = answering(shop_at(asked), budget=PATIENT, indexes=indexes)
    try:
        assert made.warm()
        assert made.memory is not None
        first = _asked(made)
        learning = made.memory.refresh()
        assert learning is not None
        assert (first.knows, first.sources) == (False, ())
        assert "I am still learning what the modules" in first.text
        held.go_on.set()
        learning.join(_LONG)
        assert not made.memory.is_learning()
        assert "still learning" not in _asked(made).text
    finally:
        held.go_on.set()
        made.close()
        indexes.close()


def _asked(made: Answering) -> Answer:
    return asyncio.run(made.matriz.answer([{"role": "user", "content": QUESTION}]))

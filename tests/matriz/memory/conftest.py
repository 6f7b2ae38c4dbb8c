"""Indexes in a file, and in a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from laneshift.matriz.embedding.lexical import Lexical
from laneshift.matriz.memory.database import VectorRows, rows_in_database, rows_in_file
from laneshift.matriz.memory.indexes import Indexes
from laneshift.matriz.memory.store import VectorStore
from tests.evidence.in_database import opened


def indexes_on(rows: VectorRows, **more: int) -> Indexes:
    """The indexes of some rows, with the embedder that loads nothing."""
    return Indexes(VectorStore(rows), Lexical(), **more)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the file of vectors is, or will be."""
    return tmp_path / "memory" / "vectors.sqlite"


@pytest.fixture
def indexes(file: Path) -> Iterator[Indexes]:
    """In a file."""
    found = indexes_on(rows_in_file(file))
    yield found
    found.close()


@pytest.fixture(params=["file", "database"])
def anywhere(request: pytest.FixtureRequest, file: Path) -> Iterator[VectorRows]:
    """Rows in each kind of database."""
    if request.param == "file":
        found = rows_in_file(file)
    else:
        found = rows_in_database(opened(request.getfixturevalue("postgres_url")))
    yield found
    found.close()

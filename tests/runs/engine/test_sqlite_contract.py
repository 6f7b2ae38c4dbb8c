"""The engine on SQLite keeps the contract of the port."""

from __future__ import annotations

from pathlib import Path

import pytest

from laneshift.runs.engine.sqlite_engine import SqliteEngine
from tests.runs.engine.contract import EngineContract
from tests.runs.engine.driving import Opens


class TestSqlite(EngineContract):
    """Every engine of one test works on the same file."""

    @pytest.fixture
    def opens(self, tmp_path: Path) -> Opens:
        return lambda program, workers, version: SqliteEngine(
            tmp_path / "store" / "runs.sqlite", program, workers, version
        )

"""DBOS on SQLite keeps the contract of the port."""

from __future__ import annotations

from pathlib import Path

import pytest

from laneshift.runs.engine.dbos_engine import DbosEngine
from tests.runs.engine.contract import EngineContract
from tests.runs.engine.driving import Opens


class TestDbosOnSqlite(EngineContract):
    """Every engine of one test works on the same file."""

    @pytest.fixture
    def opens(self, tmp_path: Path) -> Opens:
        return lambda program, workers, version: DbosEngine(
            tmp_path / "store" / "runs.sqlite", program, workers, version
        )

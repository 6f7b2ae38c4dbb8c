"""DBOS on PostgreSQL keeps the contract of the port."""

from __future__ import annotations

import pytest

from laneshift.runs.engine.postgres_engine import PostgresEngine
from tests.runs.engine.contract import EngineContract
from tests.runs.engine.driving import Opens


class TestDbosOnPostgres(EngineContract):
    """Every engine of one test works on the same database."""

    @pytest.fixture
    def opens(self, postgres_url: str) -> Opens:
        scope = "Batch.1 ä"
        return lambda program, workers, version: PostgresEngine(postgres_url, program, workers, version, scope, 10.0)

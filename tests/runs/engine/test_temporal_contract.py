"""Temporal keeps the contract of the port."""

from __future__ import annotations

import pytest

from laneshift.runs.engine.temporal_engine import TemporalEngine
from laneshift.runs.engine.temporal_server import Server
from tests.runs.engine.contract import EngineContract
from tests.runs.engine.driving import Opens


class TestTemporal(EngineContract):
    """Every engine of one test works in the same namespace."""

    @pytest.fixture
    def opens(self, temporal_server: str, temporal_namespace: str) -> Opens:
        server = Server(temporal_server, temporal_namespace)
        return lambda program, workers, version: TemporalEngine(server, program, workers, version, "tests", 5.0)

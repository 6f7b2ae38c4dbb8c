"""Opens the engine that the settings name. The engine itself is imported only then: it takes a third of a second."""

from __future__ import annotations

import importlib
from pathlib import Path

from laneshift.runs.engine.port import Engine, Program


def open_engine(database: Path, program: Program, workers: int, version: str) -> Engine:
    """DBOS on the SQLite file `database`. Raises as `DbosEngine` does."""
    module = importlib.import_module("laneshift.runs.engine.dbos_engine")
    engine: Engine = module.DbosEngine(database, program, workers, version)
    return engine

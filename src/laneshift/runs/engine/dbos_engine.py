"""The durable engine on DBOS and one SQLite file: nothing to start, one process at a time."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from dbos import DBOS, DBOSClient, DBOSConfig
from dbos._dbos import _get_dbos_instance

from laneshift.errors import LaneshiftError
from laneshift.runs.engine.dbos_context import Begin, Begun, Registered
from laneshift.runs.engine.dbos_core import DbosCore
from laneshift.runs.engine.port import Json, Program
from laneshift.runs.engine.store import connect, meaning, open_store
from laneshift.runs.engine.work import Work

_APPLICATION = "laneshift"
_CONNECTIONS = 4


class DbosEngine(DbosCore):
    """The `Engine` on one SQLite file."""

    def __init__(self, database: Path, program: Program, workers: int, version: str) -> None:
        """Open the store in the file `database`, which is made when missing. `workers` heavy steps run at once.

        Raises `Refused` when another process or another engine of this process has it, `NeedsPerson` when it is
        damaged, locked or cannot be written.
        """
        super().__init__(_SqliteStore(database), program, workers, version)


@dataclass(frozen=True)
class _SqliteStore:
    """One process works on the file: all that is unfinished is its own."""

    database: Path

    @property
    def application(self) -> str:
        return _APPLICATION

    @property
    def shared(self) -> bool:
        return False

    def open(self, undo: ExitStack) -> sa.Engine:
        undo.callback(open_store(self.database).release)
        DBOS.migrate(sa.URL.create("sqlite", database=str(self.database)).render_as_string())
        # SQLite has one writer: more connections would only contend, and its waiting is neither fair nor fast.
        pool = sa.create_engine(
            "sqlite://",
            creator=lambda: connect(self.database),
            poolclass=sa.QueuePool,
            pool_size=_CONNECTIONS,
            max_overflow=0,
        )
        undo.callback(pool.dispose)
        return pool

    def meaning(self, error: BaseException) -> LaneshiftError:
        return meaning(_root(error), self.database)

    def joined(self, _client: DBOSClient, workers: int, _version: str, _undo: ExitStack, /) -> Work:
        return Work(workers, alone=True)

    def configuration(self) -> DBOSConfig:
        return {"executor_id": _APPLICATION}

    @property
    def queues(self) -> Sequence[str]:
        return ()

    @property
    def begin(self) -> Begin:
        return _begin

    def launched(self, core: DbosCore) -> None:
        """DBOS recovers by itself what its own executor left, and that is all that ever waits in this store.

        With nothing to recover, its threads that look for queued, delayed and overdue workflows are ended: every
        second of a run they would take as much of the processor as a step does.
        """
        if any(row.state == "running" for row in core.status("")):
            return
        instance = _get_dbos_instance()
        for event in (*instance.background_thread_stop_events, instance._background_jobs_stop_event):
            event.set()


async def _begin(function: Registered, argument: Json) -> Begun:
    handle = await DBOS.start_workflow_async(function, argument)
    return Begun(handle.get_workflow_id(), joined=not hasattr(handle, "task"))


def _root(error: BaseException) -> BaseException:
    """The error of SQLite below an error of SQLAlchemy or DBOS, or the error itself."""
    below: BaseException | None = error
    while below is not None:
        if isinstance(below, sqlite3.Error):
            return below
        below = below.__cause__ or below.__context__
    return error

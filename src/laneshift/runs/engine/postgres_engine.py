"""The durable engine on DBOS and PostgreSQL: several processes share the work of one scope.

A workflow that is asked for, by a person or by its parent, is put on offer; any worker takes it. Where it ends, the
store says so, and every process that waits for it looks there.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import socket
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field

import sqlalchemy as sa
from dbos import DBOS, DBOSClient, DBOSConfig
from sqlalchemy.exc import SQLAlchemyError

from laneshift.errors import Bug, LaneshiftError
from laneshift.runs.engine.dbos_context import Begin, Begun, Registered
from laneshift.runs.engine.dbos_core import DbosCore
from laneshift.runs.engine.fence import LeaseLost
from laneshift.runs.engine.fleet import Fleet
from laneshift.runs.engine.lines import Lines, Unreachable
from laneshift.runs.engine.port import Json, Program
from laneshift.runs.engine.postgres_store import address, meaning, pool
from laneshift.runs.engine.roster import Roster
from laneshift.runs.engine.values import check_name
from laneshift.runs.engine.work import Work

_QUEUE_SECONDS = 0.1
_WATCH_SECONDS = 0.2
_FLEET_CONNECTIONS = 3


class PostgresEngine(DbosCore):
    """The `Engine` on one PostgreSQL database, shared by every worker with the same scope."""

    def __init__(self, url: str, program: Program, workers: int, version: str, scope: str, lease: float) -> None:
        """Open the store. `scope` keeps the work apart from other work in the database; `lease` is in seconds.

        Raises `Refused` for a bad URL or when this process has an engine open, `NeedsPerson` when the server cannot
        be reached or used.
        """
        super().__init__(_PostgresStore(address(url), check_name(scope, "scope"), lease), program, workers, version)


@dataclass
class _PostgresStore:
    """The database, and this process's place in the fleet from the first `run` on."""

    url: sa.URL
    scope: str
    lease: float
    fleet: Fleet | None = None
    _own: sa.Engine = field(init=False)
    _lines: Lines = field(init=False)

    @property
    def application(self) -> str:
        # DBOS takes few characters in names of applications, and a batch may be called anything.
        return f"laneshift-{hashlib.sha256(self.scope.encode()).hexdigest()[:24]}"

    @property
    def roster(self) -> Roster:
        return Roster(self._own, self.scope, self.lease)

    def open(self, undo: ExitStack) -> sa.Engine:
        self._lines = Lines(self.lease)
        self._own = pool(self.url, self.lease, _FLEET_CONNECTIONS, self._lines)
        undo.callback(self._own.dispose)
        self.roster.prepare()
        DBOS.migrate(self.url.render_as_string(hide_password=False))
        self.roster.look()
        shared = pool(self.url, self.lease, lines=self._lines)
        undo.callback(shared.dispose)
        return shared

    def meaning(self, error: BaseException) -> LaneshiftError:
        return meaning(error, self.url)

    def joined(self, client: DBOSClient, workers: int, version: str, undo: ExitStack, /) -> Work:
        roster = self.roster
        token = roster.join(version, f"{socket.gethostname()}:{os.getpid()}")
        fleet = Fleet(roster, token, version, self.application, workers)
        fleet.retire = lambda dead: client.delete_queue(roster.queue(dead))
        client.register_queue(roster.offers, on_conflict="never_update")
        client.register_queue(roster.queue(token), polling_interval_sec=_QUEUE_SECONDS)
        undo.callback(fleet.end)
        self.fleet = fleet
        return fleet.work

    def configuration(self) -> DBOSConfig:
        return {"executor_id": str(self._joined.token), "run_migrations": False}

    @property
    def queues(self) -> Sequence[str]:
        return (self.roster.queue(self._joined.token),)

    @property
    def begin(self) -> Begin:
        return self._begin

    def launched(self, core: DbosCore) -> None:
        loop = asyncio.get_running_loop()

        def lost(error: BaseException) -> None:
            if not isinstance(error, LeaseLost):
                self._lines.cut(str(getattr(error, "orig", None) or error))
            loop.call_soon_threadsafe(core.failed, error)

        self._joined.begin(lost)
        for look in (_watch(core), _listen(self._joined, self.lease, lost)):
            looking = loop.create_task(look, name="laneshift-watch")
            looking.add_done_callback(lambda task: None if task.cancelled() else task.result())

    @property
    def _joined(self) -> Fleet:
        if self.fleet is None:
            raise Bug("engine.not-joined", "DBOS was made before the fleet was joined")
        return self.fleet

    async def _begin(self, function: Registered, argument: Json) -> Begun:
        handle = await DBOS.enqueue_workflow_async(self.roster.offers, function, argument)
        return Begun(handle.get_workflow_id(), joined=True)


async def _watch(core: DbosCore) -> None:
    """Tell those who wait what ended elsewhere, and stop here what was cancelled elsewhere."""
    while True:
        await asyncio.sleep(_WATCH_SECONDS)
        try:
            await core.look_around()
        except SQLAlchemyError as error:
            core.failed(error)


async def _listen(fleet: Fleet, lease: float, lost: Callable[[BaseException], None]) -> None:
    """Tell when the database neither answers nor fails for a lease. Only time in which this process runs counts."""
    silent, answers = 0.0, fleet.answers
    while silent <= lease:
        await asyncio.sleep(_WATCH_SECONDS)
        silent = silent + _WATCH_SECONDS if fleet.answers == answers else 0.0
        answers = fleet.answers
    lost(Unreachable(f"it has not answered for {lease:g} s"))

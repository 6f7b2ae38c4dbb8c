"""The durable engine on Temporal: a fleet of workers, kept alive by the server."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta

from temporalio.client import Client, WorkflowFailureError
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from laneshift.errors import Bug, LaneshiftError, Refused
from laneshift.runs.engine.executions import Outcome, forgotten
from laneshift.runs.engine.history import forgettable, refuse_strangers
from laneshift.runs.engine.loop import LoopThread
from laneshift.runs.engine.port import Json, Program, RunStatus, StepFailed
from laneshift.runs.engine.temporal_context import SHOPS, TemporalShop
from laneshift.runs.engine.temporal_records import Records
from laneshift.runs.engine.temporal_server import Server, connect
from laneshift.runs.engine.temporal_values import MESSAGE, NOBODY, Queues, decode, failed
from laneshift.runs.engine.temporal_workers import Workers
from laneshift.runs.engine.values import check_name, encode, plain

_LOOK_SECONDS = 0.2


@dataclass(frozen=True)
class _Open:
    """What an open engine has."""

    client: Client
    records: Records


class TemporalEngine:
    """The `Engine` on a Temporal server. See the port for what the methods promise."""

    def __init__(
        self, server: Server, program: Program, workers: int, version: str, scope: str, heartbeat: float
    ) -> None:
        """Connect. `workers` heavy steps run at once; a step whose worker is silent for `heartbeat` seconds runs again.

        Raises `Refused` when this process has an engine open for the same scope and version, `NeedsPerson` when the
        server cannot be reached.
        """
        if workers < 1 or not program.heavy <= program.steps.keys():
            raise Bug("engine.bad-program", "workers must be at least 1, and each heavy step registered")
        queues = Queues(check_name(scope, "scope"), check_name(version, "version"))
        self._server, self._program, self._number = server, program, workers
        self._shop = TemporalShop(program, queues, timedelta(seconds=heartbeat))
        self._broken: LaneshiftError | None = None
        self._workers: Workers | None = None
        self._closed = False
        self._opening = threading.Lock()
        with ExitStack() as undo:
            if SHOPS.setdefault(queues.light, self._shop) is not self._shop:
                raise Refused("engine.already-open", "this process has an engine open", cure="close it first")
            undo.callback(SHOPS.pop, queues.light)
            self._loop = LoopThread("laneshift-engine")
            undo.callback(self._loop.stop)
            client = self._loop.call(connect(server))
            self._open = _Open(client, Records(client, queues, self._shop.seen, self._shop.forgotten))
            self._undo = undo.pop_all()

    def run(self, workflow: str, key: str, argument: Json) -> Json:
        """As the port says."""
        check_name(key, "key")
        if workflow not in self._program.workflows:
            raise Bug("engine.unknown-workflow", f"no workflow is registered as {workflow!r}")
        with self._translated():
            self._start()
            return self._loop.call(self._join(workflow, key, encode(plain(argument)))).unwrap()

    def work(self, stop: threading.Event) -> None:
        """As the port says."""
        with self._translated():
            self._start()
        while not stop.wait(_LOOK_SECONDS):
            if self._broken is not None:
                raise self._broken

    def send(self, key: str, topic: str, value: Json) -> None:
        """As the port says."""
        text = encode(value)
        with self._translated():
            self._loop.call(self._send(check_name(key, "key"), check_name(topic, "topic"), text))

    def status(self, prefix: str) -> list[RunStatus]:
        """As the port says."""
        with self._translated():
            rows = self._loop.call(self._open.records.rows())
        return [RunStatus(row.key, row.workflow, row.state) for row in rows if row.key.startswith(prefix)]

    def cancel(self, key: str) -> None:
        """As the port says."""
        with self._translated():
            if not self._loop.call(self._open.records.cancel(key)):
                raise _unknown(key)

    def forget(self, prefix: str, only: Collection[str] | None = None) -> int:
        """As the port says. Other processes see it once the server has deleted it, some seconds later.

        The server forgets by itself what ended longer ago than the retention time of its namespace.
        """
        with self._translated():
            keys = forgettable(self._loop.call(self._open.records.rows()), prefix, only)
            self._loop.call(self._open.records.delete(keys))
        return len(keys)

    def close(self) -> None:
        """As the port says. Steps in flight get a second to end; later ones run again when the run is resumed."""
        self._closed = True
        with self._opening:  # what a start under way makes is undone too
            self._undo.close()

    def _start(self) -> None:
        with self._opening, self._translated():
            if self._workers is not None:
                return
            rows = self._loop.call(self._open.records.rows())
            unfinished = [row for row in rows if not row.ended]
            refuse_strangers(unfinished, self._shop.queues.version, self._program.workflows)
            workers = Workers(self._open.client, self._shop, self._number, self._failed)
            self._loop.call(workers.start())
            self._undo.callback(lambda: self._loop.call(workers.stop()))
            self._workers = workers

    async def _join(self, workflow: str, key: str, argument: str) -> Outcome:
        self._shop.seen[key] = None
        try:
            handle = await self._open.client.start_workflow(
                workflow,
                argument,
                id=key,
                task_queue=self._shop.queues.light,
                id_reuse_policy=self._shop.reuse(key),
            )
            run_id = handle.first_execution_run_id
        except WorkflowAlreadyStartedError:
            await self._open.records.check_kind(key, workflow)
            await self._wake(key)
            run_id = None
        waiting = self._open.client.get_workflow_handle(key, run_id=run_id, result_type=str)
        ended = asyncio.ensure_future(waiting.result())
        while not ended.done():
            if self._broken is not None:
                ended.cancel()
                return Outcome(error=self._broken)
            await asyncio.wait([ended], timeout=_LOOK_SECONDS)
        return await self._outcome(key, ended)

    async def _outcome(self, key: str, ended: asyncio.Future[str]) -> Outcome:
        try:
            return Outcome(decode(await ended))
        except WorkflowFailureError as error:
            return Outcome(error=failed(key, error.cause))
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return Outcome(error=forgotten(key))
            raise

    async def _send(self, key: str, topic: str, text: str) -> None:
        try:
            await self._open.client.get_workflow_handle(key).signal(MESSAGE, args=[topic, text])
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
            if await self._open.records.find(key) is None:
                raise _unknown(key) from error

    async def _wake(self, key: str) -> None:
        """Have a workflow that waits replayed now, so that a program it does not fit is found out at once."""
        try:
            await self._open.client.get_workflow_handle(key).signal(MESSAGE, args=[NOBODY, encode(None)])
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:  # it has ended
                raise

    def _failed(self, error: BaseException) -> None:
        self._broken = self._broken or self._server.meaning(error)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        if self._closed:
            raise Bug("engine.closed", "the engine was used after its end")
        try:
            yield
        except (LaneshiftError, StepFailed):
            raise
        except RPCError as error:
            raise self._server.meaning(error) from error


def _unknown(key: str) -> Refused:
    return Refused("engine.no-workflow", f"there is no workflow {key!a}", cure="`laneshift status` lists them")

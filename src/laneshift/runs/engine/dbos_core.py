"""What every engine on DBOS does, whatever database is below it.

DBOS is one instance for a process, with a registry of functions; both live from the first `run` to `close`. Opening
alone starts no work, so looking at a store, cancelling and forgetting never wake a run.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Protocol

import sqlalchemy as sa
from dbos import DBOS, DBOSClient, DBOSConfig, SetWorkflowID, WorkflowStatus
from dbos import error as dbos_errors
from sqlalchemy.exc import SQLAlchemyError

from laneshift.errors import Bug, LaneshiftError, Refused
from laneshift.runs.engine.dbos_context import Begin, DbosContext, Registered, Shop, ending
from laneshift.runs.engine.dbos_values import JsonValues
from laneshift.runs.engine.executions import Executions, Outcome, cancelled, forgotten
from laneshift.runs.engine.history import ENDED, UNFINISHED, Row, forgettable, refuse_strangers
from laneshift.runs.engine.loop import LoopThread, closed
from laneshift.runs.engine.port import Json, Program, RunStatus, StepFailed, Workflow
from laneshift.runs.engine.values import check_name, facts_of, plain
from laneshift.runs.engine.work import Work

_LISTEN_SECONDS = 0.2
_GRACE_SECONDS = 1.0
_DELETE_AT_ONCE = 500

_one_at_a_time = threading.Lock()


class DbosStore(Protocol):
    """The database below, and how work gets from it into this process."""

    @property
    def application(self) -> str:
        """The name under which DBOS keeps the workflows of this engine apart from others in the same database."""
        ...

    def open(self, undo: ExitStack) -> sa.Engine:
        """Claim the database and bring its tables up to date; what `undo` gets is undone at the end."""
        ...

    def meaning(self, error: BaseException) -> LaneshiftError:
        """What an error of the database means to a person."""
        ...

    def joined(self, client: DBOSClient, workers: int, version: str, undo: ExitStack, /) -> Work:
        """Start to take part: called before DBOS is made. The `Work` that steps are done with."""
        ...

    def configuration(self) -> DBOSConfig:
        """What this database adds to the configuration of DBOS."""
        ...

    @property
    def queues(self) -> Sequence[str]:
        """The only queues from which this process takes workflows; none means all of them."""
        ...

    @property
    def begin(self) -> Begin:
        """Starts one workflow, or joins it, under the key that is set."""
        ...

    def launched(self, core: DbosCore) -> None:
        """DBOS works now. Called on the loop."""
        ...


class DbosCore:
    """The `Engine` on DBOS and one store. See the port for what the methods promise."""

    def __init__(self, store: DbosStore, program: Program, workers: int, version: str) -> None:
        """Open the store. `workers` heavy steps run at once in this process.

        Raises `Refused` when another engine of this process is open, and what the store raises.
        """
        if workers < 1 or not program.heavy <= program.steps.keys():
            raise Bug("engine.bad-program", "workers must be at least 1, and each heavy step registered")
        self._store = store
        self._program = program
        self._workers = workers
        self._version = check_name(version, "version")
        self._broken: LaneshiftError | None = None
        self._shop: Shop | None = None
        self._closed = False
        self._opening = threading.Lock()
        with ExitStack() as undo:
            if not _one_at_a_time.acquire(blocking=False):
                raise Refused("engine.already-open", "this process has an engine open", cure="close it first")
            undo.callback(_one_at_a_time.release)
            with self._translated():
                _quieten()
                self._pool = store.open(undo)
                self._client = DBOSClient(
                    system_database_engine=self._pool, serializer=JsonValues(), application_name=store.application
                )
                undo.callback(self._client.destroy)
            self._loop = LoopThread("laneshift-engine")
            undo.callback(self._loop.stop)
            self._undo = undo.pop_all()

    def run(self, workflow: str, key: str, argument: Json) -> Json:
        """As the port says."""
        check_name(key, "key")
        if workflow not in self._program.workflows:
            raise Bug("engine.unknown-workflow", f"no workflow is registered as {workflow!r}")
        with self._translated():
            shop = self.start()
            return self._loop.call(self._join(shop, workflow, key, plain(argument))).unwrap()

    def work(self, stop: threading.Event) -> None:
        """As the port says."""
        self.start()
        while not stop.wait(_LISTEN_SECONDS):
            if self._broken is not None:
                raise self._broken

    def send(self, key: str, topic: str, value: Json) -> None:
        """As the port says."""
        with self._translated():
            try:
                self._client.send(check_name(key, "key"), plain(value), check_name(topic, "topic"))
            except dbos_errors.DBOSNonExistentWorkflowError as error:
                raise _unknown(key) from error

    def status(self, prefix: str) -> list[RunStatus]:
        """As the port says."""
        return [RunStatus(row.key, row.workflow, row.state) for row in self._rows() if row.key.startswith(prefix)]

    def cancel(self, key: str) -> None:
        """As the port says."""
        with self._translated():
            if not self._client.list_workflows(workflow_ids=[key], load_input=False, load_output=False):
                raise _unknown(key)
            self._client.cancel_workflow(key, cancel_children=True)
            if self._shop is not None:
                self._loop.call(self.look_around())

    def forget(self, prefix: str, only: Collection[str] | None = None) -> int:
        """As the port says. The space in the file is used again, not given back."""
        keys = forgettable(self._rows(), prefix, only)
        with self._translated():
            for start in range(0, len(keys), _DELETE_AT_ONCE):
                self._client.delete_workflows(keys[start : start + _DELETE_AT_ONCE])
        return len(keys)

    def close(self) -> None:
        """As the port says. Steps in flight get a second to end; later ones run again when the run is resumed."""
        self._closed = True
        with self._opening:  # what a start under way makes is undone too
            self._undo.close()

    def start(self) -> Shop:
        """Begin to work on what is unfinished, if not begun before. Raises `Refused` as `run` does."""
        with self._opening, self._translated():
            if self._shop is None:
                refuse_strangers(self._rows(UNFINISHED), self._version, self._program.workflows)
                work = self._store.joined(self._client, self._workers, self._version, self._undo)
                self._shop = self._loop.call(self._launch(work))
            return self._shop

    async def _launch(self, work: Work) -> Shop:
        """Start DBOS on this loop. It takes up what is unfinished by itself, or the store hands it over."""
        registered: dict[str, Registered] = {}
        executions = Executions(self.failed)
        shop = Shop(self._program, registered, executions, work, self._store.begin, self._read_outcome, self.failed)
        self._undo.callback(_shut_down)
        self._undo.callback(lambda: self._loop.call(executions.wind_down(_GRACE_SECONDS)))
        config: DBOSConfig = {
            "name": self._store.application,
            "system_database_engine": self._pool,
            "application_version": self._version,
            "serializer": JsonValues(),
            "log_level": "CRITICAL",
            "notification_listener_polling_interval_sec": _LISTEN_SECONDS,
        }
        DBOS(config={**config, **self._store.configuration()})
        for name, function in self._program.workflows.items():
            # No limit of attempts: a workflow that was killed a thousand times goes on.
            registered[name] = DBOS.workflow(name=name, max_recovery_attempts=None)(_body(shop, name, function))
        if self._store.queues:
            DBOS.listen_queues(self._store.queues)
        DBOS.launch()
        self._store.launched(self)
        return shop

    async def _join(self, shop: Shop, workflow: str, key: str, argument: Json) -> Outcome:
        if self._broken is not None:
            return Outcome(error=self._broken)
        ended = shop.executions.expect(key)
        # Shielded, because half a start would leave a row that nobody in this process works on.
        joined = await asyncio.shield(_begin(shop, workflow, key, argument))
        return await ending(shop, key, ended, joined=joined)

    async def _read_outcome(self, key: str) -> Outcome | None:
        found = await asyncio.to_thread(self._client.list_workflows, workflow_ids=[key], load_input=False)
        return _outcome(key, found)

    async def look_around(self) -> None:
        """Tell those who wait what has ended in the store, and stop here what was cancelled there."""
        executions = self._executions()
        known = sorted({*executions.running, *executions.expected()}) if executions is not None else []
        if executions is None or not known:
            return
        found = await asyncio.to_thread(
            self._client.list_workflows, workflow_ids=known, status=list(ENDED), load_input=False
        )
        for status in found:
            key = status.workflow_id
            if key in executions.running and status.status == "CANCELLED":
                executions.running[key].stop()
            executions.announce(key, _outcome(key, [status]) or cancelled(key))

    def _executions(self) -> Executions | None:
        return self._shop.executions if self._shop is not None else None

    def _rows(self, states: Sequence[str] = ()) -> list[Row]:
        with self._translated():
            found = self._client.list_workflows(status=list(states) or None, load_input=False, load_output=False)
        return [
            Row(status.workflow_id, status.name, status.status, status.app_version or "", status.parent_workflow_id)
            for status in found
        ]

    def failed(self, error: BaseException) -> None:
        """Called on the loop. Whoever waits is told; what runs stops at its next touch of the store."""
        if self._broken is None:
            self._broken = self._store.meaning(error)
        if self._shop is not None:
            for key in self._shop.executions.expected():
                self._shop.executions.announce(key, Outcome(error=self._broken))

    @contextmanager
    def _translated(self) -> Iterator[None]:
        if self._closed:
            raise Bug("engine.closed", "the engine was used after its end")
        try:
            yield
        except SQLAlchemyError as error:
            raise self._store.meaning(error) from error
        except dbos_errors.DBOSConflictingWorkflowError as error:
            raise Bug("engine.key-taken", "this key belongs to another workflow", why=str(error)) from error
        except dbos_errors.DBOSException as error:
            if isinstance(error.__cause__, SQLAlchemyError):
                raise self._store.meaning(error.__cause__) from error
            raise Bug("engine.dbos-failed", "the durable engine refused a request", why=str(error)) from error
        except RuntimeError as error:
            # DBOS has ended its threads; Python has no kind of error of its own for that.
            if self._closed:
                raise closed() from error
            raise


def _body(shop: Shop, name: str, function: Workflow) -> Registered:
    """The workflow as DBOS runs it: every way to fail ends in a `StepFailed` with facts."""

    async def body(argument: Json) -> Json:
        execution = shop.executions.enter(str(DBOS.workflow_id))
        try:
            return plain(await function(DbosContext(shop, execution), argument))
        except Exception as error:
            raise StepFailed(facts_of(error, "engine.workflow-crashed", f"the workflow {name}")) from error

    return body


async def _begin(shop: Shop, workflow: str, key: str, argument: Json) -> bool:
    """Start or join; true when somebody else may end it."""
    with SetWorkflowID(key):
        return (await shop.begin(shop.registered[workflow], argument)).joined


def _outcome(key: str, found: list[WorkflowStatus]) -> Outcome | None:
    if not found:
        return Outcome(error=forgotten(key))
    status = found[0]
    if status.status in UNFINISHED:
        return None
    if status.status == "SUCCESS":
        return Outcome(status.output)
    if isinstance(status.error, StepFailed):
        return Outcome(error=status.error)
    return cancelled(key)


def _unknown(key: str) -> Refused:
    return Refused("engine.no-workflow", f"there is no workflow {key!a}", cure="`laneshift status` lists them")


def _quieten() -> None:
    """What DBOS has to say reaches a person through our errors only."""
    logger = logging.getLogger("dbos")
    logger.propagate = False
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())


def _shut_down() -> None:
    DBOS.destroy(destroy_registry=True)
    # Its pool is told to stop but not waited for; a write in flight must end before the store has a new owner.
    deadline = time.monotonic() + _GRACE_SECONDS * 5
    for thread in threading.enumerate():
        if thread.name.startswith("dbos-executor-"):
            thread.join(max(0.0, deadline - time.monotonic()))

"""The durable engine on one SQLite file: nothing to start, one process at a time, nothing that Python does not bring.

A workflow that had not ended runs again from the top when its store is opened for work, and gets what came of its
calls.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
import threading
from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from laneshift.errors import Bug, LaneshiftError, Refused
from laneshift.runs.engine.executions import Executions, Outcome, cancelled
from laneshift.runs.engine.hands import Hands
from laneshift.runs.engine.history import Row, forgettable, refuse_strangers
from laneshift.runs.engine.loop import LoopThread
from laneshift.runs.engine.port import Json, Program, RunStatus, StepFailed
from laneshift.runs.engine.sqlite_context import Shop, SqliteContext, expected, packed, past_of
from laneshift.runs.engine.sqlite_rows import Rows, Start, Stored
from laneshift.runs.engine.store import meaning, open_store
from laneshift.runs.engine.values import check_name, encode, facts_of, plain
from laneshift.runs.engine.work import Work

_GRACE_SECONDS = 1.0


class SqliteEngine:
    """The `Engine` on one SQLite file. See the port for what the methods promise."""

    def __init__(self, database: Path, program: Program, workers: int, version: str) -> None:
        """Open the store in the file `database`, which is made when missing. `workers` heavy steps run at once.

        Raises `Refused` when another process or another engine of this process has it, `NeedsPerson` when it is
        damaged, locked or cannot be written.
        """
        if workers < 1 or not program.heavy <= program.steps.keys():
            raise Bug("engine.bad-program", "workers must be at least 1, and each heavy step registered")
        self._database = database
        self._program = program
        self._workers = workers
        self._version = check_name(version, "version")
        self._broken: LaneshiftError | None = None
        self._shop: Shop | None = None
        self._closed = False
        self._opening = threading.Lock()
        self._tasks: set[asyncio.Task[Json]] = set()
        with ExitStack() as undo:
            undo.callback(open_store(database).release)
            with self._translated():
                self._rows = Rows(database)
            undo.callback(self._rows.close)
            self._loop = LoopThread("laneshift-engine")
            undo.callback(self._loop.stop)
            self._undo = undo.pop_all()

    def run(self, workflow: str, key: str, argument: Json) -> Json:
        """As the port says."""
        check_name(key, "key")
        if workflow not in self._program.workflows:
            raise Bug("engine.unknown-workflow", f"no workflow is registered as {workflow!r}")
        with self._translated():
            shop = self._started()
            start = Start(key, workflow, encode(argument), self._version)
            return self._loop.call(self._join(shop, start)).unwrap()

    def work(self, stop: threading.Event) -> None:  # noqa: ARG002 - as the port has it
        """As the port says: refused, here one process does it all."""
        raise Refused(
            "engine.one-process",
            "on SQLite one process does all the work, the one that `laneshift run` starts",
            cure="set LANESHIFT_DATABASE_URL or LANESHIFT_ENGINE to let several work together",
        )

    def send(self, key: str, topic: str, value: Json) -> None:
        """As the port says."""
        check_name(key, "key")
        with self._translated():
            if not self._rows.told(Rows.send, key, check_name(topic, "topic"), encode(value)):
                raise _unknown(key)
            if self._shop is not None:
                self._loop.call(_rung(self._shop, key, topic))

    def status(self, prefix: str) -> list[RunStatus]:
        """As the port says."""
        return [RunStatus(row.key, row.workflow, row.state) for row in self._listed() if row.key.startswith(prefix)]

    def cancel(self, key: str) -> None:
        """As the port says."""
        with self._translated():
            ended = self._rows.told(Rows.cancel, key)
            if ended is None:
                raise _unknown(key)
            if self._shop is not None:
                self._loop.call(_stopped(self._shop, ended))

    def forget(self, prefix: str, only: Collection[str] | None = None) -> int:
        """As the port says. The space in the file is used again, not given back."""
        keys = forgettable(self._listed(), prefix, only)
        with self._translated():
            self._rows.told(Rows.forget, keys)
        return len(keys)

    def close(self) -> None:
        """As the port says. Steps in flight get a second to end; later ones run again when the run is resumed."""
        self._closed = True
        with self._opening:  # what a start under way makes is undone too
            self._undo.close()

    def _started(self) -> Shop:
        """Begin to work on what is unfinished, if not begun before. Raises `Refused` as `run` does."""
        with self._opening:
            if self._shop is None:
                refuse_strangers(
                    (row for row in self._listed() if not row.ended), self._version, self._program.workflows
                )
                self._shop = self._loop.call(self._launch())
            return self._shop

    async def _launch(self) -> Shop:
        executions = Executions(self._failed)
        hands = Hands()
        self._undo.callback(hands.close)
        work = Work(self._workers, begin=hands.begin)
        shop = Shop(
            program=self._program,
            rows=self._rows,
            executions=executions,
            work=work,
            version=self._version,
            begin=lambda start: self._begin(shop, start),
            on_loss=self._failed,
        )
        self._undo.callback(lambda: self._loop.call(executions.wind_down(_GRACE_SECONDS)))
        for stored in await self._rows.ask(Rows.unfinished):
            self._perform(shop, stored)
        return shop

    async def _join(self, shop: Shop, start: Start) -> Outcome:
        if self._broken is not None:
            return Outcome(error=self._broken)
        return await asyncio.shield(await expected(shop, start))

    async def _begin(self, shop: Shop, start: Start) -> Outcome | None:
        """Start the workflow or join it; how it ended, if it has. Cancelled where the parent was."""
        begun = await self._rows.ask(Rows.begin, start)
        if begun is None:
            raise asyncio.CancelledError
        stored, new = begun
        if stored.workflow != start.workflow:
            why = f"{start.key!a} is a run of {stored.workflow!r}, not of {start.workflow!r}"
            raise Bug("engine.key-taken", "this key belongs to another workflow", why=why)
        if new:
            self._perform(shop, stored)
        return past_of(stored)

    def _perform(self, shop: Shop, stored: Stored) -> None:
        task = asyncio.get_running_loop().create_task(_body(shop, stored))
        self._tasks.add(task)  # the loop itself keeps no hold on its tasks
        task.add_done_callback(self._tasks.discard)

    def _listed(self) -> list[Row]:
        with self._translated():
            return self._rows.told(Rows.listed)

    def _failed(self, error: BaseException) -> None:
        """Called on the loop. Whoever waits is told; what runs stops at its next touch of the store."""
        if self._broken is None:
            self._broken = meaning(error, self._database)
        if self._shop is not None:
            for key in self._shop.executions.expected():
                self._shop.executions.announce(key, Outcome(error=self._broken))

    @contextmanager
    def _translated(self) -> Iterator[None]:
        if self._closed:
            raise Bug("engine.closed", "the engine was used after its end")
        try:
            yield
        except sqlite3.Error as error:
            raise meaning(error, self._database) from error


async def _body(shop: Shop, stored: Stored) -> Json:
    """Run one workflow to its end and keep that: every way to fail is a `StepFailed` with facts."""
    execution = shop.executions.enter(stored.key)
    before = await shop.rows.ask(Rows.calls, stored.key)
    context = SqliteContext(shop, execution, stored.key, before)
    try:
        value = plain(await shop.program.workflows[stored.workflow](context, json.loads(stored.argument)))
        status, outcome = "SUCCESS", Outcome(value)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is how this workflow ends
        facts = facts_of(error, "engine.workflow-crashed", f"the workflow {stored.workflow}")
        status, outcome = "ERROR", Outcome(error=StepFailed(facts))
    if not await shop.rows.ask(Rows.end, stored.key, status, packed(outcome)):
        raise asyncio.CancelledError
    return outcome.unwrap()


async def _rung(shop: Shop, key: str, topic: str) -> None:
    """Wake who waits for messages of this topic."""
    if bell := shop.mail.get((key, topic)):
        bell.set()


async def _stopped(shop: Shop, keys: Sequence[str]) -> None:
    """Stop what was cancelled, and tell those who wait for it."""
    for key in keys:
        if key in shop.executions.running:
            shop.executions.running[key].stop()
        shop.executions.announce(key, cancelled(key))


def _unknown(key: str) -> Refused:
    return Refused("engine.no-workflow", f"there is no workflow {key!a}", cure="`laneshift status` lists them")

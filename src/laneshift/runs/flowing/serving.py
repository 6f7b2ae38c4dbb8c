"""Whoever has the engine of flows: starts what was asked for, and wakes what waits when the journal has news for it.

Who asks only writes to the journal, so any process may. Every process that has the engine reads it there; where several
have it, each starts and wakes, and what was started or woken before is joined.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from laneshift.errors import LaneshiftError, Refused
from laneshift.evidence.canonical import digest
from laneshift.evidence.records import Record
from laneshift.runs.engine.port import Engine, Json, RunStatus, StepFailed
from laneshift.runs.events import Event
from laneshift.runs.flowing import keys
from laneshift.runs.flowing.effects import Effects
from laneshift.runs.flowing.program import STORE, flow_program
from laneshift.runs.flowing.state import Run, folded
from laneshift.runs.workshop import Workshop

LOOK_SECONDS = 0.2
TICK_SECONDS = 5.0
_NEWS = frozenset({keys.SIGNALLED, keys.CANCEL, keys.FAILING})
_AT_ONCE = 500
"""Runs that one workflow starts."""
_DIGITS = 24

Tick = Callable[[], object]


def serve_flows(
    shop: Workshop,
    effects: Effects,
    workers: int,
    stop: threading.Event,
    *,
    ticks: Sequence[Tick] = (),
    until: Callable[[dict[str, Run]], bool] | None = None,
    parked: set[str] | None = None,
) -> int:
    """Perform flows until `stop` is set, or until `until` holds of the runs. How many attempts were started.

    At most `workers` steps are at work at once; whatever waits holds none up. `ticks` are called every few seconds.
    `parked` is kept to the steps that wait here, by `Place.effect`.
    Raises what opening the engine raises: `engine.store-held` where another process performs the flows of this clone.
    """
    with shop.engine(flow_program(shop, effects, parked=parked), workers, STORE) as engine:
        desk = _Desk(shop, engine)
        with _beside(engine, stop):
            ticked = 0.0
            while not stop.is_set():
                desk.look()
                if until is not None and until(desk.runs):
                    break
                if time.monotonic() - ticked >= TICK_SECONDS:
                    ticked = time.monotonic()
                    desk.check()
                    for tick in ticks:
                        _ticked(shop, tick)
                stop.wait(LOOK_SECONDS)
        return desk.started


@dataclass
class _Desk:
    """What this process knows of the journal and has done about it."""

    shop: Workshop
    engine: Engine
    runs: dict[str, Run] = field(default_factory=dict)
    started: int = 0
    _seq: int = 0
    _begun: set[str] = field(default_factory=set)
    _opened: bool = False
    _quiet: bool = False

    def look(self) -> None:
        """Take up what is new in the journal."""
        # Looked up before the journal is read: of what had ended by then, the journal has the end, or never will.
        ended = [] if self._opened else [each for each in self.engine.status("") if each.state != "running"]
        records = self.shop.journal.records(prefix=keys.PREFIX, after=self._seq)
        if records:
            self._seq, self._quiet = records[-1].seq, False
            # Of what is over nothing is needed but that it is: a worker lives long.
            found = folded(records, self.runs)
            self.runs = {id_: replace(run, steps={}, signals=()) if run.over else run for id_, run in found.items()}
        if not self._opened:
            # What ends without a word after this, here or at another worker, is still there when it is looked for.
            self._bury(ended)
            # The journal has it; what has ended need not stay in the engine's store as well.
            self.engine.forget("", {each.key for each in ended})
        if records or not self._opened:
            self._start()
        # Who gave a signal may have died before anybody was woken for it.
        self._wake(_told_of(records) if self._opened else self.runs)
        self._opened = True

    def check(self) -> None:
        """Where nothing happens, see whether workflows ended without a word."""
        quiet, self._quiet = self._quiet, True
        if quiet and any(not run.over for run in self.runs.values()):
            self._bury(self.engine.status(""))

    def _bury(self, looked_up: Iterable[RunStatus]) -> None:
        """Record the end of runs whose workflow has ended without doing so: nobody else ever would."""
        open_ = {self._key(run): run for run in self.runs.values() if not run.over}
        for status in looked_up:
            if status.state in ("failed", "cancelled") and status.key in open_:
                run = open_[status.key]
                what = f"its workflow {'failed' if status.state == 'failed' else 'was cancelled'}"
                told = {"run": run.id, "attempt": run.attempt, "state": "failed", "code": "flow.crashed", "what": what}
                self.shop.journal.append(keys.of(run.id, run.attempt, "ended"), keys.ENDED, {**told, "step": ""})
                self.shop.report(Event("flow", f"{run.id} was given up: {what}"))

    def _start(self) -> None:
        due = [
            run for run in self.runs.values() if not run.over and not run.parent and self._key(run) not in self._begun
        ]
        for start in range(0, max(len(due), 0 if self._opened else 1), _AT_ONCE):
            chunk = due[start : start + _AT_ONCE]
            # Who begins the same ones joins; a set that differs in one is another beginning.
            name = digest(sorted(map(self._key, chunk))).removeprefix("sha256:")[:_DIGITS]
            self._begin(f"begin-{name}", {"runs": [*map(_argument, chunk)]})
            self._begun.update(map(self._key, chunk))
            self.started += len(chunk)

    def _begin(self, key: str, argument: Json) -> None:
        while True:
            try:
                self.engine.run("flow-begin", key, argument)
            except StepFailed as error:
                # Begun by another process too, which has seen its end and forgotten it. What it began is joined.
                if error.facts.get("code") != "engine.forgotten":
                    raise
            else:
                return

    def _wake(self, names: Iterable[str]) -> None:
        told = set(names)
        if not told:
            return
        for run in self.runs.values():
            if run.over or not told & {*keys.ancestry(run.id)}:
                continue
            for key in run.waiters:
                # It may have ended, and been forgotten, meanwhile.
                with contextlib.suppress(Refused):
                    self.engine.send(key, keys.POKE, None)

    @staticmethod
    def _key(run: Run) -> str:
        return f"{run.id}#{run.attempt}"


def _ticked(shop: Workshop, tick: Tick) -> None:
    """What goes wrong beside the flows is told, and keeps none of them from going on."""
    try:
        tick()
    except LaneshiftError as error:
        shop.report(Event("flow", f"{error.what} [{error.code}]"))


def _argument(run: Run) -> dict[str, object]:
    line = [[run.id, run.attempt]]
    return {"run": run.id, "attempt": run.attempt, "line": line, "until": None, "key": f"{run.id}#{run.attempt}"}


def _told_of(records: Iterable[Record]) -> list[str]:
    """The runs that have news; a part is told what its whole is told."""
    named = {str(record.facts["run"]) for record in records if record.kind in _NEWS}
    return sorted(named)


@contextmanager
def _beside(engine: Engine, stop: threading.Event) -> Iterator[None]:
    """Take part in what other processes asked for, where the engine is shared."""
    ended = threading.Event()
    failed: list[Exception] = []

    def work() -> None:
        try:
            engine.work(ended)
        except Refused as error:
            if error.code != "engine.one-process":
                failed.append(error)
                stop.set()
        except Exception as error:  # noqa: BLE001 - told to whoever waits for the worker's end
            failed.append(error)
            stop.set()

    thread = threading.Thread(target=work, name="laneshift-flows", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join(5.0)
    if failed:
        raise failed[0]

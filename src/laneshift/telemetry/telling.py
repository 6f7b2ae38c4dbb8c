"""Tells what happens to whoever wants to know, on a thread of its own: no step waits for it, and no failure harms one.

Records are queued as they are appended. Every few seconds, and at the end, each teller says how things stand.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait

from laneshift.evidence.port import JournalPort
from laneshift.evidence.records import Record
from laneshift.telemetry.metric import Sample
from laneshift.telemetry.port import Teller

_TICK_SECONDS = 10.0
_END_SECONDS = 15.0


class Telling:
    """Fulfils `Telemetry`. It costs nothing until a teller joins. `trouble` is told once of each thing that fails."""

    def __init__(self, journal: JournalPort, trouble: Callable[[str], None]) -> None:
        self._journal = journal
        self._trouble = trouble
        self._tellers: list[Teller] = []
        self._told: set[str] = set()
        self._pool: ThreadPoolExecutor | None = None
        self._over = threading.Event()
        self._lock = threading.Lock()
        self._heard = False

    def join(self, teller: Teller) -> None:
        """As the port says."""
        with self._lock:
            self._tellers.append(teller)
            if self._pool is None:
                self._pool = ThreadPoolExecutor(1, thread_name_prefix="laneshift-telemetry")
                self._journal.listen(self.heard)
                threading.Thread(target=self._clock, name="laneshift-telemetry-clock", daemon=True).start()

    def heard(self, record: Record, seconds: float) -> None:
        """A record was appended. Returns at once."""
        self._heard = True
        for teller in self._tellers:
            self._do(teller.hear, record, seconds)

    def observe(self, samples: tuple[Sample, ...]) -> None:
        """As the port says."""
        for teller in self._tellers:
            self._do(teller.observe, samples)

    def close(self) -> None:
        """As the port says. What cannot be told within 15 seconds is left."""
        self._over.set()
        for teller in self._tellers:
            if self._heard:
                self._do(teller.tick)
            self._do(teller.close)
        with self._lock:
            # Whatever is appended after the end is another process's to tell: the journal has it.
            pool, self._pool = self._pool, None
        if pool is None:
            return
        last = pool.submit(int)
        pool.shutdown(wait=False)
        if wait([last], _END_SECONDS).not_done:
            self._tell(f"measurements could not be told within {_END_SECONDS:.0f} seconds")
            pool.shutdown(wait=False, cancel_futures=True)

    def _clock(self) -> None:
        while not self._over.wait(_TICK_SECONDS):
            if self._heard:
                for teller in self._tellers:
                    self._do(teller.tick)

    def _do(self, told: Callable[..., None], *arguments: object) -> None:
        with self._lock:
            if self._pool is None:
                return
            try:
                asked = self._pool.submit(told, *arguments)
            except RuntimeError as error:  # the interpreter is ending; what is recorded now must still be recorded
                self._tell(f"measurements are not told any more: {error}")
                return
        asked.add_done_callback(self._look)

    def _look(self, done: Future[None]) -> None:
        error = None if done.cancelled() else done.exception()
        if error is not None:
            self._tell(f"measurements are not told: {type(error).__name__}: {error}")

    def _tell(self, text: str) -> None:
        if text not in self._told:
            self._told.add(text)
            self._trouble(text)

"""Tells what happens to whoever wants to know, on a thread of its own: no step waits for it, and no failure harms one.

Records are queued as they are appended. Every few seconds, and at the end, each teller says how things stand. What a
server measures of each request is gathered for a moment first: to wake a thread for each took longer than to answer.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait

from laneshift.evidence.port import JournalPort
from laneshift.evidence.records import Record
from laneshift.telemetry.metric import Sample
from laneshift.telemetry.port import Teller

_TICK_SECONDS = 10.0
_GATHER_SECONDS = 0.2
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
        self._observed: deque[tuple[Sample, ...]] = deque()
        self._some = threading.Event()
        self._gathering = threading.Lock()

    def join(self, teller: Teller) -> None:
        """As the port says."""
        with self._lock:
            self._tellers.append(teller)
            if self._pool is None:
                self._pool = ThreadPoolExecutor(1, thread_name_prefix="laneshift-telemetry")
                self._journal.listen(self.heard)
                for work in (self._clock, self._gather):
                    threading.Thread(target=work, name=f"laneshift-telemetry{work.__name__}", daemon=True).start()

    def heard(self, record: Record, seconds: float) -> None:
        """A record was appended. Returns at once."""
        self._heard = True
        for teller in self._tellers:
            self._do(teller.hear, record, seconds)

    def observe(self, samples: tuple[Sample, ...]) -> None:
        """As the port says: it is told within a fifth of a second, with what else there is by then."""
        if self._tellers:
            self._observed.append(samples)
            if not self._some.is_set():
                self._some.set()

    def close(self) -> None:
        """As the port says. What cannot be told within 15 seconds is left."""
        self._over.set()
        self._some.set()
        self._tell_observed()
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

    def _gather(self) -> None:
        while not self._over.is_set():
            self._some.wait()
            self._over.wait(_GATHER_SECONDS)
            self._tell_observed()

    def _tell_observed(self) -> None:
        """Have everything told that was observed, all at once."""
        with self._gathering:
            # First this: what is observed while the rest is taken wakes the thread again.
            self._some.clear()
            found: list[Sample] = []
            while self._observed:
                found += self._observed.popleft()
            for teller in self._tellers if found else ():
                self._do(teller.observe, tuple(found))

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

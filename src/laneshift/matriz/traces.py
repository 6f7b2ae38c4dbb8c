"""Where traces are kept: written behind the back of whoever answers, and found at once all the same.

A trace tells what happened, and nothing depends on it: where it cannot be written it is lost, which is counted, and
the oldest go when the store is full. Secrets are masked before anything is written or shown.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from threading import Condition, Thread
from typing import Protocol

from laneshift.errors import LaneshiftError, Refused
from laneshift.evidence.canonical import Json, digest
from laneshift.evidence.redaction import redact
from laneshift.matriz.trace import Trace, is_run, trace_of

LIMIT = 64 << 20
"""The bytes that are kept."""
_WAITING = 1000
_PATIENCE = 5.0
_log = logging.getLogger("laneshift.matriz")


class Shelf(Protocol):
    """A bounded map from digest to JSON, in the order of putting: `evidence.results` is one, and one in a database."""

    def get(self, inputs_digest: str) -> Json | None:
        """The value, None where there is none."""
        ...

    def put(self, inputs_digest: str, value: Json) -> None:
        """Keep a value; the oldest go where there is no room."""
        ...

    def newest(self, limit: int, before: int | None = None) -> list[tuple[int, Json]]:
        """Values with their positions, the last put first."""
        ...

    def close(self) -> None:
        """Let go of what is open in this process."""
        ...


class Traces:
    """Traces by their ids. For any number of threads; `lost` counts those that could not be written."""

    def __init__(self, shelf: Shelf) -> None:
        self.lost = 0
        self._shelf = shelf
        self._changed = Condition()
        self._waiting: OrderedDict[str, Trace] = OrderedDict()
        self._writing: Trace | None = None
        self._writer: Thread | None = None

    def keep(self, trace: Trace) -> None:
        """Keep it, soon. Neither blocks nor raises; of too many that wait the oldest is lost."""
        with self._changed:
            self._waiting[trace.id] = trace
            if len(self._waiting) > _WAITING:
                self._waiting.popitem(last=False)
                self.lost += 1
            if self._writer is None:
                self._writer = Thread(target=self._write, name="matriz-traces", daemon=True)
                self._writer.start()

    def get(self, run: str) -> Trace:
        """The trace of a run, also one that is not written yet.

        Raises `Refused` (`matriz.no-trace`) where there is none, or none any more, and what the store raises.
        """
        with self._changed:
            writing = self._writing if self._writing is not None and self._writing.id == run else None
            waiting = self._waiting.get(run, writing)
        if waiting is not None:
            return trace_of(_masked(waiting))
        found = self._shelf.get(_key(run)) if is_run(run) else None
        if found is None:
            raise Refused("matriz.no-trace", f"there is no trace {run[:32]!r}", cure="the oldest are not kept for ever")
        return trace_of(found)

    def newest(self, limit: int, before: int | None = None) -> list[tuple[int, Trace]]:
        """Up to `limit` traces with their positions, the last first, from behind the position `before` on.

        Those that wait to be written are waited for, up to five seconds. Raises what the store raises.
        """
        self.settle(_PATIENCE)
        return [(position, trace_of(told)) for position, told in self._shelf.newest(limit, before)]

    def settle(self, seconds: float) -> bool:
        """Wait up to so many seconds until all is written; whether it is."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._waiting and self._writing is None, seconds)

    def close(self) -> None:
        """Write what waits, for up to five seconds, and let go of the store."""
        if not self.settle(_PATIENCE):
            _log.warning("%d trace(s) are lost: they could not be written in time", len(self._waiting))
        self._shelf.close()

    def _write(self) -> None:
        while (trace := self._next()) is not None:
            try:
                self._shelf.put(_key(trace.id), _masked(trace))
            except (LaneshiftError, OSError) as error:
                self.lost += 1
                _log.warning("trace %s is lost: %s", trace.id, error)

    def _next(self) -> Trace | None:
        """The trace that waits longest. None when there is nothing to do: the thread then ends."""
        with self._changed:
            self._writing = None
            if self._waiting:
                _, self._writing = self._waiting.popitem(last=False)
            else:
                self._writer = None
                self._changed.notify_all()
            return self._writing


def _key(run: str) -> str:
    return digest({"trace": run})


def _masked(trace: Trace) -> dict[str, Json]:
    masked: dict[str, Json] = redact(trace.as_json())
    return masked

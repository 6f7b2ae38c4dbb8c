"""This process as one worker of a fleet on PostgreSQL: renews its lease, takes work, adopts what the dead left.

One thread does it all, on connections of its own, so that neither long steps nor a busy pool keep a heartbeat back.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from laneshift.runs.engine.appetite import appetite
from laneshift.runs.engine.fence import Fence, LeaseLost
from laneshift.runs.engine.roster import Roster
from laneshift.runs.engine.work import Work

_LOOK_SECONDS = 0.1
_FRESH_SECONDS = 0.2
_BEATS_IN_A_LEASE = 4
_STOP_SECONDS = 5.0


@dataclass
class Fleet:
    """The part of this process in it. `on_loss` is called from the fleet's thread, once."""

    roster: Roster
    token: int
    version: str
    application: str
    workers: int
    on_loss: Callable[[BaseException], None] = field(default=lambda _: None)
    retire: Callable[[int], None] = field(default=lambda _: None)
    """Removes what a dead worker with this token has left, apart from its work."""
    work: Work = field(init=False)
    answers: int = 0
    """Grows while the database answers, or refuses to; not while a question is in flight."""
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None
    _renewed: float = field(default_factory=time.monotonic)
    _lapse: float = 0.0
    """When to look next for leases that have lapsed."""
    _claimed: list[tuple[float, int]] = field(default_factory=list)
    _last_claim: float = 0.0

    def __post_init__(self) -> None:
        self.work = Work(self.workers, Fence(self.token, self.check, self.keep))

    def check(self) -> None:
        """Ask the database whether the lease still holds. Raises `LeaseLost` when not, or when it cannot be asked."""
        try:
            good = self.roster.holds(self.token)
        except SQLAlchemyError as error:
            raise LeaseLost("the database cannot be asked for the lease") from error
        if not good:
            raise LeaseLost(f"the lease {self.token} has lapsed")

    def keep(self, transaction: sa.Connection) -> None:
        """Hold the lease until the transaction ends. Raises `LeaseLost` when it has lapsed."""
        if not self.roster.keep(transaction, self.token):
            raise LeaseLost(f"the lease {self.token} has lapsed")

    def begin(self, on_loss: Callable[[BaseException], None]) -> None:
        """Start to take work."""
        self.on_loss = on_loss
        self._thread = threading.Thread(target=self._serve, name="laneshift-fleet", daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Give everything back, so that others need not wait for the lease to lapse."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(_STOP_SECONDS)
        with contextlib.suppress(SQLAlchemyError):  # a server that is gone cannot be told; the lease lapses by itself
            self.roster.leave(self.token)
            self.retire(self.token)

    def _serve(self) -> None:
        failing: float | None = None
        while not self._stop.wait(_LOOK_SECONDS):
            try:
                self._renew()
                self._adopt()
                self._take()
            except SQLAlchemyError as error:
                # One failed question is not the end: the server may be restarting, or it ended the transaction that
                # this process was paused in. Asked again, it says whether the lease holds.
                now = time.monotonic()
                failing = now if failing is None else failing
                if now - failing > self.roster.lease:
                    self.on_loss(error)
                    return
            except LeaseLost as error:
                self.on_loss(error)
                return
            except Exception as error:
                self.on_loss(error)  # a thread that ended unnoticed would let the lease lapse without a word
                raise
            else:
                failing = None
            self.answers += 1

    def _renew(self) -> None:
        now = time.monotonic()
        if now - self._renewed < self.roster.lease / _BEATS_IN_A_LEASE:
            return
        if not self.roster.beat(self.token):
            raise LeaseLost(f"the lease {self.token} has lapsed")
        self._renewed = now

    def _adopt(self) -> None:
        """Take over from the dead: at every heartbeat, and at the moment at which a lease is going to lapse."""
        now = time.monotonic()
        if now < self._lapse:
            return
        for dead in self.roster.adopt():
            self.retire(dead.token)
        beat, soonest = self.roster.lease / _BEATS_IN_A_LEASE, self.roster.soonest(self.token)
        self._lapse = now + (beat if soonest is None else max(0.0, min(beat, soonest)))

    def _take(self) -> None:
        now = time.monotonic()
        self._claimed = [(when, many) for when, many in self._claimed if now - when < _FRESH_SECONDS]
        fresh = sum(many for _, many in self._claimed)
        most = appetite(self.work.pressing, fresh, self.workers, now - self._last_claim)
        if most <= 0:
            return
        keys = self.roster.claim(self.token, self.version, self.application, most)
        if keys:
            self._last_claim = now
            self._claimed.append((now, len(keys)))

"""Every decision of the policies, on record: a hash-chained journal of its own, one file a month.

It is apart from the journal of landings, since a server decides far more often than anything lands: one busy page would
bury what that journal is read for, and its length is what every verification of a batch has to read.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock

from laneshift.evidence.journal import Journal
from laneshift.evidence.records import Record
from laneshift.server.auth.policies import Decision

ALLOWED, DENIED = "policy.allowed", "policy.denied"


class DecisionLog:
    """The decisions of one repository. `clock` gives unix seconds."""

    def __init__(self, folder: Path, clock: Callable[[], int]) -> None:
        self._folder = folder
        self._clock = clock
        self._lock = Lock()
        self._month = ""
        self._journal: Journal | None = None

    def add(self, decision: Decision, asked: str) -> Record:
        """Record a decision; `asked` names the request. Raises `CheckFailed` when it cannot be recorded."""
        facts = {
            "principal": decision.principal,
            "roles": list(decision.roles),
            "via": decision.via,
            "action": decision.action,
            "resource": decision.resource,
            "policies": list(decision.policies),
            "errors": list(decision.errors),
            "policy": decision.policy,
            "request": asked,
        }
        kind = ALLOWED if decision.allowed else DENIED
        return self._current().append(f"decision/{secrets.token_hex(12)}", kind, facts)

    def last(self, count: int) -> list[Record]:
        """The last `count` decisions of this month, newest last."""
        journal = self._current()
        tip = journal.tip()
        return journal.records(after=max(0, tip.seq - count)) if tip is not None else []

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            if self._journal is not None:
                self._journal.close()
                self._journal = None

    def _current(self) -> Journal:
        month = datetime.fromtimestamp(self._clock(), UTC).strftime("%Y-%m")
        with self._lock:
            if self._journal is None or month != self._month:
                if self._journal is not None:
                    self._journal.close()
                self._journal = Journal.open(self._folder / f"decisions-{month}.sqlite", actor="policy")
                self._month = month
            return self._journal

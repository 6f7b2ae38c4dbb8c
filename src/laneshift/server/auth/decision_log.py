"""Every decision of the policies, on record: an append-only, hash-chained file of its own, one a month.

It is apart from the journal of landings, since a server decides far more often than anything lands: one busy page would
bury what that journal is read for, and its length is what every verification of a batch has to read. For the same
reason its records are small, and those that come together are written in one short transaction.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from json.encoder import encode_basestring_ascii as quoted
from pathlib import Path
from threading import Lock
from typing import Any

from laneshift.errors import CheckFailed
from laneshift.evidence.ladder import Ladder, climb
from laneshift.evidence.sqlite import Connections, make_once, writing
from laneshift.server.auth.policies import Decision

_APPLICATION = 0x6C736431
_LADDER = Ladder("decisions", "the log of decisions")
_TABLES = (
    "CREATE TABLE decisions (seq INTEGER PRIMARY KEY, line TEXT NOT NULL, digest TEXT NOT NULL)",
    """CREATE TRIGGER decisions_stay BEFORE DELETE ON decisions
        BEGIN SELECT RAISE(ABORT, 'the log of decisions is append-only'); END""",
    """CREATE TRIGGER decisions_do_not_change BEFORE UPDATE ON decisions
        BEGIN SELECT RAISE(ABORT, 'the log of decisions is append-only'); END""",
)
_ORIGIN = hashlib.sha256(b"laneshift decisions").hexdigest()
_DAY = 86_400
_LAST = "SELECT seq, digest FROM decisions ORDER BY seq DESC LIMIT 1"


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision on record. `facts` are those of the decision, with `request` and `at` in unix milliseconds."""

    seq: int
    facts: dict[str, Any]


class DecisionLog:
    """The decisions of one repository. `clock` gives unix seconds. Safe to share among threads and processes."""

    def __init__(self, folder: Path, clock: Callable[[], int]) -> None:
        self._folder = folder
        self._clock = clock
        self._lock = Lock()
        self._month = ""
        self._connections: Connections | None = None

    def add(self, decision: Decision, asked: str) -> int:
        """Record a decision; `asked` names the request. Its number.

        Raises `CheckFailed` (`policy.not-recorded`) when it cannot be recorded.
        """
        return self.add_all([(decision, asked)])[0]

    def add_all(self, decided: Sequence[tuple[Decision, str]]) -> list[int]:
        """Record decisions, each with the name of its request: all of them or none. Their numbers. Raises as `add`."""
        at = self._clock() * 1000
        rows = []
        with self._use() as connection, writing(connection):
            seq, before = connection.execute(_LAST).fetchone() or (0, _ORIGIN)
            for number, (decision, asked) in enumerate(decided, int(seq) + 1):
                line = f'{{"at":{at},{_told(decision)},"request":{quoted(asked)}}}'
                before = _digest(before, line)
                rows.append((number, line, before))
            connection.executemany("INSERT INTO decisions VALUES (?, ?, ?)", rows)
        return [number for number, _, _ in rows]

    def last(self, count: int) -> list[Decided]:
        """The last `count` decisions of this month, newest last. Raises as `add` does."""
        with self._use() as connection:
            rows = connection.execute("SELECT seq, line FROM decisions ORDER BY seq DESC LIMIT ?", (count,)).fetchall()
        return [Decided(seq, json.loads(line)) for seq, line in reversed(rows)]

    def check(self) -> list[str]:
        """What was done to the decisions of this month since they were recorded; empty when the chain is whole.

        Makes no file where none is. Raises as `add` does.
        """
        findings, before, number = [], _ORIGIN, 0
        if not self._path(self._now()).exists():
            return []
        with self._use() as connection:
            for number, (seq, line, digest) in enumerate(connection.execute("SELECT * FROM decisions ORDER BY seq"), 1):
                if seq != number or digest != _digest(before, line):
                    findings.append(f"decision {seq} is not the one that was recorded after decision {number - 1}")
                    break
                before = digest
        return findings

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            if self._connections is not None:
                self._connections.close()
                self._connections = None

    @contextmanager
    def _use(self) -> Iterator[sqlite3.Connection]:
        try:
            with self._current().use() as connection:
                yield connection
        except (sqlite3.Error, ValueError) as error:
            raise CheckFailed(
                "policy.not-recorded",
                "decisions cannot be put on record now, so nothing is allowed",
                where=str(self._folder),
                why=str(error),
                cure="see that the disk has room; move a damaged file of decisions away, and keep it",
            ) from error

    def _current(self) -> Connections:
        month = self._now()
        with self._lock:
            if self._connections is None or month != self._month:
                if self._connections is not None:
                    self._connections.close()
                path = self._path(month)
                make_once(path, _create)
                opened = Connections(path)
                with opened.use() as connection:
                    climb(connection, _LADDER, str(path))
                self._connections, self._month = opened, month
            return self._connections

    def _now(self) -> str:
        return _month(self._clock() // _DAY)

    def _path(self, month: str) -> Path:
        return self._folder / f"decisions-{month}.sqlite"


def _create(connection: sqlite3.Connection) -> None:
    with writing(connection):
        for statement in _TABLES:
            connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {_APPLICATION}")
        connection.execute(f"PRAGMA user_version = {_LADDER.newest}")


@lru_cache(maxsize=4)
def _month(day: int) -> str:
    """The month of a day since 1970, in UTC."""
    return datetime.fromtimestamp(day * _DAY, UTC).strftime("%Y-%m")


@lru_cache(maxsize=4096)
def _told(decision: Decision) -> str:
    """A decision as members of a JSON object. The same ones come again and again."""
    told = {
        "allowed": decision.allowed,
        "principal": decision.principal,
        "roles": decision.roles,
        "via": decision.via,
        "action": decision.action,
        "resource": decision.resource,
        "policies": decision.policies,
        "errors": decision.errors,
        "policy": decision.policy,
    }
    return json.dumps(told, separators=(",", ":"))[1:-1]


def _digest(before: str, line: str) -> str:
    return hashlib.sha256(f"{before}\n{line}".encode()).hexdigest()

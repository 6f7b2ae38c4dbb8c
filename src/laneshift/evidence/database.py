"""One repository's records in a PostgreSQL database: every transaction on them goes through here.

A write is fenced: in its own transaction, the last thing before its content, `guard` asks whether this process may
still write, and locks the answer until the end. So a worker that was replaced cannot write, however late it wakes up.
Every write is idempotent, which is why one that failed on its way may be tried again.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection

from laneshift.evidence import tables
from laneshift.repo.doors import effect

Value = TypeVar("Value")
Work = Callable[[sa.Connection], Value]

_PAUSE_SECONDS = 0.2


@dataclass(frozen=True)
class Database:
    """The database, and the repository whose records are meant.

    `guard` raises when this process may not write any more. `failed` gives the error to raise for one of the database
    that lasts longer than `patience` seconds. `where` names the database to a person, without secrets. Each
    transaction happens within `limited`, which ends it with an error of the database when no answer comes.
    """

    engine: sa.Engine
    repository: str
    where: str
    guard: Callable[[sa.Connection], None]
    failed: Callable[[Exception], BaseException]
    patience: float
    limited: Callable[[], AbstractContextManager[None]] = nullcontext

    def prepare(self) -> None:
        """Make the tables and the repository's entry. Raises as `tables.make` does."""
        origin = f"sha256:{secrets.token_hex(32)}"
        self._tried(lambda connection: tables.make(connection, self.repository, origin))

    def read(self, work: Work[Value]) -> Value:
        """What `work` finds in one transaction. Raises what `failed` gives."""
        return self._tried(work)

    def write(self, work: Work[Value], turn: str, *, durable: bool = False) -> Value:
        """Do `work` in one fenced transaction; those with the same `turn` come one after another.

        With `durable` the server answers when it is on its disk, also where it is set up to answer sooner.
        Raises as `guard` does, and what `failed` gives.
        """

        def guarded(connection: sa.Connection) -> Value:
            tables.take_turn(connection, f"laneshift {turn} {self.repository}")
            # After the turn: whoever waited for it may have been replaced meanwhile.
            self.guard(connection)
            if durable:
                connection.execute(sa.text("SET LOCAL synchronous_commit = on"))
            return work(connection)

        with effect():
            return self._tried(guarded)

    def close(self) -> None:
        """Let go of the connections of this process; a later use opens new ones."""
        self.engine.dispose()

    def _tried(self, work: Work[Value]) -> Value:
        deadline = time.monotonic() + self.patience
        while True:
            try:
                with self.limited(), self.engine.begin() as connection:
                    return work(connection)
            except (DBAPIError, NoConnection) as error:
                if not _passes(error) or time.monotonic() > deadline:
                    raise self.failed(error) from error
            time.sleep(_PAUSE_SECONDS)


def _passes(error: Exception) -> bool:
    """Whether the same may go well a moment later: the server restarts, or a connection broke."""
    lost = isinstance(error, DBAPIError) and error.connection_invalidated
    return lost or isinstance(error, OperationalError | InterfaceError | NoConnection)

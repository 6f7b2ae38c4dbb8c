"""The workers that share one PostgreSQL database, and who has which workflow. All times are the database's own.

Each process that works is one row with a lease that its heartbeats renew. Its token is the row's number and grows with
every process. Once a lease has lapsed, any other worker may fence the row, for good: in the same transaction the
workflows of that worker are on offer again, and DBOS no longer accepts results from it, because their owner is gone.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import DOUBLE_PRECISION

_SCHEMA = "laneshift"
_LOCK = 0x1A9E_5417
_TERM = 0.9
_OWN = sa.MetaData(schema=_SCHEMA)
_WORKERS = sa.Table(
    "engine_workers",
    _OWN,
    sa.Column("token", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    sa.Column("scope", sa.Text, nullable=False),
    sa.Column("version", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("expires", DOUBLE_PRECISION, nullable=False),
    sa.Column("fenced", sa.Boolean, nullable=False, server_default=sa.false()),
)
_RUNS = sa.table(
    "workflow_status",
    *(
        sa.column(name)
        for name in (
            "workflow_uuid",
            "status",
            "queue_name",
            "application_name",
            "application_version",
            "created_at",
            "owner_xid",
            "started_at_epoch_ms",
        )
    ),
    schema="dbos",
)
_NOW = sa.cast(sa.extract("epoch", sa.func.clock_timestamp()), DOUBLE_PRECISION)


@dataclass(frozen=True)
class Adopted:
    """One worker that was found dead, and the keys of the workflows that are on offer again."""

    token: int
    keys: tuple[str, ...]


@dataclass(frozen=True)
class Roster:
    """The roster of one scope: workers of other scopes in the same database are strangers."""

    engine: sa.Engine
    scope: str
    lease: float

    @property
    def term(self) -> float:
        """Seconds for which a heartbeat holds: shorter than the lease, within which others are to be at the work."""
        return _TERM * self.lease

    @property
    def offers(self) -> str:
        """The queue of workflows that nobody has taken. No process listens to it."""
        return f"laneshift-offers-{self.scope}"

    def queue(self, token: int) -> str:
        """The queue that only the worker with this token listens to."""
        return f"laneshift-{token}-{self.scope}"

    def prepare(self) -> None:
        """Make the table, whoever else does the same at this moment."""
        with self.engine.begin() as connection:
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
            connection.execute(sa.schema.CreateSchema(_SCHEMA, if_not_exists=True))
            _OWN.create_all(connection)

    def look(self) -> None:
        """Raise the database's error at once, and not in the middle of a run, if DBOS keeps its workflows otherwise."""
        with self.engine.connect() as connection:
            connection.execute(sa.select(_RUNS).limit(0))

    def join(self, version: str, name: str) -> int:
        """A lease for this process. The token."""
        row = sa.insert(_WORKERS).values(scope=self.scope, version=version, name=name, expires=_NOW + self.term)
        with self.engine.begin() as connection:
            return int(connection.execute(row.returning(_WORKERS.c.token)).scalar_one())

    def beat(self, token: int) -> bool:
        """Renew the lease. False when it is lost."""
        with self.engine.begin() as connection:
            return bool(connection.execute(_mine(token).values(expires=_NOW + self.term)).rowcount)

    def holds(self, token: int) -> bool:
        """Whether the lease is good at this moment."""
        with self.engine.connect() as connection:
            return connection.execute(_good(token)).first() is not None

    def keep(self, connection: sa.Connection, token: int) -> bool:
        """Whether the lease is good, in a transaction of the caller's: nobody can fence the worker before its end."""
        return connection.execute(_good(token).with_for_update(read=True)).first() is not None

    def claim(self, token: int, version: str, application: str, most: int) -> list[str]:
        """Take up to `most` workflows of this version from the offers, oldest first. Their keys."""
        wanted = (
            sa.select(_RUNS.c.workflow_uuid)
            .where(
                _RUNS.c.status == "ENQUEUED",
                _RUNS.c.queue_name == self.offers,
                _RUNS.c.application_version == version,
                _RUNS.c.application_name == application,
            )
            .order_by(_RUNS.c.created_at)
            .limit(most)
            .with_for_update(skip_locked=True)
        )
        with self.engine.begin() as connection:
            # Touching the own row first makes a claim and a fencing wait for each other.
            if not connection.execute(_mine(token).values(expires=_NOW + self.term)).rowcount:
                return []
            keys = [row[0] for row in connection.execute(wanted)]
            if keys:
                taken = sa.update(_RUNS).where(_RUNS.c.workflow_uuid.in_(keys))
                connection.execute(taken.values(queue_name=self.queue(token)))
        return keys

    def adopt(self) -> list[Adopted]:
        """Fence every worker whose lease has lapsed, and offer its workflows again."""
        lapsed = (
            sa.select(_WORKERS.c.token)
            .where(_WORKERS.c.scope == self.scope, ~_WORKERS.c.fenced, _WORKERS.c.expires <= _NOW)
            .with_for_update(skip_locked=True)
        )
        with self.engine.begin() as connection:
            tokens = [int(row[0]) for row in connection.execute(lapsed)]
            return [self._fence(connection, token) for token in tokens]

    def soonest(self, token: int) -> float | None:
        """Seconds until the lease of another worker lapses, the first of all; None when there is no other."""
        others = _WORKERS.c.scope == self.scope, ~_WORKERS.c.fenced, _WORKERS.c.token != token
        with self.engine.connect() as connection:
            found = connection.execute(sa.select(sa.func.min(_WORKERS.c.expires) - _NOW).where(*others)).scalar_one()
        return None if found is None else float(found)

    def leave(self, token: int) -> None:
        """Give everything back at once."""
        with self.engine.begin() as connection:
            self._fence(connection, token)

    def _fence(self, connection: sa.Connection, token: int) -> Adopted:
        connection.execute(sa.update(_WORKERS).where(_WORKERS.c.token == token).values(fenced=True))
        again = (
            sa.update(_RUNS)
            .where(_RUNS.c.queue_name == self.queue(token), _RUNS.c.status.in_(("PENDING", "ENQUEUED")))
            .values(status="ENQUEUED", queue_name=self.offers, owner_xid=None, started_at_epoch_ms=None)
            .returning(_RUNS.c.workflow_uuid)
        )
        return Adopted(token, tuple(row[0] for row in connection.execute(again)))


def _good(token: int) -> sa.Select[tuple[int]]:
    return sa.select(_WORKERS.c.token).where(*_holding(token))


def _mine(token: int) -> sa.Update:
    return sa.update(_WORKERS).where(*_holding(token))


def _holding(token: int) -> tuple[sa.ColumnElement[bool], ...]:
    return _WORKERS.c.token == token, ~_WORKERS.c.fenced, _WORKERS.c.expires > _NOW

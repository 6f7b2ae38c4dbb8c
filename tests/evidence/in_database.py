"""Records in a real PostgreSQL database, for tests."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa

from laneshift.errors import NeedsPerson
from laneshift.evidence.database import Database

FAILED = "test.database-failed"


def opened(url: str, repository: str = "mono", guard: Callable[[sa.Connection], None] = lambda _: None) -> Database:
    """The records of `repository`, ready for use; nobody fences them unless `guard` does."""
    database = Database(
        sa.create_engine(url), repository, "tests", guard, lambda error: NeedsPerson(FAILED, str(error)), 5.0
    )
    database.prepare()
    return database


def by_hand(url: str, statement: str) -> None:
    """What somebody with the rights of the owner does to the tables."""
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()


def tampered(url: str, statement: str) -> None:
    """The same to the journal, with the trigger that keeps its rows from changing taken off."""
    by_hand(url, "ALTER TABLE laneshift.journal DISABLE TRIGGER journal_stays")
    by_hand(url, statement)

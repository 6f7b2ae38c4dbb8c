"""Who reads records in a database that hangs is told so after a bounded time, and reads on when it answers again."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from laneshift.errors import NeedsPerson
from laneshift.evidence.postgres_journal import PostgresJournal
from laneshift.runs.engine.postgres_records import records_in
from tests.runs.engine.proxy import Proxy

LEASE = 3.0
"""A transaction has four of them: far more than any of these takes, also on a machine that stalls for seconds."""


def in_time(call: Callable[[], object]) -> Exception:
    """What a call raised that has to end by itself."""
    raised: list[Exception] = []

    def run() -> None:
        with pytest.raises(NeedsPerson) as caught:
            call()
        raised.append(caught.value)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(120)
    assert raised, "it waits for ever"
    return raised[0]


def test_a_reader_is_told_that_the_database_hangs(postgres_url: str) -> None:
    with Proxy.to(postgres_url) as proxy:
        database = records_in(proxy.address(postgres_url).replace("+psycopg", ""), "mono", LEASE)
        journal = PostgresJournal(database)
        journal.append("a", "x", {})
        proxy.cut()
        told = in_time(journal.records)
        assert isinstance(told, NeedsPerson)
        assert (told.code, told.why) == ("engine.database-failed", "it has not answered for 12 s")
        assert f":{proxy.port}/" in told.where
        proxy.mend()
        assert [record.key for record in journal.records()] == ["a"]
        database.close()


def test_a_writer_is_told_as_well_and_has_written_once(postgres_url: str) -> None:
    with Proxy.to(postgres_url) as proxy:
        database = records_in(proxy.address(postgres_url).replace("+psycopg", ""), "mono", LEASE)
        journal = PostgresJournal(database)
        journal.append("a", "x", {})
        proxy.cut()
        told = in_time(lambda: journal.append("b", "x", {}))
        assert isinstance(told, NeedsPerson)
        assert told.code == "engine.database-failed"
        proxy.mend()
        assert journal.append("b", "x", {}).key == "b"
        assert [record.key for record in journal.records()] == ["a", "b"]
        database.close()

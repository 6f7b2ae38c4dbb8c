"""The lines to a server can be cut, and one that is gone is not called for ever."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from dbos._utils import retriable_postgres_exception

from laneshift.runs.engine.lines import Lines, Unreachable
from laneshift.runs.engine.postgres_store import pool
from tests.ports import free_port
from tests.runs.engine import servers
from tests.runs.engine.driving import until

LONG = 120.0


@pytest.fixture(scope="module")
def server() -> Iterator[sa.URL]:
    with servers.postgres() as url:
        yield url


def nobody() -> sa.URL:
    """The address of a server that is not there."""
    return sa.make_url(f"postgresql+psycopg://tester@127.0.0.1:{free_port()}/none")


def refusal(engine: sa.Engine) -> sa.exc.SQLAlchemyError:
    with pytest.raises(sa.exc.SQLAlchemyError) as caught:
        engine.connect()
    return caught.value


def test_a_cut_ends_the_question_in_flight_and_allows_no_other(server: sa.URL) -> None:
    lines, ended = Lines(LONG), list[sa.exc.SQLAlchemyError]()
    asking, other = pool(server, LONG, lines=lines), pool(server, LONG, lines=lines)

    def ask() -> None:
        with pytest.raises(sa.exc.OperationalError) as caught, asking.connect() as connection:
            connection.exec_driver_sql("SELECT pg_sleep(300)")
        ended.append(caught.value)

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    asleep = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
    with other.connect() as looking:

        def is_asleep() -> bool:
            looking.rollback()  # one transaction is shown those sessions alone that there were when it first looked
            return bool(looking.exec_driver_sql(asleep).scalar_one())

        until(is_asleep)
        lines.cut("enough")
        thread.join(240)
        assert ended, "the question was ended"
        with pytest.raises(sa.exc.OperationalError):
            looking.exec_driver_sql("SELECT 1")
    for engine in (asking, other):
        assert str(refusal(engine).orig) == "enough"
        engine.dispose()


def test_dbos_repeats_what_failed_until_the_patience_is_over_and_not_afterwards() -> None:
    short, patient = pool(nobody(), LONG, lines=Lines(0)), pool(nobody(), LONG)
    refusals = [refusal(short), refusal(short)]
    assert [type(error) for error in refusals] == [sa.exc.OperationalError, Unreachable]
    assert [retriable_postgres_exception(error) for error in refusals] == [True, False]
    assert str(refusals[1].orig) == str(refusals[0].orig), "it tells why"
    assert {type(refusal(patient)) for _ in range(3)} == {sa.exc.OperationalError}


def test_a_connection_that_is_made_ends_the_failing(server: sa.URL) -> None:
    lines = Lines(0)
    gone, there = pool(nobody(), LONG, lines=lines), pool(server, LONG, lines=lines)
    assert not isinstance(refusal(gone), Unreachable)
    with there.connect() as connection:
        assert connection.exec_driver_sql("SELECT 1").scalar_one() == 1
    assert not isinstance(refusal(gone), Unreachable), "it has only begun to fail"
    there.dispose()

"""Leases, fencing and claims on a real PostgreSQL server."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from laneshift.runs.engine.roster import Roster
from tests.runs.engine.driving import until

LEASE = 60.0
OFFER = sa.text(
    "INSERT INTO dbos.workflow_status (workflow_uuid, status, queue_name, application_name, application_version,"
    " created_at, updated_at, priority, owner_xid) VALUES (:key, :status, :queue, :app, :version, :at, 0, 0, 'someone')"
)
ROWS = sa.text("SELECT workflow_uuid, status, queue_name, owner_xid FROM dbos.workflow_status ORDER BY created_at")
AGE = sa.text("UPDATE laneshift.engine_workers SET expires = expires - :seconds WHERE token = :token")


@pytest.fixture
def database(postgres_url: str) -> Iterator[sa.Engine]:
    engine = sa.create_engine(postgres_url)
    yield engine
    engine.dispose()


@pytest.fixture
def roster(database: sa.Engine) -> Roster:
    return Roster(database, "s", LEASE)


def offer(roster: Roster, *keys: str, version: str = "v1", status: str = "ENQUEUED") -> None:
    with roster.engine.begin() as connection:
        for at, key in enumerate(keys):
            row = {"key": key, "status": status, "queue": roster.offers, "app": "app", "version": version, "at": at}
            connection.execute(OFFER, row)


def age(roster: Roster, token: int, seconds: float) -> None:
    """Let the lease of one worker be that much older, as the database sees it."""
    with roster.engine.begin() as connection:
        done = connection.execute(AGE, {"token": token, "seconds": seconds})
        assert done.rowcount == 1


def rows(roster: Roster) -> list[tuple[str, str, str, str | None]]:
    with roster.engine.connect() as connection:
        return [(row[0], row[1], row[2], row[3]) for row in connection.execute(ROWS)]


def test_tokens_grow_and_a_beat_renews(roster: Roster) -> None:
    first, second = roster.join("v1", "a"), roster.join("v1", "b")
    assert second > first
    age(roster, second, LEASE)
    for _ in range(4):
        age(roster, first, LEASE / 3)
        assert roster.beat(first)
    assert (roster.holds(first), roster.holds(second)) == (True, False)
    assert not roster.beat(second)


def test_a_claim_takes_the_oldest_of_its_version_only(roster: Roster) -> None:
    token = roster.join("v1", "a")
    offer(roster, "old", "new", "newer")
    offer(roster, "other", version="v2")
    offer(roster, "cancelled", status="CANCELLED")
    assert roster.claim(token, "v1", "app", 2) == ["old", "new"]
    assert roster.claim(token, "v1", "strangers", 9) == []
    assert roster.claim(token, "v1", "app", 9) == ["newer"]
    taken = {key for key, _, queue, _ in rows(roster) if queue == roster.queue(token)}
    assert taken == {"old", "new", "newer"}


def test_two_who_claim_at_once_never_get_the_same(roster: Roster) -> None:
    keys = [f"k{n}" for n in range(60)]
    offer(roster, *keys)
    tokens = [roster.join("v1", str(n)) for n in range(4)]

    def claim(token: int) -> list[str]:
        found: list[str] = []
        while more := roster.claim(token, "v1", "app", 3):
            found += more
        return found

    with ThreadPoolExecutor(4) as pool:
        shares = list(pool.map(claim, tokens))
    assert sorted(key for share in shares for key in share) == sorted(keys)


def test_a_lapsed_worker_is_fenced_for_good_and_its_work_is_on_offer_again(roster: Roster) -> None:
    dead, alive = roster.join("v1", "dead"), roster.join("v1", "alive")
    offer(roster, "a", "b")
    assert roster.claim(dead, "v1", "app", 1) == ["a"]
    with roster.engine.begin() as connection:
        connection.execute(sa.text("UPDATE dbos.workflow_status SET status = 'PENDING' WHERE workflow_uuid = 'a'"))
    assert roster.adopt() == []
    for token in (dead, alive):
        age(roster, token, LEASE * 0.7)
    assert roster.beat(alive)
    for token in (dead, alive):
        age(roster, token, LEASE * 0.6)
    assert [(found.token, found.keys) for found in roster.adopt()] == [(dead, ("a",))]
    assert rows(roster) == [("a", "ENQUEUED", roster.offers, None), ("b", "ENQUEUED", roster.offers, "someone")]
    assert (roster.beat(dead), roster.holds(dead), roster.claim(dead, "v1", "app", 9)) == (False, False, [])
    assert roster.adopt() == []


def test_who_lapsed_cannot_claim_even_when_nobody_fenced_it(roster: Roster) -> None:
    token = roster.join("v1", "a")
    offer(roster, "a")
    age(roster, token, LEASE)
    assert roster.claim(token, "v1", "app", 1) == []
    assert [row[2] for row in rows(roster)] == [roster.offers]


def test_scopes_leave_each_other_alone(roster: Roster, database: sa.Engine) -> None:
    other = Roster(database, "t", LEASE)
    token, stranger = roster.join("v1", "a"), other.join("v1", "b")
    offer(roster, "a")
    assert other.claim(stranger, "v1", "app", 9) == []
    for each in (token, stranger):
        age(roster, each, LEASE)
    assert [found.token for found in other.adopt()] == [stranger]
    assert [found.token for found in roster.adopt()] == [token]


def test_leaving_gives_everything_back_and_ended_work_stays_ended(roster: Roster) -> None:
    token = roster.join("v1", "a")
    offer(roster, "a", "b")
    roster.claim(token, "v1", "app", 2)
    with roster.engine.begin() as connection:
        connection.execute(sa.text("UPDATE dbos.workflow_status SET status = 'SUCCESS' WHERE workflow_uuid = 'b'"))
    roster.leave(token)
    assert [(key, status, queue) for key, status, queue, _ in rows(roster)] == [
        ("a", "ENQUEUED", roster.offers),
        ("b", "SUCCESS", roster.queue(token)),
    ]
    assert not roster.beat(token)


def test_a_lease_that_is_kept_in_a_transaction_cannot_lapse_before_its_end(roster: Roster, database: sa.Engine) -> None:
    token = roster.join("v1", "a")
    age(roster, token, roster.term - 12)
    with database.connect() as connection, connection.begin():
        assert roster.keep(connection, token)
        until(lambda: not roster.holds(token))
        assert roster.adopt() == [], "nobody replaces a worker in the middle of its write"
    assert [found.token for found in roster.adopt()] == [token]


def test_who_lapsed_or_was_fenced_keeps_nothing(roster: Roster, database: sa.Engine) -> None:
    lapsed, fenced = roster.join("v1", "a"), roster.join("v1", "b")
    age(roster, lapsed, LEASE)
    roster.leave(fenced)
    with database.connect() as connection:
        assert [roster.keep(connection, token) for token in (lapsed, fenced, 99)] == [False] * 3


def test_a_worker_knows_when_the_next_lease_lapses(roster: Roster) -> None:
    mine = roster.join("v1", "mine")
    assert roster.soonest(mine) is None
    dead, other = roster.join("v1", "dead"), roster.join("v1", "other")
    left = roster.soonest(mine)
    assert left is not None
    assert 0 < left <= roster.term < LEASE
    age(roster, dead, 2 * LEASE)
    lapsed = roster.soonest(mine)
    assert lapsed is not None
    assert lapsed < 0
    assert [found.token for found in roster.adopt()] == [dead]
    assert roster.soonest(other) is not None
    roster.leave(mine)
    assert roster.soonest(other) is None

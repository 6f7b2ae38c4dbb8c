"""Records in a database: who may write, what is damaged, and what two repositories see of each other."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress

import pytest
import sqlalchemy as sa

from laneshift.errors import CheckFailed, NeedsPerson, Refused
from laneshift.evidence import packing
from laneshift.evidence.canonical import digest, digest_of
from laneshift.evidence.database import Database
from laneshift.evidence.postgres_journal import PostgresJournal
from laneshift.evidence.postgres_results import PostgresResults
from laneshift.evidence.postgres_store import PostgresStore

from .in_database import FAILED, by_hand, opened, tampered


class Replaced(BaseException):
    """What the guard of a worker that was replaced raises."""


def replaced(_: sa.Connection) -> None:
    raise Replaced


WRITES: dict[str, Callable[[Database], object]] = {
    "journal": lambda database: PostgresJournal(database).append("a", "x", {}),
    "evidence": lambda database: PostgresStore(database).put(b"log"),
    "results": lambda database: PostgresResults(database).put(digest(1), {"passed": 1}),
}


@pytest.mark.parametrize("write", WRITES)
def test_who_was_replaced_writes_nothing(postgres_url: str, write: str) -> None:
    with pytest.raises(Replaced):
        WRITES[write](opened(postgres_url, guard=replaced))
    database = opened(postgres_url)
    assert PostgresJournal(database).records() == []
    assert PostgresStore(database).verify([digest_of(b"log")])[0].code == "evidence.file-missing"
    assert PostgresResults(database).get(digest(1)) is None


def test_the_guard_is_asked_when_the_turn_has_come_and_not_before(postgres_url: str) -> None:
    """Who waits for its turn behind a slow writer may have been replaced meanwhile."""
    inside, leave, asked = threading.Event(), threading.Event(), threading.Event()

    def slow(_: sa.Connection) -> None:
        inside.set()
        assert leave.wait(120)

    first = PostgresJournal(opened(postgres_url, guard=slow))
    second = PostgresJournal(opened(postgres_url, guard=lambda _: asked.set()))
    threads = [threading.Thread(target=first.append, args=("a", "x", {}))]
    threads[0].start()
    assert inside.wait(120)
    threads.append(threading.Thread(target=second.append, args=("b", "x", {})))
    threads[1].start()
    assert not asked.wait(0.5)
    leave.set()
    for thread in threads:
        thread.join(120)
    assert asked.is_set()
    assert [record.key for record in second.records()] == ["a", "b"]


def test_two_repositories_in_one_database_are_strangers(postgres_url: str) -> None:
    ours, theirs = opened(postgres_url, "ours"), opened(postgres_url, "theirs")
    first, second = (PostgresJournal(database).append("a", "x", {}, at=1) for database in (ours, theirs))
    assert (first.seq, second.seq) == (1, 1)
    assert first.previous != second.previous, "a record cannot be taken from one journal into the other"
    name = PostgresStore(ours).put(b"log")
    with pytest.raises(CheckFailed):
        PostgresStore(theirs).get(name)
    PostgresResults(ours).put(digest(1), 1)
    assert PostgresResults(theirs).get(digest(1)) is None


def test_opening_again_changes_nothing(postgres_url: str) -> None:
    journal = PostgresJournal(opened(postgres_url))
    journal.append("a", "x", {})
    before = journal.checkpoint()
    assert PostgresJournal(opened(postgres_url)).checkpoint() == before


def test_many_who_open_a_fresh_database_at_once_agree(postgres_url: str) -> None:
    origins: list[str] = []
    threads = [
        threading.Thread(target=lambda: origins.append(PostgresJournal(opened(postgres_url)).checkpoint().origin))
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(origins), len(set(origins))) == (6, 1)


def test_records_of_a_newer_version_are_refused(postgres_url: str) -> None:
    opened(postgres_url)
    by_hand(postgres_url, "UPDATE laneshift.repositories SET version = 99")
    with pytest.raises(Refused) as caught:
        opened(postgres_url)
    assert caught.value.code == "evidence.journal-newer"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE laneshift.journal SET facts = '{}'",
        "DELETE FROM laneshift.journal",
        "TRUNCATE laneshift.journal",
        "INSERT INTO laneshift.journal SELECT * FROM laneshift.journal",
    ],
)
def test_the_database_itself_keeps_the_journal_append_only(postgres_url: str, statement: str) -> None:
    journal = PostgresJournal(opened(postgres_url))
    journal.append("a", "x", {"n": 1})
    with pytest.raises(sa.exc.DBAPIError):
        by_hand(postgres_url, statement)
    assert journal.check() == []


TAMPERINGS = {
    "UPDATE laneshift.journal SET facts = '{\"n\":9}' WHERE seq = 2": {(2, "evidence.edited")},
    "DELETE FROM laneshift.journal WHERE seq = 2": {(2, "evidence.removed")},
    "UPDATE laneshift.journal SET facts = '{' WHERE seq = 2": {(2, "evidence.record-unreadable")},
    "DELETE FROM laneshift.journal WHERE seq = 4": {(4, "evidence.truncated")},
}


@pytest.mark.parametrize("statement", TAMPERINGS)
def test_what_an_owner_of_the_database_did_is_found(postgres_url: str, statement: str) -> None:
    journal = PostgresJournal(opened(postgres_url))
    for number in range(1, 5):
        journal.append(f"item/{number}", "x", {"n": number})
    before = journal.checkpoint()
    tampered(postgres_url, statement)
    assert {(finding.seq, finding.code) for finding in journal.check(before)} == TAMPERINGS[statement]


def test_evidence_comes_back_and_damage_is_told_and_mended(postgres_url: str) -> None:
    store = PostgresStore(opened(postgres_url))
    names = [store.put(content, durable=True) for content in (b"", b"log\n" * 1000, bytes(range(256)))]
    assert [store.get(name) for name in names] == [b"", b"log\n" * 1000, bytes(range(256))]
    assert store.put("token: https://me:s3cr3tpassword@host/") not in names
    assert store.verify(names) == []
    by_hand(postgres_url, f"UPDATE laneshift.evidence SET packed = 'xx' WHERE digest = '{names[1]}'")
    with pytest.raises(CheckFailed) as caught:
        store.get(names[1])
    assert caught.value.code == "evidence.file-damaged"
    assert [fault.where for fault in store.verify()] == [names[1]]
    store.put(b"log\n" * 1000)
    assert store.verify(names) == []


def test_evidence_that_is_no_digest_or_too_large_is_refused(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    store = PostgresStore(opened(postgres_url))
    monkeypatch.setattr(packing, "LARGEST", 1000)
    for attempt in (lambda: store.get("../../etc"), lambda: store.put(b"x" * 1001)):
        with pytest.raises(Refused):
            attempt()
    assert store.verify([digest_of(b"other")])[0].code == "evidence.file-missing"


def test_results_are_remembered_within_a_limit_and_the_oldest_go(postgres_url: str) -> None:
    results = PostgresResults(opened(postgres_url), limit_bytes=1000)
    for number in range(15):
        results.put(digest(number), "x" * 98)
    assert [number for number in range(15) if results.get(digest(number)) is not None] == list(range(5, 15))
    results.put(digest(14), {"n": 1.5})
    assert results.get(digest(14)) == {"n": 1.5}
    results.put(digest("large"), "x" * 2000)
    assert results.get(digest("large")) is None
    for wrong in (lambda: results.get("x"), lambda: results.put("x", 1), lambda: results.put(digest(1), object())):
        with pytest.raises(Refused):
            wrong()


def test_a_result_that_is_not_what_was_put_is_a_miss(postgres_url: str) -> None:
    results = PostgresResults(opened(postgres_url))
    results.put(digest(1), {"passed": 1})
    by_hand(postgres_url, """UPDATE laneshift.results SET value = '{"passed":2}'""")
    assert results.get(digest(1)) is None
    results.put(digest(1), {"passed": 1})
    assert results.get(digest(1)) == {"passed": 1}


def test_a_connection_that_the_server_ended_is_no_failure(postgres_url: str) -> None:
    journal = PostgresJournal(opened(postgres_url))
    journal.append("a", "x", {})
    end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
    with suppress(sa.exc.DBAPIError):
        by_hand(postgres_url, f"{end} AND pid <> pg_backend_pid()")
    assert journal.append("b", "x", {}).seq == 2


def test_a_database_that_fails_is_told_in_the_words_of_its_owner(postgres_url: str) -> None:
    journal = PostgresJournal(opened(postgres_url))
    by_hand(postgres_url, "DROP TABLE laneshift.journal CASCADE")
    with pytest.raises(NeedsPerson) as caught:
        journal.append("a", "x", {})
    assert caught.value.code == FAILED

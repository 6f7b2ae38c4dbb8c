"""What a journal promises, wherever it is kept: the same tests on a file and on a PostgreSQL database."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from laneshift.errors import Refused
from laneshift.evidence.chain import check
from laneshift.evidence.journal import Journal
from laneshift.evidence.port import JournalPort
from laneshift.evidence.postgres_journal import PostgresJournal
from laneshift.evidence.records import load

from .in_database import opened


@pytest.fixture(params=["file", "database"])
def journal(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[JournalPort]:
    found: JournalPort
    if request.param == "file":
        found = Journal.open(tmp_path / "journal.sqlite", actor="tester")
    else:
        found = PostgresJournal(opened(request.getfixturevalue("postgres_url")), "tester")
    yield found
    found.close()


def test_an_empty_journal_has_an_origin_and_nothing_else(journal: JournalPort) -> None:
    found = journal.checkpoint()
    assert (journal.tip(), journal.records(), found.size, found.key) == (None, [], 0, "")
    assert found.origin == found.tip
    first = journal.append("a", "x", {})
    assert first.previous == found.origin


def test_a_key_is_recorded_once_and_the_first_wins(journal: JournalPort) -> None:
    first = journal.append("a", "x", {"n": 1}, at=1_700_000_000_000)
    for durable in (False, True):
        assert journal.append("a", "other", {"n": 2}, durable=durable, actor="someone") == first
    assert journal.append("b", "x", {}, durable=True).seq == 2
    assert journal.get("a") == first
    assert journal.get("c") is None
    assert (first.actor, first.at, first.facts) == ("tester", 1_700_000_000_000, {"n": 1})


def test_records_are_found_by_kind_prefix_and_number(journal: JournalPort) -> None:
    for key, kind in (("a/1", "x"), ("a/10", "y"), ("a_1", "x"), ("a/2", "x"), ("a%", "y"), ("á/1", "y"), ("A/1", "x")):
        journal.append(key, kind, {})
    assert [record.key for record in journal.records(prefix="a/")] == ["a/1", "a/10", "a/2"]
    assert [record.key for record in journal.records(prefix="a%")] == ["a%"]
    assert [record.key for record in journal.records(prefix="á")] == ["á/1"]
    assert [record.key for record in journal.records(kind="x", after=1)] == ["a_1", "a/2", "A/1"]
    assert [record.seq for record in journal.records()] == [1, 2, 3, 4, 5, 6, 7]
    assert [record.seq for record in journal.records(after=2, limit=3)] == [3, 4, 5]
    assert [record.key for record in journal.records(kind="x", limit=2)] == ["a/1", "a_1"]
    assert journal.records(limit=0) == []


def test_what_is_written_out_is_the_whole_chain(journal: JournalPort) -> None:
    for number in range(20):
        journal.append(f"item/{number}", "step", {"ä\0": ["\\u0000", None, number]}, at=number)
    file = io.BytesIO()
    checkpoint = journal.export(file)
    assert load(file.getvalue()) == journal.records()
    assert check(load(file.getvalue()), checkpoint) == []
    assert journal.check(checkpoint) == []
    assert checkpoint == journal.checkpoint()


@pytest.mark.parametrize(
    ("key", "kind", "facts", "at", "code"),
    [
        ("", "x", {}, None, "evidence.bad-label"),
        ("a\n", "x", {}, None, "evidence.bad-label"),
        ("a", "x\0", {}, None, "evidence.bad-label"),
        ("a", "x", {"n": 1.5}, None, "evidence.not-canonical"),
        ("a", "x", {"n": "x" * (1 << 20)}, None, "evidence.facts-too-large"),
        ("a", "x", {}, -1, "evidence.bad-time"),
    ],
)
def test_what_cannot_be_recorded_is_refused_and_leaves_no_trace(
    journal: JournalPort, key: str, kind: str, facts: dict[str, object], at: int | None, code: str
) -> None:
    with pytest.raises(Refused) as caught:
        journal.append(key, kind, facts, at=at)
    assert caught.value.code == code
    assert journal.records() == []


def test_secrets_are_not_recorded(journal: JournalPort) -> None:
    journal.append("a", "x", {"said": "https://me:s3cr3tpassword@host/x"})
    assert "s3cr3tpassword" not in str(journal.records())


def test_threads_append_at_once_and_the_chain_is_whole(journal: JournalPort) -> None:
    def work(name: int) -> None:
        for number in range(12):
            journal.append(f"own/{name}/{number}", "race", {"by": name})
            journal.append(f"shared/{number}", "race", {"by": name})

    threads = [threading.Thread(target=work, args=(name,)) for name in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    records = journal.records()
    assert [record.seq for record in records] == list(range(1, 12 * 5 + 1))
    assert len({record.key for record in records}) == len(records)
    assert journal.check() == []

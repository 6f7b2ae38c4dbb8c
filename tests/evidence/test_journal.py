from __future__ import annotations

import getpass
import io
import os
import resource
import sqlite3
import stat
import threading
import time
from pathlib import Path

import pytest

import laneshift
from laneshift.errors import CheckFailed, Refused
from laneshift.evidence import rows
from laneshift.evidence.chain import check
from laneshift.evidence.checkpoint import Checkpoint, checkpoint_of
from laneshift.evidence.journal import Journal
from laneshift.evidence.records import load
from laneshift.evidence.sqlite import connect

from .test_redaction import FORMS
from .values import exported, filled


def raw(path: Path) -> sqlite3.Connection:
    """The file as anybody's SQLite sees it, with the triggers that keep rows from changing taken off."""
    connection = sqlite3.connect(path, isolation_level=None)
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    return connection


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "repo" / ".git" / "laneshift" / "journal.sqlite"


def test_records_say_who_what_and_when_and_form_a_chain(path: Path) -> None:
    journal = Journal.open(path)
    first = journal.append("plan/1", "plan.made", {"items": 3}, at=1_700_000_000_000)
    before = time.time_ns() // 1_000_000
    second = journal.append("item/1", "step.done", {"inputs": "sha256:" + "0" * 64}, actor="worker 7")
    after = time.time_ns() // 1_000_000
    assert (first.seq, first.key, first.kind, first.at) == (1, "plan/1", "plan.made", 1_700_000_000_000)
    assert (first.actor, first.tool, first.facts) == (getpass.getuser(), laneshift.__version__, {"items": 3})
    assert (second.seq, second.actor, second.previous, second.previous_key) == (2, "worker 7", first.digest, "plan/1")
    assert before <= second.at <= after
    assert journal.records() == [first, second]
    assert journal.tip() == second
    assert journal.check() == []


def test_the_second_append_of_a_key_returns_the_first_and_changes_nothing(path: Path) -> None:
    journal = filled(path, 2)
    before = exported(journal)
    stored = journal.get("item/1")
    for durable in (False, True, True):
        assert journal.append("item/1", "other.kind", {"other": 1}, at=1, durable=durable) == stored
    assert exported(journal) == before


def test_records_are_found_by_kind_prefix_and_number(path: Path) -> None:
    journal = Journal.open(path)
    for key, kind in (("a/1", "x"), ("a/10", "y"), ("a_1", "x"), ("a/2", "x"), ("a%", "y"), ("á/1", "y")):
        journal.append(key, kind, {})
    assert [record.key for record in journal.records(prefix="a/")] == ["a/1", "a/10", "a/2"]
    assert [record.key for record in journal.records(prefix="a/1")] == ["a/1", "a/10"]
    assert [record.key for record in journal.records(prefix="a%")] == ["a%"]
    assert [record.key for record in journal.records(prefix="á")] == ["á/1"]
    assert [record.key for record in journal.records(kind="x", after=1)] == ["a_1", "a/2"]
    assert journal.get("a/3") is None


def test_a_reopened_journal_goes_on_with_its_chain(path: Path) -> None:
    filled(path, 3).close()
    journal = Journal.open(path, create=False)
    journal.append("item/4", "step.done", {})
    assert [record.seq for record in journal.records()] == [1, 2, 3, 4]
    assert journal.check(journal.checkpoint()) == []


def test_a_durable_append_is_synced_and_known_to_be(path: Path) -> None:
    journal = filled(path, 3)
    connection = connect(path)

    def synced() -> int:
        return int(connection.execute("PRAGMA synchronous").fetchone()[0])

    assert rows.durable_size(connection) == 0
    journal.append("item/2", "step.done", {}, durable=True)
    assert rows.durable_size(connection) == 2
    journal.append("item/4", "step.done", {}, durable=True)
    journal.append("item/1", "step.done", {}, durable=True)
    assert rows.durable_size(connection) == 4
    with rows.full_sync(connection, True):
        assert synced() == 2
    with rows.full_sync(connection, False):
        assert synced() == 1


def test_a_closed_journal_opens_itself_again(path: Path) -> None:
    journal = filled(path, 1)
    journal.close()
    journal.close()
    assert journal.append("item/2", "step.done", {}).seq == 2


def test_an_export_is_replayed_on_a_clone_from_its_lines_alone(path: Path) -> None:
    journal = filled(path, 5)
    lines, checkpoint = exported(journal)
    assert load(lines) == journal.records()
    assert load(lines.decode()) == journal.records()
    assert check(load(lines), checkpoint) == []
    assert checkpoint == journal.checkpoint() == checkpoint_of(load(lines))


def test_a_checkpoint_names_the_last_record(path: Path) -> None:
    checkpoint = filled(path, 2).checkpoint()
    assert checkpoint == Checkpoint(checkpoint.origin, 2, checkpoint.tip, "item/2")


def test_an_empty_journal_has_a_checkpoint_of_its_own(path: Path, tmp_path: Path) -> None:
    journal = Journal.open(path)
    lines, checkpoint = exported(journal)
    assert lines == b""
    assert checkpoint == journal.checkpoint()
    assert checkpoint.size == 0
    assert journal.tip() is None
    journal.append("item/1", "step.done", {})
    assert journal.records()[0].previous == checkpoint.origin
    assert Journal.open(tmp_path / "other.sqlite").checkpoint().origin != checkpoint.origin
    with pytest.raises(CheckFailed, match="without records"):
        checkpoint_of([])


@pytest.mark.parametrize("durable", [False, True])
@pytest.mark.parametrize(("text", "secret"), FORMS)
def test_no_byte_of_a_secret_reaches_the_disk(path: Path, text: str, secret: str, durable: bool) -> None:
    journal = Journal.open(path)
    journal.append(
        "item/1", "step.done", {"output": text, "argv": ["x", text], "deep": [{"a": {"b": text}}]}, durable=durable
    )
    for field in ("key", "kind", "actor"):
        arguments = {"key": "item/2", "kind": "step.done", "actor": "me"} | {field: text.replace("\n", " ")}
        with pytest.raises(Refused) as caught:
            journal.append(facts={}, durable=durable, **arguments)
        assert caught.value.code == "evidence.secret-in-name"
        assert secret not in str(caught.value.as_dict())
    files = [file for file in path.parent.iterdir() if file.is_file()]
    assert path.with_name("journal.sqlite-wal") in files
    assert not [file for file in files if secret.encode() in file.read_bytes()]
    assert "[redacted]" in journal.records()[0].facts["output"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"key": ""}, "evidence.bad-label"),
        ({"key": "a\x00b"}, "evidence.bad-label"),
        ({"key": "a\nb"}, "evidence.bad-label"),
        ({"key": "\udcff"}, "evidence.bad-label"),
        ({"key": "x" * 513}, "evidence.bad-label"),
        ({"kind": "\x1b[2J"}, "evidence.bad-label"),
        ({"actor": "a\u202eb"}, "evidence.bad-label"),
        ({"at": -1}, "evidence.bad-time"),
        ({"at": 1 << 53}, "evidence.bad-time"),
        ({"at": True}, "evidence.bad-time"),
        ({"facts": {"seconds": 1.5}}, "evidence.not-canonical"),
        ({"facts": {"output": "x" * (1 << 20)}}, "evidence.facts-too-large"),
        ({"facts": {"path": "\udcff"}}, "evidence.not-canonical"),
    ],
)
def test_hostile_input_is_refused_and_nothing_is_recorded(path: Path, arguments: dict[str, object], code: str) -> None:
    journal = Journal.open(path)
    with pytest.raises(Refused) as caught:
        journal.append(**({"key": "item/1", "kind": "step.done", "facts": {}} | arguments))
    assert caught.value.code == code
    assert journal.records() == []


def test_rows_can_be_neither_changed_nor_deleted_by_plain_sql(path: Path) -> None:
    filled(path, 1)
    connection = sqlite3.connect(path)
    for statement in ("DELETE FROM records", "UPDATE records SET actor = 'x'"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            connection.execute(statement)


def test_the_file_is_its_owners_only(path: Path) -> None:
    filled(path, 1)
    for file in path.parent.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file


def test_a_newer_schema_is_refused(path: Path) -> None:
    filled(path, 1).close()
    raw(path).execute("PRAGMA user_version = 2")
    with pytest.raises(Refused) as caught:
        Journal.open(path)
    assert caught.value.code == "evidence.journal-newer"
    assert caught.value.cure


def test_a_record_of_a_newer_schema_is_refused_in_file_and_export(path: Path) -> None:
    journal = filled(path, 2)
    lines, _ = exported(journal)
    raw(path).execute("UPDATE records SET schema = 2 WHERE seq = 2")
    for read in (journal.records, lambda: load(lines.replace(b'"schema":1,"seq":2', b'"schema":2,"seq":2'))):
        with pytest.raises(Refused) as caught:
            read()
        assert caught.value.code == "evidence.journal-newer"
        assert "record 2 ('item/2')" in str(caught.value.faults[0])


def test_another_database_is_refused(path: Path) -> None:
    path.parent.mkdir(parents=True)
    sqlite3.connect(path).execute("CREATE TABLE records (seq)").connection.close()
    with pytest.raises(Refused) as caught:
        Journal.open(path)
    assert caught.value.code == "evidence.not-a-journal"


def test_no_journal_is_made_when_only_reading(path: Path) -> None:
    with pytest.raises(Refused) as caught:
        Journal.open(path, create=False)
    assert caught.value.code == "evidence.no-journal"
    assert not path.exists()


def test_a_link_in_the_journals_place_is_not_followed(path: Path, tmp_path: Path) -> None:
    path.parent.mkdir(parents=True)
    for target in (tmp_path / "elsewhere.sqlite", Path("/dev/null")):
        path.unlink(missing_ok=True)
        path.symlink_to(target)
        with pytest.raises(Refused) as caught:
            Journal.open(path)
        assert caught.value.code == "evidence.not-a-file"
    assert not (tmp_path / "elsewhere.sqlite").exists()


@pytest.mark.parametrize("content", [b"", b"SQLite format 3\x00", b"x" * 5000, b"\x00" * 8192])
def test_a_ruined_file_is_an_error_and_stays_as_it_is(path: Path, content: bytes) -> None:
    filled(path, 2).close()
    path.write_bytes(content)
    for create in (True, False):
        with pytest.raises(CheckFailed) as caught:
            Journal.open(path, create=create)
        assert caught.value.code == "evidence.journal-corrupt"
        assert "record 1" in caught.value.what
        assert caught.value.cure
    assert path.read_bytes() == content


def test_a_journal_that_is_gone_while_its_log_is_left_is_not_made_anew(path: Path) -> None:
    journal = filled(path, 2)
    path.unlink()
    with pytest.raises(CheckFailed) as caught:
        Journal.open(path)
    assert caught.value.code == "evidence.journal-gone"
    assert not path.exists()
    journal.close()


def test_damage_in_the_middle_names_the_first_record_that_is_lost(path: Path) -> None:
    filled(path, 400).close()
    data = bytearray(path.read_bytes())
    at = data.rindex(b"item/200step.done")
    page = at // 4096 * 4096
    data[page : page + 4096] = b"\xff" * 4096
    path.write_bytes(data)
    journal = Journal.open(path)
    with pytest.raises(CheckFailed) as caught:
        journal.records()
    assert caught.value.code == "evidence.journal-corrupt"
    named = int(caught.value.what.split("record ")[1].split()[0])
    assert 180 < named <= 200
    assert path.read_bytes() == bytes(data)


def test_a_lost_table_is_damage(path: Path) -> None:
    journal = filled(path, 2)
    raw(path).execute("DROP TABLE state")
    with pytest.raises(CheckFailed) as caught:
        journal.append("item/3", "step.done", {}, durable=True)
    assert caught.value.code == "evidence.journal-corrupt"


def test_one_unreadable_row_does_not_hide_the_others(path: Path) -> None:
    journal = filled(path, 5)
    raw(path).execute("UPDATE records SET facts = '{\"a\":1.5}' WHERE seq = 2")
    raw(path).execute("UPDATE records SET actor = 'mallory' WHERE seq = 4")
    assert [(found.code, found.seq, found.key) for found in journal.check()] == [
        ("evidence.record-unreadable", 2, "item/2"),
        ("evidence.edited", 4, "item/4"),
    ]
    with pytest.raises(CheckFailed) as caught:
        journal.records()
    assert caught.value.code == "evidence.journal-unreadable"
    assert "record 2 ('item/2')" in caught.value.what


def test_a_full_disk_is_told_and_leaves_the_chain_whole(path: Path) -> None:
    journal = filled(path, 1)
    child = os.fork()
    if child == 0:
        status = 1
        try:
            resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))
            for number in range(1000):
                journal.append(f"more/{number}", "step.done", {"x": "y" * 4000})
        except CheckFailed as error:
            status = 7 if error.code == "evidence.journal-unavailable" else 2
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
    assert len(journal.records()) > 10
    assert journal.check() == []
    assert journal.append("after", "step.done", {}).seq == len(journal.records())


def test_threads_share_one_journal(path: Path) -> None:
    journal = Journal.open(path)
    start = threading.Barrier(8)

    def work(worker: int) -> None:
        start.wait()
        for number in range(40):
            journal.append(f"shared/{number}", "race", {"by": worker})
            journal.append(f"own/{worker}/{number}", "race", {}, durable=number % 20 == 0)

    threads = [threading.Thread(target=work, args=(worker,)) for worker in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    records = journal.records()
    assert len(records) == len({record.key for record in records}) == 40 + 8 * 40
    assert journal.check(journal.checkpoint()) == []


def test_a_forked_child_goes_on_with_the_journal(path: Path) -> None:
    journal = filled(path, 1)
    child = os.fork()
    if child == 0:
        try:
            journal.append("child", "fork", {})
        finally:
            os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    journal.append("parent", "fork", {})
    assert [record.key for record in journal.records()] == ["item/1", "child", "parent"]
    assert journal.check() == []


def test_the_export_is_exactly_the_records_lines(path: Path) -> None:
    journal = filled(path, 3)
    file = io.BytesIO()
    journal.export(file)
    assert file.getvalue() == b"".join(record.line() + b"\n" for record in journal.records())


def test_an_append_costs_well_under_a_millisecond(path: Path) -> None:
    journal = Journal.open(path)
    spent = []
    for number in range(300):
        start = time.process_time()
        journal.append(f"item/{number}", "step.done", {"inputs": "sha256:" + "0" * 64, "files": ["a.py"] * 20})
        spent.append(time.process_time() - start)
    assert sorted(spent)[150] < 0.001


def test_a_place_that_cannot_hold_a_journal_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(CheckFailed) as caught:
        Journal.open(tmp_path / "file" / "journal.sqlite")
    assert caught.value.code == "evidence.not-writable"

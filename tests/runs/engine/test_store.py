"""The file of the store: sound, ours alone, and its errors told with their cure."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from laneshift.errors import LaneshiftError, NeedsPerson, Refused
from laneshift.runs.engine.port import Context, Json, Program
from laneshift.runs.engine.sqlite_engine import SqliteEngine
from laneshift.runs.engine.store import meaning, open_store


async def echo(context: Context, argument: Json) -> Json:
    return await context.step("echo", argument)


PROGRAM = Program({"echo": echo}, {"echo": lambda value: value})


def refusal(path: Path) -> LaneshiftError:
    with pytest.raises(LaneshiftError) as caught:
        SqliteEngine(path, PROGRAM, 1, "v1")
    return caught.value


def filled(path: Path) -> Path:
    engine = SqliteEngine(path, PROGRAM, 1, "v1")
    engine.run("echo", "k", "x" * 200_000)
    engine.close()
    return path


def test_odd_names_of_files_work(tmp_path: Path) -> None:
    path = filled(tmp_path / "a?b #c%41 d" / "runs?.sqlite")
    assert path.exists()
    assert sorted(one.name for one in path.parent.iterdir()) == ["runs?.sqlite", "runs?.sqlite.lock"]


def test_a_damaged_file_is_told_and_the_next_opening_is_free(tmp_path: Path) -> None:
    path = filled(tmp_path / "runs.sqlite")
    sound = path.read_bytes()
    for damaged in (
        b"not a database at all" * 300,
        sound[:4096] + b"\xff" * 100 + sound[4196:],
        sound[: len(sound) // 2],
    ):
        path.write_bytes(damaged)
        error = refusal(path)
        assert (type(error), error.code, error.where) == (NeedsPerson, "engine.store-damaged", str(path))
        assert "move this file away" in error.cure
    path.unlink()
    engine = SqliteEngine(path, PROGRAM, 1, "v1")
    assert engine.run("echo", "k", 1) == 1
    engine.close()


def test_a_store_locked_by_a_foreign_program_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = filled(tmp_path / "runs.sqlite")
    monkeypatch.setattr("laneshift.runs.engine.store._PATIENCE_SECONDS", 0.1)
    foreign = sqlite3.connect(path, isolation_level=None)
    foreign.execute("BEGIN EXCLUSIVE")
    assert refusal(path).code == "engine.store-locked"
    foreign.close()
    SqliteEngine(path, PROGRAM, 1, "v1").close()


@pytest.mark.parametrize("name", ["runs.sqlite", "runs.sqlite-wal", "runs.sqlite.lock"])
def test_links_are_never_followed(tmp_path: Path, name: str) -> None:
    elsewhere = tmp_path / "elsewhere"
    (tmp_path / name).symlink_to(elsewhere)
    error = refusal(tmp_path / "runs.sqlite")
    assert (type(error), error.code) == (Refused, "engine.store-is-link")
    assert not elsewhere.exists()


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert refusal(tmp_path / "file" / "runs.sqlite").code == "engine.store-failed"
    (tmp_path / "runs.sqlite").mkdir()
    assert refusal(tmp_path / "runs.sqlite").code == "engine.store-failed"


def test_one_engine_at_a_time_on_one_store(tmp_path: Path) -> None:
    engine = SqliteEngine(tmp_path / "runs.sqlite", PROGRAM, 1, "v1")
    SqliteEngine(tmp_path / "other.sqlite", PROGRAM, 1, "v1").close()
    assert refusal(tmp_path / "runs.sqlite").code == "engine.store-held"
    with pytest.raises(Refused) as caught:
        open_store(tmp_path / "runs.sqlite")
    assert caught.value.code == "engine.store-held"
    engine.close()
    SqliteEngine(tmp_path / "runs.sqlite", PROGRAM, 1, "v1").close()


@pytest.mark.parametrize("text", [b"", b"{", b"[1]", b'{"pid": "x"}', b"\xff" * 300])
def test_a_spoilt_lock_file_still_refuses(tmp_path: Path, text: bytes) -> None:
    store = open_store(tmp_path / "runs.sqlite")
    (tmp_path / "runs.sqlite.lock").write_bytes(text)
    with pytest.raises(Refused, match=r"\(unknown\)"):
        open_store(tmp_path / "runs.sqlite")
    store.release()


def test_looking_at_a_store_starts_nothing(tmp_path: Path) -> None:
    path = filled(tmp_path / "runs.sqlite")
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE workflows SET status = 'PENDING'")
    engine = SqliteEngine(path, Program({}, {}), 1, "v2")
    assert [row.state for row in engine.status("")] == ["running"]
    assert engine.forget("") == 0
    engine.close()
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT status FROM workflows").fetchall() == [("PENDING",)]


def test_a_store_of_a_later_version_is_left_alone(tmp_path: Path) -> None:
    path = filled(tmp_path / "runs.sqlite")
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 2")
    assert refusal(path).code == "engine.store-newer"
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 1")
    SqliteEngine(path, PROGRAM, 1, "v1").close()


def test_a_workflow_that_was_recovered_starts_children_at_once(tmp_path: Path) -> None:
    async def parent(context: Context, argument: Json) -> Json:
        return await (await context.spawn("echo", f"{argument}/child", argument)).result()

    program = Program({"parent": parent, "echo": echo}, PROGRAM.steps)
    path = tmp_path / "runs.sqlite"
    SqliteEngine(path, program, 1, "v1").close()
    with sqlite3.connect(path) as connection:
        left = "INSERT INTO workflows (key, workflow, argument, version) VALUES (?, 'parent', ?, 'v1')"
        connection.executemany(left, [(f"k{number}", f'"k{number}"') for number in range(50)])
    engine = SqliteEngine(path, program, 1, "v1")
    assert [engine.run("parent", f"k{number}", None) for number in range(50)] == [f"k{n}" for n in range(50)]
    engine.close()


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (sqlite3.SQLITE_FULL, "engine.disk-full"),
        (sqlite3.SQLITE_CORRUPT, "engine.store-damaged"),
        (sqlite3.SQLITE_NOTADB, "engine.store-damaged"),
        (sqlite3.SQLITE_BUSY | (1 << 8), "engine.store-locked"),
        (sqlite3.SQLITE_IOERR, "engine.store-failed"),
    ],
)
def test_errors_of_sqlite_have_a_meaning_and_a_cure(number: int, code: str) -> None:
    error = sqlite3.OperationalError("as sqlite says")
    error.sqlite_errorcode = number
    told = meaning(error, Path("runs.sqlite"))
    assert (told.code, told.why, told.exit_code) == (code, "as sqlite says", 4)
    assert told.cure

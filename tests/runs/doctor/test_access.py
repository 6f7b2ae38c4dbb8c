"""The files of who may come in to a server: whole, regular, and for their owner alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from laneshift.runs.doctor.access import access_rows
from laneshift.server.auth.key_store import KeyStore
from laneshift.server.auth.passkeys.database import rows_in_file

FILES = {"access keys": "keys.sqlite", "passkeys": "people.sqlite"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """As a server makes it."""
    place = tmp_path / "access"
    place.mkdir()
    KeyStore.open(place / FILES["access keys"]).close()
    rows_in_file(place / FILES["passkeys"]).close()
    return place


def test_what_a_server_makes_is_as_it_should_be(folder: Path, tmp_path: Path) -> None:
    assert {row.check: row.status for row in access_rows(folder)} == dict.fromkeys(FILES, "ok")
    assert [row.what for row in access_rows(tmp_path / "nothing")] == ["there are none on this machine"] * 2


def linked(path: Path) -> None:
    path.rename(path.with_suffix(".real"))
    path.symlink_to(path.with_suffix(".real"))


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-4096])


HARMS: dict[str, tuple[Callable[[Path], object], str]] = {
    "garbage": (lambda path: path.write_bytes(b"x" * 8192), "not a database"),
    "cut short": (cut, "malformed"),
    "emptied": (lambda path: path.write_bytes(b""), "it is empty"),
    "a link": (linked, "is not a regular file"),
    "for everybody": (lambda path: path.chmod(0o644), "others on this machine can open"),
}


@pytest.mark.parametrize("harm", HARMS)
@pytest.mark.parametrize("check", FILES)
def test_what_was_done_to_one_fails_its_row_alone(folder: Path, check: str, harm: str) -> None:
    do, told = HARMS[harm]
    do(folder / FILES[check])
    rows = {row.check: row for row in access_rows(folder)}
    assert {name: row.status for name, row in rows.items()} == {**dict.fromkeys(FILES, "ok"), check: "fail"}
    assert told in rows[check].what
    assert rows[check].cure

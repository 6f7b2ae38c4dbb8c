"""Who may come in to a server of this repository: whether the files that say so are whole and for their owner alone."""

from __future__ import annotations

import shlex
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from laneshift.evidence.sqlite import connect
from laneshift.runs.doctor.row import Row

_FILES = {"access keys": "keys.sqlite", "passkeys": "people.sqlite"}
_OTHERS = 0o077


def access_rows(folder: Path) -> Iterator[Row]:
    """A row for each file of `folder`; where there is none, nobody was given a key or a passkey here."""
    for check, name in _FILES.items():
        yield _row(check, folder / name)


def _row(check: str, path: Path) -> Row:
    if path.is_symlink() or (path.exists() and not path.is_file()):
        why = "a server does not start with it: somebody could have it read another one"
        return Row(
            check,
            "fail",
            f"{path} is not a regular file",
            why,
            "move it away, and look who made it",
            command=_look(path),
        )
    if not path.exists():
        return Row(check, "ok", "there are none on this machine")
    harm = _harm(path)
    if harm:
        why = "a server lets nobody in whom it cannot look up"
        cure = "bring it back from a copy, or move it away and begin anew"
        return Row(check, "fail", f"{path}: {harm}", why, cure, command=_look(path))
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & _OTHERS:
        cure = f"chmod 600 {shlex.quote(str(path))}"
        why = "it tells who may come in, and the hashes of what they come in with"
        return Row(check, "fail", f"others on this machine can open {path} (mode {mode:03o})", why, cure, command=cure)
    return Row(check, "ok", "their file is whole, and for its owner alone")


def _look(path: Path) -> str:
    return f"ls -l {shlex.quote(str(path))}"


def _harm(path: Path) -> str:
    """What is wrong with a file of SQLite, "" for nothing. Waits for others who write to it."""
    try:
        with closing(connect(path)) as connection:
            found = [str(row[0]) for row in connection.execute("PRAGMA quick_check(1)")]
            tables = connection.execute("SELECT count(*) FROM sqlite_master WHERE type = 'table'").fetchone()[0]
    except sqlite3.Error as error:
        return str(error)
    if not tables:
        return "it is empty"
    return "" if found == ["ok"] else found[0]

"""SQLite files that processes and threads use at once: made whole or not at all, never made anew by accident."""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock

from laneshift.errors import Refused
from laneshift.evidence.atomic import not_writable, sync_folder
from laneshift.repo.doors import effect
from laneshift.repo.unfinished import MARK

_WAIT_SECONDS = 60.0


class Connections:
    """One connection for each process, shared by its threads under a lock; a forked child gets its own."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._by_process: dict[int, tuple[sqlite3.Connection, RLock]] = {}

    @contextmanager
    def use(self) -> Iterator[sqlite3.Connection]:
        """The connection, for one thread at a time. Raises `sqlite3.Error` when the file cannot be opened."""
        process = os.getpid()
        if process not in self._by_process:
            self._by_process.setdefault(process, (connect(self._path), RLock()))
        connection, lock = self._by_process[process]
        with lock:
            yield connection

    def close(self) -> None:
        """Close this process's connection; a later use opens it again."""
        opened = self._by_process.pop(os.getpid(), None)
        if opened is not None:
            connection, lock = opened
            with lock:
                connection.close()


def connect(path: Path) -> sqlite3.Connection:
    """A connection to a file that exists, in autocommit mode; waits up to 60 s for other writers."""
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=rw",
        uri=True,
        timeout=_WAIT_SECONDS,
        isolation_level=None,
        check_same_thread=False,
    )
    # Damaged text must reach the reader that names its record, instead of ending the query.
    connection.text_factory = _text
    connection.execute("PRAGMA synchronous = NORMAL")
    return connection


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


@contextmanager
def writing(connection: sqlite3.Connection) -> Iterator[None]:
    """A transaction that holds the write lock from its start; rolled back when the body raises. Raises `Shut`."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        with effect():
            yield
            connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Hold the lock of `folder` among processes and threads; the kernel lets go when the holder dies."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def make_once(path: Path, fill: Callable[[sqlite3.Connection], None]) -> None:
    """Make the database at `path` unless it is there: in WAL mode, mode 600, filled by `fill`, then renamed into place.

    So a file of zero bytes at `path` is always damage, never a database in the making.
    Raises `Refused` (`evidence.not-a-file`) when something other than a file has that name, `CheckFailed`
    (`evidence.not-writable`) when it cannot be made.
    """
    refuse_other_than_file(path)
    if path.exists():
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with alone_in(path.parent):
            if not path.exists():
                _make(path, fill)
    except (OSError, sqlite3.Error) as error:
        raise not_writable(path, error) from error


def refuse_other_than_file(path: Path) -> None:
    """Raise `Refused` (`evidence.not-a-file`) for a symlink, a folder or a device at `path`."""
    if path.is_symlink() or (path.exists() and not path.is_file()):
        raise Refused(
            "evidence.not-a-file",
            "this is not a regular file",
            where=str(path),
            cure="move it away, and look who made it",
        )


def _make(path: Path, fill: Callable[[sqlite3.Connection], None]) -> None:
    fresh = path.with_name(f"{MARK}{path.name}")
    for left_over in (fresh, *side_files(fresh)):
        left_over.unlink(missing_ok=True)
    os.close(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    connection = connect(fresh)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        fill(connection)
    finally:
        connection.close()
    with fresh.open("rb") as file:
        os.fsync(file.fileno())
    fresh.replace(path)
    sync_folder(path.parent)


def side_files(path: Path) -> tuple[Path, Path]:
    """The two files that SQLite keeps beside a database in use."""
    return path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")

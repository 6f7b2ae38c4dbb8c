"""The SQLite file of the durable engine: who may open it, whether it is sound, and what its errors mean."""

from __future__ import annotations

import json
import os
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from laneshift.errors import LaneshiftError, NeedsPerson, Refused
from laneshift.repo.flock import try_lock

_PATIENCE_SECONDS = 5.0
_BUSY_SECONDS = 30.0
_COMPANIONS = ("", "-wal", "-shm", ".lock")


@dataclass(frozen=True)
class Store:
    """An opened store. The lock lasts as long as the descriptor, and ends with the process whatever happens."""

    path: Path
    lock: int

    def release(self) -> None:
        """Let another process open the store."""
        os.close(self.lock)


def open_store(path: Path) -> Store:
    """Claim the file for this process and make sure that it is a sound SQLite file with a write-ahead log.

    Raises `Refused` when another process has it or a symlink stands in its place, `NeedsPerson` when it is damaged,
    locked by a foreign program, or cannot be written.
    """
    for suffix in _COMPANIONS:
        if path.with_name(path.name + suffix).is_symlink():
            raise Refused("engine.store-is-link", "the store of runs is a symbolic link", where=str(path))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = _claim(path)
    except OSError as error:
        raise _not_writable(path, error) from error
    try:
        _check(path)
    except sqlite3.Error as error:
        os.close(lock)
        raise meaning(error, path) from error
    except BaseException:
        os.close(lock)
        raise
    return Store(path, lock)


def connect(path: Path) -> sqlite3.Connection:
    """A connection for the engine's threads.

    A commit reaches the operating system before it returns: killing the process loses nothing. A power cut may take
    back the last commits, in order, which is the same as a crash a moment earlier.
    """
    connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level="IMMEDIATE", check_same_thread=False)
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("PRAGMA foreign_keys=ON")
    return connection


def meaning(error: BaseException, path: Path) -> LaneshiftError:
    """What an error of SQLite means to a person, with the cure."""
    number = getattr(error, "sqlite_errorcode", 0) & 0xFF
    where, why = str(path), str(error)
    if number == sqlite3.SQLITE_FULL:
        cure = "free space on this disk, then run `laneshift resume`"
        return NeedsPerson("engine.disk-full", "no space to record progress", where=where, why=why, cure=cure)
    if number in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        cure = "move this file away and resume: steps run again, and finished effects are found, not repeated"
        return NeedsPerson("engine.store-damaged", "the store of runs is damaged", where=where, why=why, cure=cure)
    if number in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        cure = "close the program that has this file open, then try again"
        return NeedsPerson("engine.store-locked", "another program locks the store", where=where, why=why, cure=cure)
    cure = "check the disk, its quota and the permissions, then run `laneshift resume`"
    return NeedsPerson("engine.store-failed", "the store of runs failed", where=where, why=why, cure=cure)


def _claim(path: Path) -> int:
    name = path.with_name(path.name + ".lock")
    lock = try_lock(name)
    if lock is None:
        cure = "wait until it ends, or stop that process and resume"
        raise Refused("engine.store-held", f"process {_holder(name)} works on these runs", where=str(path), cure=cure)
    os.ftruncate(lock, 0)
    os.pwrite(lock, json.dumps({"pid": os.getpid()}).encode(), 0)
    return lock


def _holder(name: Path) -> str:
    try:
        return str(int(json.loads(name.read_bytes()[:200])["pid"]))
    except (ValueError, KeyError, TypeError):
        return "(unknown)"


def _check(path: Path) -> None:
    connection = sqlite3.connect(path, timeout=_PATIENCE_SECONDS, isolation_level=None)
    try:
        mode = connection.execute("PRAGMA journal_mode=WAL").fetchone()[0]
        if mode != "wal":
            cure = "put the repository on a local disk"
            raise Refused("engine.no-wal", f"no write-ahead log here (mode {mode})", where=str(path), cure=cure)
        found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        if found != "ok":
            damage = sqlite3.DatabaseError(found)
            damage.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
            raise damage
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("ROLLBACK")
    finally:
        connection.close()


def _not_writable(path: Path, error: OSError) -> LaneshiftError:
    cure = "check the permissions and the free space of its folder"
    return NeedsPerson("engine.store-failed", "the store cannot be opened", where=str(path), why=str(error), cure=cure)

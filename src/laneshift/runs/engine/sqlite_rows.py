"""What the engine on SQLite writes down: workflows, the calls that they made, and messages that wait for them.

One thread works on the file, in the order in which it was asked. Every change is one transaction.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from laneshift.errors import Refused
from laneshift.runs.engine.history import Row
from laneshift.runs.engine.loop import closed
from laneshift.runs.engine.store import connect

P = ParamSpec("P")
T = TypeVar("T")

_VERSION = 1
_MADE = f"""
BEGIN IMMEDIATE;
CREATE TABLE workflows (
    number INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, workflow TEXT NOT NULL,
    argument TEXT NOT NULL, version TEXT NOT NULL, parent TEXT, status TEXT NOT NULL DEFAULT 'PENDING', result TEXT);
CREATE INDEX children ON workflows (parent);
CREATE TABLE calls (
    key TEXT NOT NULL, number INTEGER NOT NULL, name TEXT NOT NULL, result TEXT, deadline REAL,
    PRIMARY KEY (key, number)) WITHOUT ROWID;
CREATE TABLE messages (
    number INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL, topic TEXT NOT NULL, value TEXT NOT NULL);
CREATE INDEX waiting ON messages (key, topic);
PRAGMA user_version = {_VERSION};
COMMIT;
"""
_BELOW = """
WITH RECURSIVE below (key) AS (
    SELECT ? UNION SELECT workflows.key FROM workflows JOIN below ON workflows.parent = below.key)
UPDATE workflows SET status = 'CANCELLED' WHERE status = 'PENDING' AND key IN (SELECT key FROM below) RETURNING key
"""


@dataclass(frozen=True, slots=True)
class Stored:
    """One workflow: `argument` and `result` are JSON, the result None until it ended."""

    key: str
    workflow: str
    argument: str
    status: str
    result: str | None


@dataclass(frozen=True, slots=True)
class Call:
    """One thing that a workflow asked for. No `result` means that it was asked for only, until `deadline` (unix time)
    where it has one."""

    name: str
    result: str | None
    deadline: float | None


@dataclass(frozen=True, slots=True)
class Start:
    """A workflow to start, by its own key or as the `number`th call of the workflow `parent`."""

    key: str
    workflow: str
    argument: str
    version: str
    parent: str | None = None
    number: int = -1
    name: str = ""


class Rows:
    """The tables of one store. Give its methods to `ask` or `told`; called otherwise they may meet in the middle."""

    def __init__(self, path: Path) -> None:
        """Make what is missing. Raises `Refused` (`engine.store-newer`) and `sqlite3.Error`."""
        self._database = connect(path)
        try:
            self._made(path)
        except BaseException:
            self._database.close()
            raise
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="laneshift-rows")

    def _made(self, path: Path) -> None:
        (found,) = self._database.execute("PRAGMA user_version").fetchone()
        if found == 0:
            self._database.executescript(_MADE)
        elif found != _VERSION:
            what = f"the store of runs has form {found}, and this version of laneshift knows {_VERSION}"
            cure = "pip install --upgrade laneshift"
            raise Refused("engine.store-newer", what, where=str(path), cure=cure)

    def close(self) -> None:
        """End the thread after what it was asked already."""
        self._thread.shutdown()
        self._database.close()

    async def ask(self, method: Callable[Concatenate[Rows, P], T], /, *arguments: P.args, **named: P.kwargs) -> T:
        """The result of a method, for the event loop."""
        return await asyncio.wrap_future(self._thread.submit(method, self, *arguments, **named))

    def told(self, method: Callable[Concatenate[Rows, P], T], /, *arguments: P.args, **named: P.kwargs) -> T:
        """The result of a method, for other threads. Raises `NeedsPerson` after the end."""
        try:
            asked = self._thread.submit(method, self, *arguments, **named)
        except RuntimeError as error:  # the executor has no kind of its own for its end
            raise closed() from error
        return asked.result()

    def begin(self, start: Start) -> tuple[Stored, bool] | None:
        """The workflow of this key, and whether it is new; None when the parent was cancelled meanwhile."""
        with self._database:
            self._database.execute("BEGIN IMMEDIATE")
            if start.parent is not None and self._status(start.parent) != "PENDING":
                return None
            new = self._database.execute(
                "INSERT INTO workflows (key, workflow, argument, version, parent) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT DO NOTHING",
                (start.key, start.workflow, start.argument, start.version, start.parent),
            ).rowcount
            found = self._stored("WHERE key = ?", start.key)[0]
            if start.parent is not None and found.workflow == start.workflow:
                self._note(start.parent, start.number, start.name, None, None)
            return found, new == 1

    def unfinished(self) -> list[Stored]:
        """What has not ended, oldest first."""
        return self._stored("WHERE status = 'PENDING' ORDER BY number")

    def listed(self) -> list[Row]:
        """Every workflow, oldest first."""
        asked = "SELECT key, workflow, status, version, parent FROM workflows ORDER BY number"
        return [Row(*found) for found in self._database.execute(asked)]

    def calls(self, key: str) -> dict[int, Call]:
        """What a workflow asked for before, by number."""
        asked = "SELECT number, name, result, deadline FROM calls WHERE key = ?"
        return {number: Call(*rest) for number, *rest in self._database.execute(asked, (key,))}

    def remember(self, key: str, number: int, name: str, result: str | None, deadline: float | None = None) -> None:
        """Keep what came of a call, or when it is to end."""
        with self._database:
            self._note(key, number, name, result, deadline)

    def take(self, key: str, number: int, name: str, topic: str, otherwise: str | None) -> str | None:
        """The oldest message of the topic, taken as the result of a call; else `otherwise`, if that is one."""
        with self._database:
            self._database.execute("BEGIN IMMEDIATE")
            oldest = "SELECT number, value FROM messages WHERE key = ? AND topic = ? ORDER BY number LIMIT 1"
            found = self._database.execute(oldest, (key, topic)).fetchone()
            if found is not None:
                self._database.execute("DELETE FROM messages WHERE number = ?", (found[0],))
            result: str | None = otherwise if found is None else found[1]
            if result is not None:
                self._note(key, number, name, result, None)
            return result

    def send(self, key: str, topic: str, value: str) -> bool:
        """Leave a message; False when there is no such workflow."""
        with self._database:
            self._database.execute("BEGIN IMMEDIATE")
            if self._status(key) is None:
                return False
            sent = "INSERT INTO messages (key, topic, value) VALUES (?, ?, ?)"
            self._database.execute(sent, (key, topic, value))
            return True

    def end(self, key: str, status: str, result: str) -> bool:
        """Keep how a workflow ended; False when it had ended before, which it does by being cancelled."""
        ended = "UPDATE workflows SET status = ?, result = ? WHERE key = ? AND status = 'PENDING'"
        with self._database:
            return self._database.execute(ended, (status, result, key)).rowcount == 1

    def cancel(self, key: str) -> list[str] | None:
        """The keys of what is cancelled by this: the workflow and all below it. None when there is no such workflow."""
        with self._database:
            self._database.execute("BEGIN IMMEDIATE")
            if self._status(key) is None:
                return None
            return [found for (found,) in self._database.execute(_BELOW, (key,)).fetchall()]

    def forget(self, keys: Sequence[str]) -> None:
        """Delete workflows with all that belongs to them."""
        with self._database:
            for statement in _FORGET:
                self._database.executemany(statement, ((key,) for key in keys))

    def _note(self, key: str, number: int, name: str, result: str | None, deadline: float | None) -> None:
        noted = "INSERT OR REPLACE INTO calls (key, number, name, result, deadline) VALUES (?, ?, ?, ?, ?)"
        self._database.execute(noted, (key, number, name, result, deadline))

    def _status(self, key: str) -> str | None:
        found = self._database.execute("SELECT status FROM workflows WHERE key = ?", (key,)).fetchone()
        return None if found is None else str(found[0])

    def _stored(self, which: str, *values: str) -> list[Stored]:
        asked = f"SELECT key, workflow, argument, status, result FROM workflows {which}"  # noqa: S608 - our own words
        found: Iterable[tuple[str, str, str, str, str | None]] = self._database.execute(asked, values)
        return [Stored(*row) for row in found]


_FORGET = tuple(f"DELETE FROM {table} WHERE key = ?" for table in ("workflows", "calls", "messages"))  # noqa: S608

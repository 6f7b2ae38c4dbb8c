"""Versions of what is kept: how an older store is brought up to date, and why a newer one is refused.

A store of the first release has version 1, whether it says so or not. Each step of a ladder leads one version up and is
never changed once it was released. A store climbs in one transaction: a process that is killed leaves it as it was.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from laneshift.errors import Refused
from laneshift.evidence.sqlite import writing


@dataclass(frozen=True, slots=True)
class Ladder:
    """The versions of one store. `name` is stable, `what` says to a person what is in it.

    Each step is statements for SQLite and PostgreSQL alike; `{at}` stands before the name of each table for the schema
    that it is in.
    """

    name: str
    what: str
    steps: tuple[tuple[str, ...], ...] = ()

    @property
    def newest(self) -> int:
        """The version that this laneshift knows."""
        return len(self.steps) + 1

    def from_version(self, version: int, where: str, at: str = "") -> list[str]:
        """What leads from `version` to the newest, in order. Raises `Refused` (`store.newer`) for one beyond it."""
        if version > self.newest:
            raise Refused(
                "store.newer",
                f"a newer laneshift keeps {self.what}: version {version}, this one knows up to {self.newest}",
                where=where,
                cure="use the laneshift that wrote it, or a later one; docs/operations.md tells the way back",
            )
        return [line.format(at=at) for step in self.steps[max(version, 1) - 1 :] for line in step]


def climb(connection: sqlite3.Connection, ladder: Ladder, where: str) -> None:
    """Bring an open file up to date. Raises `Refused` (`store.newer`)."""
    if _version(connection) == ladder.newest:
        return
    with writing(connection):
        # Read again: another process may have done it meanwhile.
        for statement in ladder.from_version(_version(connection), where):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {ladder.newest}")


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])

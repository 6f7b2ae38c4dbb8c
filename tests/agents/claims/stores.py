"""Claims on both kinds of places, with a clock that tests move."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa

from laneshift.agents.claims.in_database import InDatabase
from laneshift.agents.claims.in_file import InFile
from laneshift.agents.claims.rows import Rows
from laneshift.errors import NeedsPerson
from laneshift.evidence.database import Database

KINDS = ("file", "database")
CUT = "test.no-answer"
_names = itertools.count()


@dataclass
class Clock:
    """The time in unix seconds."""

    now: int = 1_800_000_000

    def __call__(self) -> int:
        return self.now


class Clocked(InDatabase):
    """A database whose clock is moved by hand."""

    clock: Clock

    def now(self, connection: sa.Connection) -> int:
        return self.clock()


@dataclass
class Store:
    """One place, opened as often as a test likes; `clock` is None for the place's own."""

    kind: str
    folder: Path
    url: str
    clock: Clock | None = field(default_factory=Clock)
    name: str = field(default_factory=lambda: f"r{next(_names)}")
    engines: list[sa.Engine] = field(default_factory=list)

    def rows(self, last: int = 0) -> Rows:
        """The claims, as another process would open them."""
        if self.kind == "file":
            assert self.clock is not None
            return Rows(InFile(self.folder / f"{self.name}.sqlite", self.clock, lambda: last))
        database = database_at(self.url, self.name)
        self.engines.append(database.engine)
        if self.clock is None:
            return Rows(InDatabase(database))
        place = Clocked(database)
        place.clock = self.clock
        return Rows(place)

    def close(self) -> None:
        """Let go of connections."""
        for engine in self.engines:
            engine.dispose()


def database_at(url: str, repository: str, patience: float = 60.0) -> Database:
    """The records of `repository`, ready for use; who gets no answer for `patience` seconds is told."""
    made = sa.create_engine(url, connect_args={"connect_timeout": 60})
    database = Database(made, repository, "tests", lambda _: None, lambda error: NeedsPerson(CUT, str(error)), patience)
    database.prepare()
    return database

"""What the rows of claims are kept in, and whose clock counts there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

import sqlalchemy as sa

Value = TypeVar("Value")


class Place(Protocol):
    """A database with the claims of one repository. All writers of the repository come one after another."""

    @property
    def repository(self) -> str:
        """By what name the rows of this repository are known there."""
        ...

    def read(self, work: Callable[[sa.Connection], Value]) -> Value:
        """What `work` finds in one transaction. Raises where the database does not answer."""
        ...

    def write(self, work: Callable[[sa.Connection], Value]) -> Value:
        """Do `work` in one transaction, all of it or nothing. It may be done again where no answer came."""
        ...

    def now(self, connection: sa.Connection) -> int:
        """The time in unix seconds, by the clock of the place."""
        ...

"""Gives disk back: checkouts that nobody uses, and what killed runs left in the temporary folder.

Only what is made again when it is needed goes. Records, evidence, plans, branches and work that has not landed stay.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from laneshift.errors import CheckFailed
from laneshift.steps.runner import scratch


class Emptied(Protocol):
    """What a pool gave back: bytes on the disk, checkouts emptied, and those left alone because they are in use."""

    @property
    def freed_bytes(self) -> int: ...
    @property
    def slots(self) -> int: ...
    @property
    def in_use(self) -> int: ...


class Checkouts(Protocol):
    """A pool of checkouts."""

    @property
    def root(self) -> Path:
        """The folder that holds them."""
        ...

    def reclaim(self) -> Emptied:
        """Empty those that nobody uses. Raises `OSError`."""
        ...


@dataclass(frozen=True, slots=True)
class Freed:
    """Bytes on the disk that checkouts gave back, how many were emptied, how many are in use and stay, and how many
    folders of killed runs went."""

    freed_bytes: int
    checkouts: int
    in_use: int
    left_behind: int


def reclaim(pools: Iterable[Checkouts], temporary: Path | None = None) -> Freed:
    """Empty what nobody holds. `temporary` is where private folders of runs are (the system's folder when None).

    Raises `CheckFailed` with `pool.cannot-reclaim` for what cannot be removed; what went before it is gone.
    """
    emptied = [_reclaimed(pool) for pool in pools]
    return Freed(
        sum(each.freed_bytes for each in emptied),
        sum(each.slots for each in emptied),
        sum(each.in_use for each in emptied),
        scratch.sweep(temporary),
    )


def _reclaimed(pool: Checkouts) -> Emptied:
    try:
        return pool.reclaim()
    except OSError as error:
        raise CheckFailed(
            "pool.cannot-reclaim",
            "a checkout that nobody uses cannot be emptied",
            where=str(error.filename or pool.root),
            why=error.strerror or str(error),
            cure="remove what is there by hand, such as a mount or files of another user, and do it again",
        ) from error

"""What is asked of the place where claims are kept."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Claim:
    """A lease on items and files of a plan. `until` is in Unix seconds by the clock of the place where it is kept.

    `token` rises with every claim of the repository: whoever shows an older one than the last of an item is late.
    `base` is the commit that the work starts from, `branch` the full name of the ref that it is left at; what is there
    when the claim lapses is kept below `KEPT`. Both are empty where nobody said.
    """

    id: str
    plan: str
    pack: str
    agent: str
    items: tuple[str, ...]
    files: tuple[str, ...]
    token: int
    until: int
    base: str = ""
    branch: str = ""


KEPT = "refs/heads/laneshift/kept"
"""Where the work of lapsed claims is kept: `<agent>/<claim>` below it."""


class Claims(Protocol):
    """Claims of one repository: whatever number of processes asks, an item and a file have one holder at most."""

    def take(
        self,
        agent: str,
        plan: str,
        pack: str,
        items: Collection[str],
        files: Collection[str],
        seconds: int,
        *,
        base: str = "",
        branch: str = "",
    ) -> Claim:
        """Hold all of it, or nothing. Lapsed claims in the way are released first.

        Raises `Refused`: `claim.taken`, naming every holder with what it holds and until when; `claim.nothing` for
        neither items nor files, `claim.bad-seconds` for a time that is none.
        """
        ...

    def beat(self, claim: str, token: int, seconds: int) -> Claim:
        """Hold on for `seconds` from now. Raises `Refused` (`claim.lost`) when it lapsed or was released."""
        ...

    def release(self, claim: str, token: int, why: str) -> bool:
        """Let go; whether it was still held. Raises `Refused` (`claim.lost`) for a token that is not its own."""
        ...

    def held(self, claim: str, token: int) -> Claim:
        """The claim, if it holds at this moment. Raises `Refused` (`claim.lost`)."""
        ...

    def lapse(self) -> list[Claim]:
        """Release what has expired, and give it."""
        ...

    def all(self) -> list[Claim]:
        """Everything that is held now, by token."""
        ...

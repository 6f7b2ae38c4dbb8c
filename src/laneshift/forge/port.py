"""What the use cases ask of a forge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol


@dataclass(frozen=True, slots=True)
class Issue:
    """Something that a person should do. `key` is laneshift's own name for the matter: one issue for each."""

    key: str
    number: int
    title: str
    body: str
    state: Literal["open", "closed"] = "open"


class Issues(Protocol):
    """The issues of one repository."""

    def put(self, key: str, title: str, body: str) -> Issue:
        """Open the issue with this key, or bring the one that is there up to date; the same text changes nothing.

        Raises `Refused` for a key that cannot be one, `CheckFailed` when the forge does not take it.
        """
        ...

    def close(self, key: str, why: str) -> Issue | None:
        """Close the issue with this key, saying why; None where there is none that is open."""
        ...

    def all(self) -> list[Issue]:
        """Every issue, by number."""
        ...


@dataclass(frozen=True, slots=True)
class Change:
    """A branch that asks to be reviewed and merged. `key` is laneshift's own name for it, `commit` what `head` held
    when it was last put."""

    key: str
    number: int
    title: str
    body: str
    head: str
    base: str
    commit: str
    state: Literal["open", "closed"] = "open"


class Changes(Protocol):
    """The changes under review of one repository, which forges call pull or merge requests."""

    def put(self, wanted: Change) -> Change:
        """Open the change with this key, or bring it up to date; the same one changes nothing. Its number is given.

        Raises `Refused` for a key or a branch that cannot be one, `CheckFailed` when the forge does not take it.
        """
        ...

    def close(self, key: str, why: str) -> Change | None:
        """Close the change with this key, saying why; None where there is none that is open."""
        ...

    def all(self) -> list[Change]:
        """Every change, by number."""
        ...


class Comments(Protocol):
    """What is said on issues and changes, by their numbers."""

    def comment(self, number: int, mark: str, body: str) -> bool:
        """Have one comment with this mark there, with this text in place of an earlier one; whether anything changed.

        Raises `Refused` for a number or a mark that cannot be one, `CheckFailed` when the forge does not take it.
        """
        ...

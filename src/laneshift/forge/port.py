"""What the use cases ask of a forge."""

from __future__ import annotations

from collections.abc import Sequence
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
    state: Literal["open", "closed", "merged"] = "open"


@dataclass(frozen=True, slots=True)
class Merge:
    """What became of a change. `commit` is what the forge says it came to on its base branch, "" where it does not.

    `mergeable` is None while nobody knows; `blocked` says what keeps an open one from being merged, "" for nothing.
    """

    number: int
    state: Literal["open", "closed", "merged"]
    head: str = ""
    commit: str = ""
    mergeable: bool | None = None
    blocked: str = ""


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

    def merge(self, number: int) -> Merge | None:
        """What became of the change with this number; None where there is none."""
        ...

    def label(self, number: int, labels: Sequence[str]) -> None:
        """See to it that the change has these labels, besides those that others gave it."""
        ...

    def link(self, number: int) -> str:
        """Where people read it: an address, or "" where it has no page outside laneshift."""
        ...


class Comments(Protocol):
    """What is said on issues and changes, by their numbers."""

    def comment(self, number: int, mark: str, body: str) -> bool:
        """Have one comment with this mark there, with this text in place of an earlier one; whether anything changed.

        Raises `Refused` for a number or a mark that cannot be one, `CheckFailed` when the forge does not take it.
        """
        ...


@dataclass(frozen=True, slots=True)
class Check:
    """What was found about a commit. `context` is the name of the check, such as `laneshift/suite`: one of each."""

    context: str
    state: Literal["error", "failure", "pending", "success"]
    description: str = ""


class Checks(Protocol):
    """What checks found about commits, which forges show beside changes."""

    def put(self, commit: str, checks: Sequence[Check]) -> int:
        """Have these checks at the commit, in place of those with the same context; how many changed.

        Raises `Refused` for a commit or a context that cannot be one, `CheckFailed` when the forge does not take it.
        """
        ...

    def of(self, commit: str) -> list[Check]:
        """The checks at a commit, by context."""
        ...


@dataclass(frozen=True, slots=True)
class Forge:
    """One forge. `kind` is that of the settings, `per` what one change brings, `labels` what each change is given."""

    kind: str
    issues: Issues
    changes: Changes
    comments: Comments
    checks: Checks
    per: Literal["batch", "lane"] = "batch"
    labels: tuple[str, ...] = ()

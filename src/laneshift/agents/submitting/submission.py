"""A submission and its verdict as plain records. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Submission:
    """A commit that an agent brings for a pack that it holds. `report` is what it says of itself, if anything."""

    agent: str
    plan: str
    pack: str
    claim: str
    token: int
    commit: str
    report: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Objection:
    """Why a submission is refused: a stable code, the file and the line (1-based; 0 where no line is meant), the words
    of the line, what is wrong and what would mend it."""

    code: str
    path: str
    line: int
    text: str
    what: str
    cure: str


@dataclass(frozen=True, slots=True)
class Judged:
    """The verdict: accepted where there are no objections. `branch` is then where the work is, and `record` its id.

    `unchecked` names checks that could not be made; a submission with one is not accepted. One that is `suggested` was
    found sound and is kept as a suggestion: nothing of it ever lands, so it is not accepted either.
    """

    submission: Submission
    objections: tuple[Objection, ...]
    unchecked: tuple[str, ...] = ()
    branch: str = ""
    record: str = ""
    suggested: bool = False

    @property
    def sound(self) -> bool:
        """Whether nothing speaks against it and everything was looked at."""
        return not self.objections and not self.unchecked

    @property
    def accepted(self) -> bool:
        """Whether it is sound, and may be planned and landed."""
        return self.sound and not self.suggested

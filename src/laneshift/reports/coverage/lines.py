"""What was measured of one file, and of all files of a report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from laneshift.errors import Refused


@dataclass(frozen=True, slots=True)
class Lines:
    """One file: the lines on which its statements begin, those that ran, and how many of its branches were taken."""

    statements: frozenset[int]
    run: frozenset[int]
    branches: int = 0
    branches_run: int = 0
    excluded: frozenset[int] = frozenset()
    """Lines that were left out on purpose, where the report tells."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A report as it was written. `files` has the names that it uses, which need not be paths of the repository.

    `sources` are folders that names may be relative to. `branch` says whether branches were measured. `written` is
    when, in unix seconds, None where it does not say; `local` that this was told without a time zone.
    """

    tool: str
    files: Mapping[str, Lines]
    branch: bool
    written: float | None = None
    local: bool = False
    sources: tuple[str, ...] = field(default=())


def not_a_report(where: str, why: str) -> Refused:
    """The refusal (`coverage.not-a-report`) of what does not have the form of a report."""
    cure = "write it with `coverage json` or `coverage xml`"
    return Refused("coverage.not-a-report", "this is not a coverage report", where=where, why=why, cure=cure)

"""What the filter is told, and what it finds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Finding(NamedTuple):
    """One reason why a change goes to a person. `check` is a stable name, `line` counts from 1 (0: the whole file)."""

    check: str
    path: str
    line: int
    what: str


@dataclass(frozen=True, slots=True)
class Limits:
    """What a change may do.

    `forbidden` are dotted names that no touched file may import, nor anything below them. `deleted` is how many
    statements that are no imports may go, over the whole change; `lines` how many lines. `known` are top-level modules
    that may be imported beside those of the standard library, of the tree and of the files before the change.
    """

    forbidden: tuple[str, ...] = ()
    deleted: int = 2
    lines: int = 200
    bytes: int = 1 << 20
    files: int = 500
    known: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found, sorted. `files` is how many were looked at; a change of no file is never safe."""

    files: int
    findings: tuple[Finding, ...]

    @property
    def safe(self) -> bool:
        """Whether the change may go on without a person."""
        return self.files > 0 and not self.findings

"""A finding, and its record from one run to the next. Pure data."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property


class Severity(StrEnum):
    """How bad it is; `unknown` where nobody said."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"
    UNKNOWN = "unknown"


class Kind(StrEnum):
    """Where a finding stands; the value begins its id."""

    AUDIT = "aud"
    COMMENT = "todo"


class State(StrEnum):
    """`GONE` is no longer found, with an issue that may still be open; `CLOSED` is over."""

    OPEN = "open"
    GONE = "gone"
    CLOSED = "closed"


@dataclass(frozen=True)
class Finding:
    """One matter. `source` and `line` say where it was read, and are no part of what it is."""

    kind: Kind
    severity: Severity
    area: str
    file: str
    symbol: str
    summary: str
    owner: str
    source: str
    line: int

    @cached_property
    def anchor(self) -> tuple[str, str, str]:
        """What it is: its words, its file and its symbol."""
        return words_of(self.summary), self.file, self.symbol


@dataclass(frozen=True, slots=True)
class Entry:
    """What is recorded of a finding: the words that were last seen, and where. `issue` is 0 for none."""

    id: str
    kind: Kind
    words: str
    file: str
    symbol: str
    source: str
    severity: Severity
    state: State = State.OPEN
    issue: int = 0

    @property
    def anchor(self) -> tuple[str, str, str]:
        """As `Finding.anchor`."""
        return self.words, self.file, self.symbol


_LINES = re.compile(
    r"(?<=[\w)`])(?:#L|:)\d{1,7}(?:[-:,]\s?L?\d{1,7})*|\b(?:lines?|ll?\.?) ?\d{1,7}(?:[- ,]{1,3}\d{1,7})*", re.I
)
_MARKUP = re.compile(r"[^\w\s./:()<>=%+-]+")


def words_of(text: str) -> str:
    """Text as it is compared: in one case, without markup, numbers of lines and blanks that mean nothing."""
    return " ".join(_MARKUP.sub(" ", _LINES.sub(" ", text)).casefold().split())

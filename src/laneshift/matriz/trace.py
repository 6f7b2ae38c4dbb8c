"""What became of every step of one answer, linked to whoever asked by W3C Trace Context. Pure, but for fresh ids.

Two runs of the same graph on the same input with the same origin differ in nothing but durations.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

_TRACEPARENT = re.compile(r"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?\Z")
_ID = re.compile(r"[0-9a-f]{16}\Z")
_SAMPLED = 1


class Ended(StrEnum):
    """What became of a step, or of one call of a node."""

    DONE = "done"
    FAILED = "failed"
    """It raised, or gave what it may not give."""
    CUT = "cut"
    """Its time was up."""
    REFUSED = "refused"
    """It was not asked: its breaker is open, or too many of its calls hang."""
    UNFED = "unfed"
    """Something that it needs is missing, or is not what it takes."""
    NOT_NEEDED = "not needed"
    CANCELLED = "cancelled"
    """Nobody waited any more."""


GAPS = frozenset({Ended.FAILED, Ended.CUT, Ended.REFUSED, Ended.UNFED, Ended.CANCELLED})
"""Where an output should have been and is not."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Which trace a run belongs to. `run` is its own id, that of its span; `parent` the span that asked, or ""."""

    trace: str
    run: str
    parent: str = ""
    sampled: bool = True

    @staticmethod
    def fresh() -> Origin:
        """A trace that begins here."""
        return Origin(secrets.token_hex(16), secrets.token_hex(8))

    @staticmethod
    def of(traceparent: str) -> Origin:
        """A run on behalf of the span that this header names; of a malformed one nothing is taken, as W3C has it."""
        found = _TRACEPARENT.match(traceparent.strip())
        if found is None:
            return Origin.fresh()
        version, trace, parent, flags, more = found.groups()
        if version == "ff" or (version == "00" and more) or not int(trace, 16) or not int(parent, 16):
            return Origin.fresh()
        return Origin(trace, secrets.token_hex(8), parent, bool(int(flags, 16) & _SAMPLED))

    @staticmethod
    def seeded(text: str) -> Origin:
        """The same origin for the same text: for runs that have to come out the same, down to their ids."""
        digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
        return Origin(digest[:32], digest[32:48])

    def span(self, name: str) -> str:
        """The id of the span with this name within the run."""
        return hashlib.sha256(f"{self.trace} {self.run} {name}".encode()).hexdigest()[:16]

    def traceparent(self, span: str = "") -> str:
        """The header for what is asked on behalf of `span`, or of the whole run."""
        return f"00-{self.trace}-{span or self.run}-{'01' if self.sampled else '00'}"


def is_run(text: str) -> bool:
    """Whether this can be the id of a run."""
    return _ID.match(text) is not None


@dataclass(frozen=True, slots=True)
class Record:
    """One call of a node for a step, or why there was none.

    `id` is that of its span and `parents` those of the calls whose outputs it was given. `inputs` is the digest of
    what it was given, "" where that never came to be. `duration` and `began` are seconds, the latter since the run
    began. `instead` says that it was asked as the fallback.
    """

    id: str
    step: str
    node: str
    kind: str
    stage: str
    inputs: str
    outputs: dict[str, Any] | None
    confidence: float | None
    reasons: tuple[str, ...]
    parents: tuple[str, ...]
    ended: Ended
    why: str = ""
    instead: bool = False
    began: float = 0.0
    duration: float = 0.0


@dataclass(frozen=True, slots=True)
class Trace:
    """One run of a graph. `at` is in unix seconds; `asked` is the digest of what was asked, never its text."""

    id: str
    trace_id: str
    parent: str
    sampled: bool
    graph: str
    asked: str
    at: float
    seed: int
    answer: str
    ended: Ended
    partial: bool
    why: tuple[str, ...]
    records: tuple[Record, ...]
    duration: float = 0.0

    @property
    def traceparent(self) -> str:
        """The header that names this run."""
        return Origin(self.trace_id, self.id, self.parent, self.sampled).traceparent()

    def as_json(self) -> dict[str, Any]:
        """All of it as plain data; `trace_of` reads it."""
        told: dict[str, Any] = json.loads(json.dumps(asdict(self)))
        return {**told, "traceparent": self.traceparent}

    def timeless(self) -> Trace:
        """The same without what a clock said."""
        calm = tuple(replace(record, began=0.0, duration=0.0) for record in self.records)
        return replace(self, records=calm, duration=0.0)


def trace_of(told: dict[str, Any]) -> Trace:
    """The trace that `as_json` told. Raises `KeyError`, `TypeError` or `ValueError` for anything else."""
    plain = {name: value for name, value in told.items() if name != "traceparent"}
    records = tuple(
        Record(
            **{
                **record,
                "reasons": tuple(record["reasons"]),
                "parents": tuple(record["parents"]),
                "ended": Ended(record["ended"]),
            }
        )
        for record in plain.pop("records")
    )
    why, ended = tuple(plain.pop("why")), Ended(plain.pop("ended"))
    return Trace(records=records, why=why, ended=ended, **plain)

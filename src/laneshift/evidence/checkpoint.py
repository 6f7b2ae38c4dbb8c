"""A checkpoint: how long a journal was and how it ended. Kept outside the journal, it shows a cut tail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import IO

from laneshift.errors import CheckFailed
from laneshift.evidence.canonical import canonical
from laneshift.evidence.records import Record


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """`origin` is the journal's own digest, `size` its number of records, `tip` and `key` those of the last one.

    An empty journal has size 0, its origin as tip, and no key.
    """

    origin: str
    size: int
    tip: str
    key: str

    def line(self) -> bytes:
        """The checkpoint as canonical JSON: the bytes that a signature covers."""
        return canonical(asdict(self))


def checkpoint_of(records: Sequence[Record]) -> Checkpoint:
    """The checkpoint of a whole journal. Raises `CheckFailed` (`evidence.journal-empty`) without records."""
    if not records:
        raise CheckFailed("evidence.journal-empty", "a journal without records does not tell its origin")
    return Checkpoint(records[0].previous, len(records), records[-1].digest, records[-1].key)


def written_out(records: Sequence[Record], origin: str, file: IO[bytes]) -> Checkpoint:
    """Write the records of a whole journal as lines of canonical JSON; the checkpoint of exactly what was written."""
    for record in records:
        file.write(record.line() + b"\n")
    return checkpoint_of(records) if records else Checkpoint(origin, 0, origin, "")

"""A checkpoint: how long a journal was and how it ended. Kept outside the journal, it shows a cut tail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from laneshift.errors import CheckFailed
from laneshift.evidence.atomic import write_whole
from laneshift.evidence.canonical import canonical, is_digest, parse
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

    def write(self, path: Path) -> None:
        """Write the checkpoint to `path`, whole or not at all, and to the disk."""
        write_whole(path, self.line() + b"\n", durable=True)


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


def read_checkpoint(path: Path) -> Checkpoint:
    """The checkpoint at `path`. Raises `CheckFailed` (`evidence.checkpoint-unreadable`) when there is none to read."""
    try:
        fields = parse(path.read_bytes())
        return _from_fields(fields)
    except (OSError, ValueError) as error:
        raise CheckFailed(
            "evidence.checkpoint-unreadable",
            "no checkpoint can be read here",
            where=str(path),
            why=str(error),
            cure="take it from where it was published; without it a cut tail cannot be seen",
        ) from error


def _from_fields(fields: object) -> Checkpoint:
    if not isinstance(fields, dict) or fields.keys() != {"origin", "size", "tip", "key"}:
        raise ValueError("the fields are not those of a checkpoint")
    origin, size, tip, key = fields["origin"], fields["size"], fields["tip"], fields["key"]
    if not (is_digest(origin) and is_digest(tip) and isinstance(key, str) and type(size) is int and size >= 0):
        raise ValueError("a field of the checkpoint is malformed")
    return Checkpoint(origin, size, tip, key)

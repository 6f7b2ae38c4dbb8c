"""What the use cases ask of the records of a repository, wherever they are kept: files here, a database elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import IO, Protocol

from laneshift.errors import Fault
from laneshift.evidence.canonical import Json
from laneshift.evidence.checkpoint import Checkpoint
from laneshift.evidence.records import Finding, Record

Heard = Callable[[Record, float], None]
"""Told of a record that was appended, and of the seconds that it took. It must not raise."""


def unheard(_record: Record, _seconds: float) -> None:
    """Tell nobody."""


class JournalPort(Protocol):
    """An append-only, hash-chained record of what happened."""

    def append(
        self,
        key: str,
        kind: str,
        facts: Mapping[str, Json],
        *,
        at: int | None = None,
        durable: bool = False,
        actor: str = "",
    ) -> Record:
        """Record that `key` happened, once: when the journal has that key, its record is returned and nothing changes.

        `at` is Unix milliseconds, by default now. Secrets in `facts` are stored as `[redacted]`. `durable` is on the
        disk when this returns. Raises `Refused` for a malformed or secret key, kind or actor, for facts that are not
        canonical JSON or exceed 1 MiB; `CheckFailed` when a file is damaged or cannot be written, and for a database
        as `Database.write` does.
        """
        ...

    def records(
        self, *, kind: str | None = None, prefix: str | None = None, after: int = 0, limit: int | None = None
    ) -> list[Record]:
        """The records with a number above `after`, in order; of one kind, and with keys that start with `prefix`.

        With `limit`, the first of them alone.
        """
        ...

    def get(self, key: str) -> Record | None:
        """The record with this key, if it happened."""
        ...

    def tip(self) -> Record | None:
        """The last record."""
        ...

    def checkpoint(self) -> Checkpoint:
        """How long the journal is and how it ends."""
        ...

    def check(self, checkpoint: Checkpoint | None = None) -> list[Finding]:
        """What was done to the stored records; empty when the chain is whole."""
        ...

    def export(self, file: IO[bytes]) -> Checkpoint:
        """Write every record as a line of canonical JSON."""
        ...

    def listen(self, heard: Heard) -> None:
        """Have `heard` told of each record that this process appends from now on, once it is in the journal."""
        ...

    def close(self) -> None:
        """Let go of what is open in this process."""
        ...


class StorePort(Protocol):
    """Evidence by the digest of its content."""

    def put(self, content: bytes | str, *, durable: bool = False) -> str:
        """Keep `content` and return its digest."""
        ...

    def get(self, digest: str) -> bytes:
        """The content with this digest; `CheckFailed` when it is missing or damaged."""
        ...

    def verify(self, expected: Iterable[str] = ()) -> list[Fault]:
        """Read everything: a fault for each that is damaged, and for each `expected` that is missing."""
        ...


class ResultsPort(Protocol):
    """Remembered step results: a cache, which may be lost and never be wrong."""

    def get(self, inputs_digest: str) -> Json | None:
        """The remembered value, or None."""
        ...

    def put(self, inputs_digest: str, value: Json) -> None:
        """Remember `value`."""
        ...

    def close(self) -> None:
        """Let go of what is open in this process."""
        ...

"""What is to be indexed, and what comes of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from laneshift.repo.plain_records import NamedTuple

_OID = 20


class Job(NamedTuple):
    """One blob to index, and for what."""

    oid: bytes
    facts: bool
    words: bool


class Batch(NamedTuple):
    """Jobs as three columns: another process reads these at once, and thousands of jobs one by one."""

    oids: bytes
    facts: bytes
    words: bytes

    @classmethod
    def of(cls, jobs: Sequence[Job]) -> Batch:
        """The columns of these jobs."""
        return cls(
            b"".join([job.oid for job in jobs]), bytes(job.facts for job in jobs), bytes(job.words for job in jobs)
        )

    def jobs(self) -> Iterator[Job]:
        """The jobs, in their order."""
        for at, (facts, words) in enumerate(zip(self.facts, self.words, strict=True)):
            yield Job(self.oids[at * _OID : (at + 1) * _OID], bool(facts), bool(words))


class Segment(NamedTuple):
    """A finished part: its kind, its sections, and its file name where it could be written."""

    kind: str
    sections: list[bytes]
    name: str | None

"""Evidence in a PostgreSQL database, named by what is in it, for clones that share no folder."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from laneshift.errors import Fault
from laneshift.evidence.canonical import digest_of
from laneshift.evidence.database import Database
from laneshift.evidence.packing import as_bytes, damaged, missing, named, pack, refuse_bad_digest
from laneshift.evidence.tables import EVIDENCE

_AT_ONCE = 16


class PostgresStore:
    """The evidence of one repository, compressed, one row a digest."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._mine = EVIDENCE.c.repository == database.repository

    def put(self, content: bytes | str, *, durable: bool = False) -> str:
        """Keep `content` and return its digest; damage is mended. Text is redacted, as in a store of files.

        Raises `Refused` (`evidence.file-too-large`) for too much, and as `Database.write` does.
        """
        data = as_bytes(content)
        digest, packed = digest_of(data), pack(data)
        new = insert(EVIDENCE).values(repository=self._database.repository, digest=digest, packed=packed)
        other = EVIDENCE.c.packed.is_distinct_from(new.excluded.packed)
        kept = new.on_conflict_do_update(
            index_elements=[EVIDENCE.c.repository, EVIDENCE.c.digest], set_={"packed": new.excluded.packed}, where=other
        )
        self._database.write(lambda connection: connection.execute(kept), f"evidence {digest}", durable=durable)
        return digest

    def get(self, digest: str) -> bytes:
        """The content with this digest.

        Raises `Refused` (`evidence.bad-digest`) for text that is no digest; `CheckFailed` (`evidence.file-missing`,
        `evidence.file-damaged`) when it is not there or not what its name says; and as `Database.read` does.
        """
        refuse_bad_digest(digest)
        wanted = sa.select(EVIDENCE.c.packed).where(self._mine, EVIDENCE.c.digest == digest)
        packed = self._database.read(lambda connection: connection.execute(wanted).scalar_one_or_none())
        if packed is None:
            raise missing(digest, self._database.where)
        try:
            return named(bytes(packed), digest)
        except ValueError as error:
            raise damaged(self._database.where, str(error)) from error

    def verify(self, expected: Iterable[str] = ()) -> list[Fault]:
        """Read everything: a fault for each row that is damaged, and for each that is `expected` and missing."""
        seen, faults = self._database.read(self._verified)
        return faults + [
            Fault("evidence.file-missing", digest, "no such evidence file", "take it from a backup")
            for digest in sorted(set(expected) - seen)
        ]

    def _verified(self, connection: sa.Connection) -> tuple[set[str], list[Fault]]:
        """Every digest there is, and what is wrong with what it names."""
        seen: set[str] = set()
        faults: list[Fault] = []
        wanted = sa.select(EVIDENCE.c.digest, EVIDENCE.c.packed).where(self._mine).order_by(EVIDENCE.c.digest)
        for digest, packed in connection.execution_options(yield_per=_AT_ONCE).execute(wanted):
            seen.add(str(digest))
            try:
                named(bytes(packed), str(digest))
            except ValueError as error:
                faults.append(Fault("evidence.file-damaged", str(digest), str(error), "take it from a backup"))
        return seen, faults

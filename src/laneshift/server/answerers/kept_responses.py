"""Responses that are kept for whoever asked for them: to be asked for again, and to be gone on from."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from laneshift.errors import Refused
from laneshift.server.answerers.tables import RESPONSES
from laneshift.server.auth.passkeys.database import AccessRows

Json = Any


@dataclass(frozen=True, slots=True)
class Kept:
    """A response, and the items that it was an answer to, those of the conversation before it too."""

    told: dict[str, Json]
    before: list[Json]


@dataclass(frozen=True)
class KeptResponses:
    """Responses by id. Each is there for its principal alone, for `seconds`; of more than `most` the oldest go."""

    rows: AccessRows
    clock: Callable[[], int]
    seconds: int
    most: int

    def put(self, principal: str, kept: Kept) -> None:
        """Keep a response; one with the same id is replaced."""
        now = self.clock()
        values = {
            "repository": self.rows.repository,
            "id": kept.told["id"],
            "principal": principal,
            "made": now,
            "expires": now + self.seconds,
            "told": json.dumps(kept.told),
            "before": json.dumps(kept.before),
        }
        mine = self._of(principal)
        oldest = (
            sa.select(RESPONSES.c.id).where(*mine).order_by(RESPONSES.c.made.desc(), RESPONSES.c.id).offset(self.most)
        )
        with self.rows.transaction() as connection:
            connection.execute(sa.delete(RESPONSES).where(*mine, RESPONSES.c.id == kept.told["id"]))
            connection.execute(sa.insert(RESPONSES).values(values))
            connection.execute(sa.delete(RESPONSES).where(self.rows.mine(RESPONSES), RESPONSES.c.expires <= now))
            gone = [row.id for row in connection.execute(oldest)]
            if gone:
                connection.execute(sa.delete(RESPONSES).where(*mine, RESPONSES.c.id.in_(gone)))

    def get(self, principal: str, known: str, where: str = "") -> Kept:
        """The response with this id. Raises `Refused` (`response.unknown`), for those of others too."""
        live = (*self._of(principal), RESPONSES.c.id == known, RESPONSES.c.expires > self.clock())
        with self.rows.transaction() as connection:
            found = connection.execute(sa.select(RESPONSES.c.told, RESPONSES.c.before).where(*live)).first()
        if found is None:
            raise _unknown(known, where)
        return Kept(json.loads(found.told), json.loads(found.before))

    def delete(self, principal: str, known: str) -> None:
        """Forget it. Raises as `get` does."""
        with self.rows.transaction() as connection:
            gone = connection.execute(sa.delete(RESPONSES).where(*self._of(principal), RESPONSES.c.id == known))
            if not gone.rowcount:
                raise _unknown(known, "")

    def _of(self, principal: str) -> tuple[sa.ColumnElement[bool], ...]:
        return (self.rows.mine(RESPONSES), RESPONSES.c.principal == principal)


def _unknown(known: str, where: str) -> Refused:
    return Refused("response.unknown", f"no response {known[:100]!r} is kept for you", where=where)

"""Enrolments: links that let one person register one passkey, once."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass

import sqlalchemy as sa

from laneshift.errors import Refused
from laneshift.server.auth.passkeys.database import AccessRows
from laneshift.server.auth.passkeys.sessions import hashed
from laneshift.server.auth.passkeys.tables import ENROLMENTS
from laneshift.server.auth.principal import checked

PAGE = "/id/enrol"


@dataclass(frozen=True, slots=True)
class Enrolment:
    """Who may register a passkey, and the roles that come with it."""

    hash: str
    name: str
    roles: tuple[str, ...]
    made_by: str


class Enrolments:
    """Those of one repository. The text of one is told once; its hash is kept until it is used or over."""

    def __init__(self, rows: AccessRows) -> None:
        self._rows = rows

    def make(self, name: str, roles: tuple[str, ...], by: str, now: int, seconds: int) -> str:
        """The text of a new one. Raises `Refused` (`access.bad-principal`) for who cannot be a person here."""
        checked("person", name, roles, "")
        text = secrets.token_urlsafe(32)
        row = {"name": name, "roles": json.dumps(list(dict.fromkeys(roles))), "made_by": by}
        with self._rows.transaction() as connection:
            over = sa.delete(ENROLMENTS).where(self._rows.mine(ENROLMENTS), ENROLMENTS.c.expires <= now)
            connection.execute(over)
            times = {"made": now, "expires": now + seconds}
            values = {"repository": self._rows.repository, "hash": hashed(text), **row, **times}
            connection.execute(sa.insert(ENROLMENTS).values(**values))
        return text

    def find(self, text: str, now: int) -> Enrolment:
        """The enrolment with this text; it stays. Raises `Refused` (`passkeys.bad-link`)."""
        return self._one(hashed(text), now, take=False)

    def take(self, wanted: str, now: int) -> Enrolment:
        """The enrolment with this hash, which is gone from then on. Raises `Refused` (`passkeys.bad-link`)."""
        return self._one(wanted, now, take=True)

    def any_live(self, now: int) -> bool:
        """Whether anybody could still enrol."""
        with self._rows.transaction() as connection:
            wanted = sa.select(ENROLMENTS.c.hash).where(self._rows.mine(ENROLMENTS), ENROLMENTS.c.expires > now)
            return connection.execute(wanted.limit(1)).first() is not None

    def _one(self, wanted: str, now: int, *, take: bool) -> Enrolment:
        columns = (ENROLMENTS.c.name, ENROLMENTS.c.roles, ENROLMENTS.c.made_by)
        one = sa.and_(self._rows.mine(ENROLMENTS), ENROLMENTS.c.hash == wanted, ENROLMENTS.c.expires > now)
        with self._rows.transaction() as connection:
            asked = sa.delete(ENROLMENTS).where(one).returning(*columns) if take else sa.select(*columns).where(one)
            row = connection.execute(asked).first()
        if row is None:
            cure = "have whoever keeps this server make another one: laneshift serve --enroll, or POST /id/enrolments"
            raise Refused("passkeys.bad-link", "this link was used, or its time is over", cure=cure)
        return Enrolment(wanted, row[0], tuple(json.loads(row[1])), row[2])

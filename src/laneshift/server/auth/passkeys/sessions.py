"""Sessions of browsers: 256 random bits in a cookie, kept as a hash, over at a time that never moves, ended at once."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass

import sqlalchemy as sa

from laneshift.errors import Refused
from laneshift.server.auth.passkeys.database import AccessRows
from laneshift.server.auth.passkeys.tables import PASSKEYS, PEOPLE, SESSIONS
from laneshift.server.auth.principal import Principal

VIA = "session:"
_ID_BYTES = 8
_LONGEST = 100


@dataclass(frozen=True, slots=True)
class Session:
    """One browser in which somebody is signed in. Times are unix seconds."""

    id: str
    person: str
    passkey: str
    made: int
    expires: int


class Sessions:
    """The sessions of one repository. What is told to nobody again is the text of a new one."""

    def __init__(self, rows: AccessRows) -> None:
        self._rows = rows

    def begin(self, person: str, passkey: str, now: int, seconds: int, instead: str = "") -> str:
        """The text of a new session, in place of the session with the id `instead`."""
        text = secrets.token_urlsafe(32)
        row = {"id": secrets.token_hex(_ID_BYTES), "hash": hashed(text), "known": person.casefold()}
        times = {"made": now, "expires": now + seconds}
        over = sa.or_(SESSIONS.c.expires <= now, SESSIONS.c.id == instead)
        with self._rows.transaction() as connection:
            connection.execute(sa.delete(SESSIONS).where(self._rows.mine(SESSIONS), over))
            values = {"repository": self._rows.repository, "passkey": passkey, **row, **times}
            connection.execute(sa.insert(SESSIONS).values(**values))
        return text

    def principal(self, text: str, now: int) -> Principal | None:
        """Whose session this text is: of somebody who still has the passkey that it began with. None for no session."""
        if len(text) > _LONGEST:
            return None
        with self._rows.transaction() as connection:
            values = {"repository": self._rows.repository, "hash": hashed(text), "now": now}
            row = connection.execute(_WHOSE, values).first()
        return None if row is None else Principal("person", row[1], tuple(json.loads(row[2])), f"{VIA}{row[0]}")

    def all(self, now: int) -> list[Session]:
        """Those that are not over, oldest first."""
        columns = (SESSIONS.c.id, PEOPLE.c.name, SESSIONS.c.passkey, SESSIONS.c.made, SESSIONS.c.expires)
        wanted = sa.select(*columns).join(PEOPLE, _THEIRS).where(self._rows.mine(SESSIONS), SESSIONS.c.expires > now)
        with self._rows.transaction() as connection:
            rows = connection.execute(wanted.order_by(SESSIONS.c.made, SESSIONS.c.id)).all()
        return [Session(*row) for row in rows]

    def end(self, session: str) -> None:
        """End a session. Raises `Refused` (`passkeys.no-session`)."""
        gone = sa.delete(SESSIONS).where(self._rows.mine(SESSIONS), SESSIONS.c.id == session)
        with self._rows.transaction() as connection:
            if not connection.execute(gone).rowcount:
                raise Refused("passkeys.no-session", "there is no such session")


_THEIRS = sa.and_(PEOPLE.c.repository == SESSIONS.c.repository, PEOPLE.c.known == SESSIONS.c.known)
# Made once: every request of a browser asks it, and making it takes as long as the answer.
_WHOSE = (
    sa.select(SESSIONS.c.id, PEOPLE.c.name, PEOPLE.c.roles)
    .join(PASSKEYS, sa.and_(PASSKEYS.c.repository == SESSIONS.c.repository, PASSKEYS.c.id == SESSIONS.c.passkey))
    .join(PEOPLE, _THEIRS)
    .where(SESSIONS.c.repository == sa.bindparam("repository"), SESSIONS.c.hash == sa.bindparam("hash"))
    .where(SESSIONS.c.expires > sa.bindparam("now"))
)


def hashed(text: str) -> str:
    """What is kept of a text of 256 random bits: a fast hash is enough for what nobody can guess."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

"""People and their passkeys, as rows."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from laneshift.errors import Refused
from laneshift.rollout.assertion import from_base64url, in_base64url
from laneshift.rollout.passkeys import Passkey
from laneshift.server.auth.passkeys.database import AccessRows
from laneshift.server.auth.passkeys.tables import PASSKEYS, PEOPLE, SESSIONS


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who comes in by passkey. `made` is in unix seconds."""

    name: str
    roles: tuple[str, ...]
    made: int
    made_by: str


@dataclass(frozen=True, slots=True)
class StoredPasskey:
    """One credential of a person. `id` is in base64url, `cose` and `key` are its public key as COSE and as DER."""

    id: str
    person: str
    cose: bytes = field(repr=False)
    key: bytes = field(repr=False)
    counter: int
    made: int
    label: str

    @property
    def line(self) -> str:
        """What the file of passkeys in the repository has to have for it to approve."""
        return Passkey(self.person, self.id, self.key).line


class People:
    """The people of one repository and their passkeys."""

    def __init__(self, rows: AccessRows) -> None:
        self._rows = rows

    def add(self, person: Person, passkey: StoredPasskey) -> None:
        """Keep a new passkey; the person has the roles that are said here from now on.

        Raises `Refused` (`passkeys.known`) for a credential that is kept already.
        """
        known, repository = person.name.casefold(), self._rows.repository
        told = {"name": person.name, "roles": json.dumps(person.roles), "made": person.made, "made_by": person.made_by}
        with self._rows.transaction() as connection:
            if connection.execute(self._passkeys(PASSKEYS.c.id == passkey.id)).first() is not None:
                raise Refused("passkeys.known", "this passkey is registered already")
            here = sa.and_(self._rows.mine(PEOPLE), PEOPLE.c.known == known)
            if not connection.execute(sa.update(PEOPLE).where(here).values(roles=told["roles"])).rowcount:
                connection.execute(sa.insert(PEOPLE).values(repository=repository, known=known, **told))
            connection.execute(
                sa.insert(PASSKEYS).values(
                    repository=repository,
                    id=passkey.id,
                    known=known,
                    cose=in_base64url(passkey.cose),
                    key=in_base64url(passkey.key),
                    counter=passkey.counter,
                    made=passkey.made,
                    label=passkey.label,
                )
            )

    def person(self, name: str) -> Person | None:
        """Who goes by this name, in small or capital letters."""
        wanted = sa.select(PEOPLE).where(self._rows.mine(PEOPLE), PEOPLE.c.known == name.casefold())
        with self._rows.transaction() as connection:
            row = connection.execute(wanted).mappings().first()
        return None if row is None else _person(row)

    def all(self) -> list[Person]:
        """Everybody, by name."""
        wanted = sa.select(PEOPLE).where(self._rows.mine(PEOPLE)).order_by(PEOPLE.c.known)
        with self._rows.transaction() as connection:
            rows = connection.execute(wanted).mappings().all()
        return [_person(row) for row in rows]

    def passkey(self, credential: str) -> StoredPasskey | None:
        """The credential with this id."""
        found = self._found(PASSKEYS.c.id == credential)
        return found[0] if found else None

    def passkeys(self, name: str = "") -> list[StoredPasskey]:
        """Those of a person, or everybody's, oldest first."""
        return self._found(*([PASSKEYS.c.known == name.casefold()] if name else []))

    def any(self) -> bool:
        """Whether anybody has a passkey."""
        with self._rows.transaction() as connection:
            return connection.execute(self._passkeys().limit(1)).first() is not None

    def used(self, credential: str, counter: int) -> bool:
        """Note a use. False where the counter did not go up since, or the passkey is gone: then it does not count."""
        rises = sa.or_(PASSKEYS.c.counter < counter, sa.and_(PASSKEYS.c.counter == 0, sa.literal(counter) == 0))
        change = sa.update(PASSKEYS).where(self._rows.mine(PASSKEYS), PASSKEYS.c.id == credential, rises)
        with self._rows.transaction() as connection:
            return connection.execute(change.values(counter=counter)).rowcount == 1

    def forget(self, credential: str) -> StoredPasskey:
        """Delete a passkey, and end the sessions that began with it. Raises `Refused` (`passkeys.none`)."""
        found = self.passkey(credential)
        with self._rows.transaction() as connection:
            connection.execute(sa.delete(SESSIONS).where(self._rows.mine(SESSIONS), SESSIONS.c.passkey == credential))
            gone = connection.execute(sa.delete(PASSKEYS).where(self._rows.mine(PASSKEYS), PASSKEYS.c.id == credential))
        if found is None or not gone.rowcount:
            raise Refused("passkeys.none", "there is no such passkey")
        return found

    def remove(self, name: str) -> None:
        """Delete somebody with all passkeys and sessions. Raises `Refused` (`passkeys.nobody`)."""
        gone = 0
        with self._rows.transaction() as connection:
            for table in (SESSIONS, PASSKEYS, PEOPLE):
                own = sa.delete(table).where(self._rows.mine(table), table.c.known == name.casefold())
                gone = connection.execute(own).rowcount
        if not gone:
            raise Refused("passkeys.nobody", "nobody here goes by that name")

    def _passkeys(self, *conditions: sa.ColumnElement[bool]) -> sa.Select[Any]:
        joined = sa.and_(PEOPLE.c.repository == PASSKEYS.c.repository, PEOPLE.c.known == PASSKEYS.c.known)
        columns = (*(column for column in PASSKEYS.c if column.name != "repository"), PEOPLE.c.name)
        found = sa.select(*columns).join(PEOPLE, joined).where(self._rows.mine(PASSKEYS), *conditions)
        return found.order_by(PASSKEYS.c.made, PASSKEYS.c.id)

    def _found(self, *conditions: sa.ColumnElement[bool]) -> list[StoredPasskey]:
        with self._rows.transaction() as connection:
            rows: Sequence[Any] = connection.execute(self._passkeys(*conditions)).mappings().all()
        return [
            StoredPasskey(
                row["id"],
                row["name"],
                from_base64url(row["cose"]),
                from_base64url(row["key"]),
                row["counter"],
                row["made"],
                row["label"],
            )
            for row in rows
        ]


def _person(row: Mapping[Any, Any]) -> Person:
    return Person(row["name"], tuple(json.loads(row["roles"])), row["made"], row["made_by"])

"""Access keys beside records in PostgreSQL, for all servers of a repository: revoked by one, refused by all.

Nothing of a row is remembered here, so each request is told what the database says then.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from laneshift.evidence.database import Database
from laneshift.evidence.sqlite import alone_in
from laneshift.server.auth.key_store import KeyStore, StoredKey, no_key
from laneshift.server.auth.key_table import FIELDS, KEYS, META
from laneshift.server.auth.passkeys.database import AccessRows, rows_in_database

MOVED = "keys.moved.sqlite"
"""What a file is called whose keys were taken along."""


class SharedKeys:
    """Fulfils `key_store.Keys`. Safe to share among threads."""

    near = False

    def __init__(self, rows: AccessRows) -> None:
        self._rows = rows

    def add(self, key: StoredKey) -> None:
        """As the port says."""
        with self._rows.transaction() as connection:
            connection.execute(sa.insert(KEYS).values(self._values(key)))

    def get(self, key: str) -> StoredKey | None:
        """As the port says."""
        with self._rows.transaction() as connection:
            row = connection.execute(self._wanted(KEYS.c.id == key)).one_or_none()
        return None if row is None else _stored(row)

    def all(self) -> list[StoredKey]:
        """As the port says."""
        with self._rows.transaction() as connection:
            return [_stored(row) for row in connection.execute(self._wanted().order_by(KEYS.c.made, KEYS.c.id))]

    def any_live(self, now: int) -> bool:
        """As the port says."""
        lasting = sa.or_(KEYS.c.expires == 0, KEYS.c.expires > now)
        with self._rows.transaction() as connection:
            found = connection.execute(sa.select(sa.exists(self._wanted(KEYS.c.revoked == 0, lasting)))).scalar()
        return bool(found)

    def revoke(self, key: str, by: str, now: int) -> StoredKey:
        """As the port says."""
        here = sa.and_(self._rows.mine(KEYS), KEYS.c.id == key, KEYS.c.revoked == 0)
        with self._rows.transaction() as connection:
            connection.execute(sa.update(KEYS).where(here).values(revoked=now, revoked_by=by))
        found = self.get(key)
        if found is None:
            raise no_key(key)
        return found

    def adopt(self, keys: list[StoredKey]) -> None:
        """Keep keys that were kept elsewhere; one that is here stays as it is."""
        if keys:
            with self._rows.transaction() as connection:
                values = [self._values(key) for key in keys]
                connection.execute(postgresql.insert(KEYS).values(values).on_conflict_do_nothing())

    def close(self) -> None:
        """Let go of connections."""
        self._rows.close()

    def _wanted(self, *conditions: sa.ColumnElement[bool]) -> sa.Select[Any]:
        return sa.select(*(KEYS.c[name] for name in FIELDS)).where(self._rows.mine(KEYS), *conditions)

    def _values(self, key: StoredKey) -> dict[str, Any]:
        told = {name: getattr(key, name) for name in FIELDS}
        lists = {name: json.dumps(told[name]) for name in ("roles", "scopes")}
        return {**told, **lists, "repository": self._rows.repository}


def shared_keys(database: Database, own: Path) -> SharedKeys:
    """The keys beside the records, with those that the file `own` had before: without them nobody would be kept out.

    The file is put aside, so that what was revoked since can never count again by it.
    Raises `CheckFailed` (`access.unreadable`), and as `KeyStore.open` does.
    """
    shared = SharedKeys(rows_in_database(database, META))
    if own.exists():
        with alone_in(own.parent):
            if own.exists():
                before = KeyStore.open(own)
                shared.adopt(before.all())
                before.close()
                own.rename(own.with_name(MOVED))
    return shared


def _stored(row: sa.Row[Any]) -> StoredKey:
    fields = dict(zip(FIELDS, row, strict=True))
    return StoredKey(**{**fields, **{name: tuple(json.loads(fields[name])) for name in ("roles", "scopes")}})

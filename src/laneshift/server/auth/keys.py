"""Access keys as use cases: make one and show it once, list, revoke at once, and find out whose a text is."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from laneshift.errors import Refused
from laneshift.server.auth import token
from laneshift.server.auth.actions import unknown
from laneshift.server.auth.key_store import Keys, StoredKey
from laneshift.server.auth.principal import Principal, checked
from laneshift.server.kept import Kept

_DAY = 86_400
_MOST_DAYS = 3660
_LONGEST_NOTE = 200
_REMEMBERED = 1024


@dataclass(frozen=True, slots=True)
class Wanted:
    """The key that is asked for. `days` is how long it counts, 0 for until it is revoked."""

    kind: str
    name: str
    roles: tuple[str, ...]
    scopes: tuple[str, ...] = ()
    owner: str = ""
    days: int = 90
    note: str = ""


class AccessKeys:
    """The access keys of one repository. `clock` gives unix seconds."""

    def __init__(self, store: Keys, clock: Callable[[], int]) -> None:
        self.store = store
        self._clock = clock
        self._secret = secrets.token_bytes(32)
        self._proved: Kept[str] = Kept(_REMEMBERED)

    def create(self, wanted: Wanted, by: str) -> tuple[StoredKey, str]:
        """A new key and its text, which is kept nowhere.

        Raises `Refused`: `access.bad-principal`, `access.bad-scope`, `access.bad-key` for days or a note out of range.
        """
        kind = checked(wanted.kind, wanted.name, wanted.roles, wanted.owner)
        wrong = unknown(wanted.scopes)
        if wrong:
            cure = "docs/server.md lists actions and their groups"
            raise Refused("access.bad-scope", f"nothing is called {', '.join(wrong)}", cure=cure)
        if not 0 <= wanted.days <= _MOST_DAYS or len(wanted.note) > _LONGEST_NOTE or not _plain(wanted.note):
            what = f"a key lasts 0 to {_MOST_DAYS} days, and its note is at most {_LONGEST_NOTE} printable characters"
            raise Refused("access.bad-key", what)
        fresh, now = token.new(), self._clock()
        key = StoredKey(
            id=fresh.id,
            kind=kind,
            name=wanted.name,
            roles=tuple(dict.fromkeys(wanted.roles)),
            scopes=tuple(dict.fromkeys(wanted.scopes)),
            owner=wanted.owner,
            hash=token.hashed(fresh),
            made=now,
            made_by=by,
            expires=now + wanted.days * _DAY if wanted.days else 0,
            note=wanted.note,
        )
        self.store.add(key)
        return key, fresh.text

    def revoke(self, key: str, by: str) -> StoredKey:
        """Have a key count no more. Raises `Refused` (`access.no-key`)."""
        return self.store.revoke(key, by, self._clock())

    def configured(self) -> bool:
        """Whether there is any key that counts."""
        return self.store.any_live(self._clock())

    def known(self, text: str) -> Principal | None:
        """Whose key `text` is, where this process has proved it before; None says nothing of others.

        The row is read each time, so a key that was revoked a moment ago is known no more.
        """
        key = self._proved.get(self._mark(text))
        return None if key is None else self._principal(key)

    def prove(self, text: str) -> Principal | None:
        """Whose key `text` is; None for one that is wrong, revoked or expired. Takes some 40 ms, by design."""
        asked = token.parsed(text)
        if asked is None:
            return None
        stored = self.store.get(asked.id)
        if stored is None or not token.matches(asked, stored.hash):
            return None
        self._proved.put(self._mark(text), asked.id)
        return self._principal(asked.id)

    def _principal(self, key: str) -> Principal | None:
        found = self.store.get(key)
        if found is None or not found.live(self._clock()):
            return None
        return Principal(found.kind, found.name, found.roles, f"key:{found.id}", found.scopes, found.owner)

    def _mark(self, text: str) -> bytes:
        """Stands for a text that was proved, under a secret of this process: the text itself is kept nowhere."""
        return hmac.new(self._secret, text.encode("utf-8", "surrogateescape"), hashlib.sha256).digest()


def told(key: StoredKey, now: int) -> dict[str, Any]:
    """A key for people and programs: everything but its hash."""
    standing = "revoked" if key.revoked else "live" if key.live(now) else "expired"
    return {
        "id": key.id,
        "kind": key.kind,
        "name": key.name,
        "roles": list(key.roles),
        "scopes": list(key.scopes),
        "owner": key.owner,
        "standing": standing,
        "made": key.made,
        "made_by": key.made_by,
        "expires": key.expires or None,
        "revoked": key.revoked or None,
        "revoked_by": key.revoked_by,
        "note": key.note,
    }


def _plain(text: str) -> bool:
    return not text or text.isprintable()

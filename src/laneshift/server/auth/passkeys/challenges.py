"""Challenges: each for one purpose, one session and one browser, for 60 seconds, and taken once."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa

from laneshift.errors import CheckFailed, Refused
from laneshift.rollout.assertion import from_base64url, in_base64url
from laneshift.server.auth.passkeys.database import AccessRows
from laneshift.server.auth.passkeys.tables import CHALLENGES

Purpose = Literal["register", "sign-in", "approve"]
SECONDS = 60
_MOST = 10_000
_ID_BYTES = 16


@dataclass(frozen=True, slots=True)
class Challenge:
    """What a passkey was asked to sign, for what, and what that is about."""

    id: str
    purpose: Purpose
    challenge: bytes
    told: Mapping[str, Any]


class Challenges:
    """The challenges of one repository that wait for an answer."""

    def __init__(self, rows: AccessRows) -> None:
        self._rows = rows

    def ask(self, purpose: Purpose, binder: str, challenge: bytes, told: Mapping[str, Any], now: int) -> Challenge:
        """A new challenge. `binder` stands for who asked, and has to be the same in the answer.

        Raises `CheckFailed` (`serve.busy`) while too many wait: anybody can ask for one.
        """
        made = Challenge(secrets.token_hex(_ID_BYTES), purpose, challenge, told)
        mine = self._rows.mine(CHALLENGES)
        with self._rows.transaction() as connection:
            connection.execute(sa.delete(CHALLENGES).where(mine, CHALLENGES.c.expires <= now))
            waiting = connection.execute(sa.select(sa.func.count()).select_from(CHALLENGES).where(mine)).scalar_one()
            if waiting >= _MOST:
                raise CheckFailed("serve.busy", "too many challenges wait for an answer", cure="try again in a minute")
            connection.execute(
                sa.insert(CHALLENGES).values(
                    repository=self._rows.repository,
                    id=made.id,
                    purpose=purpose,
                    binder=binder,
                    challenge=in_base64url(challenge),
                    told=json.dumps(told),
                    expires=now + SECONDS,
                )
            )
        return made

    def take(self, which: str, binder: str, now: int) -> Challenge:
        """The challenge with this id, which is gone from then on, whatever becomes of the answer.

        Raises `Refused` (`passkeys.bad-challenge`) for one that was never asked, was taken, is over, or was asked of
        another session or browser: one answer for all, so that nobody learns which.
        """
        columns = (CHALLENGES.c.purpose, CHALLENGES.c.challenge, CHALLENGES.c.told, CHALLENGES.c.expires)
        one = sa.and_(self._rows.mine(CHALLENGES), CHALLENGES.c.id == which, CHALLENGES.c.binder == binder)
        with self._rows.transaction() as connection:
            row = connection.execute(sa.delete(CHALLENGES).where(one).returning(*columns)).first()
        if row is None or row[3] <= now:
            why = "it was taken, is over, or belongs to another session"
            raise Refused(
                "passkeys.bad-challenge", "this challenge does not count", why=why, cure="ask for another one"
            )
        return Challenge(which, row[0], from_base64url(row[1]), json.loads(row[2]))

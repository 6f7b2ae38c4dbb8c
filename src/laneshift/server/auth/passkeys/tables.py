"""The tables of people, passkeys, sessions, challenges and enrolments, in SQLite or PostgreSQL. Times: unix seconds."""

from __future__ import annotations

import sqlalchemy as sa

from laneshift.evidence.ladder import Ladder
from laneshift.evidence.laddered import stored

META = stored(Ladder("people", "people and their passkeys"))


def _repository() -> sa.Column[str]:
    return sa.Column("repository", sa.Text, primary_key=True)


def _text(name: str, *, key: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, primary_key=key, nullable=False)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=False)


PEOPLE = sa.Table(
    "access_people",
    META,
    _repository(),
    _text("known", key=True),
    _text("name"),
    _text("roles"),
    _number("made"),
    _text("made_by"),
)
"""`known` is the name in small letters: who differs in case alone is the same person."""

PASSKEYS = sa.Table(
    "access_passkeys",
    META,
    _repository(),
    _text("id", key=True),
    _text("known"),
    _text("cose"),
    _text("key"),
    _number("counter"),
    _number("made"),
    _text("label"),
)
"""`id`, `cose` and `key` (DER) are in base64url."""

SESSIONS = sa.Table(
    "access_sessions",
    META,
    _repository(),
    _text("id", key=True),
    _text("hash"),
    _text("known"),
    _text("passkey"),
    _number("made"),
    _number("expires"),
    sa.UniqueConstraint("repository", "hash"),
)
CHALLENGES = sa.Table(
    "access_challenges",
    META,
    _repository(),
    _text("id", key=True),
    _text("purpose"),
    _text("binder"),
    _text("challenge"),
    _text("told"),
    _number("expires"),
)
"""`binder` stands for the session and the browser that asked; `told` is what the challenge is about, in JSON."""

ENROLMENTS = sa.Table(
    "access_enrolments",
    META,
    _repository(),
    _text("hash", key=True),
    _text("name"),
    _text("roles"),
    _text("made_by"),
    _number("made"),
    _number("expires"),
)

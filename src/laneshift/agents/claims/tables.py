"""The tables of claims, in SQLite and in PostgreSQL alike."""

from __future__ import annotations

import sqlalchemy as sa

from laneshift.evidence.ladder import Ladder
from laneshift.evidence.laddered import stored

META = stored(Ladder("claims", "claims"))
# Names are compared byte by byte, whatever language the database speaks.
_EXACT = sa.Text(collation="C").with_variant(sa.Text(), "sqlite")

TOKENS = sa.Table(
    "claim_tokens",
    META,
    sa.Column("repository", sa.Text, primary_key=True),
    sa.Column("last", sa.BigInteger, nullable=False),
)
CLAIMS = sa.Table(
    "claims",
    META,
    sa.Column("repository", sa.Text, primary_key=True),
    sa.Column("token", sa.BigInteger, primary_key=True, autoincrement=False),
    # Made by who asks, so that an answer that was lost on its way can be asked for again.
    sa.Column("asked", sa.Text, nullable=False),
    sa.Column("ended_by", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("until", sa.BigInteger, nullable=False),
    sa.Column("content", sa.Text, nullable=False),
    sa.UniqueConstraint("repository", "asked"),
    sa.Index("claims_by_state", "repository", "state", "until"),
)
HELD = sa.Table(
    "claim_holdings",
    META,
    sa.Column("repository", sa.Text, primary_key=True),
    sa.Column("name", _EXACT, primary_key=True),
    sa.Column("token", sa.BigInteger, nullable=False),
    sa.Index("claim_holdings_by_claim", "repository", "token"),
)
TOLD = sa.Table(
    "claim_events",
    META,
    sa.Column("repository", sa.Text, primary_key=True),
    sa.Column("token", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("at", sa.BigInteger, nullable=False),
    sa.Column("facts", sa.Text, nullable=False),
)
"""What happened and is not in the journal yet."""

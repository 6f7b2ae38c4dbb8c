"""The tables of usage, and of answers that are kept, in SQLite or PostgreSQL. Times: unix seconds."""

from __future__ import annotations

import sqlalchemy as sa

from laneshift.evidence.ladder import Ladder
from laneshift.evidence.laddered import stored

META = stored(Ladder("models", "usage of models and answers"))
USAGE = sa.Table(
    "model_usage",
    META,
    sa.Column("repository", sa.Text, primary_key=True),
    sa.Column("day", sa.Text, primary_key=True),
    sa.Column("principal", sa.Text, primary_key=True),
    sa.Column("model", sa.Text, primary_key=True),
    sa.Column("requests", sa.BigInteger, nullable=False),
    sa.Column("failures", sa.BigInteger, nullable=False),
    sa.Column("prompt", sa.BigInteger, nullable=False),
    sa.Column("completion", sa.BigInteger, nullable=False),
    sa.Column("cost", sa.BigInteger, nullable=False),
)
"""`day` is in UTC, `cost` in millionths."""

RESPONSES = sa.Table(
    "model_responses",
    META,
    sa.Column("repository", sa.Text, primary_key=True),
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("principal", sa.Text, nullable=False),
    sa.Column("made", sa.BigInteger, nullable=False),
    sa.Column("expires", sa.BigInteger, nullable=False),
    sa.Column("told", sa.Text, nullable=False),
    sa.Column("before", sa.Text, nullable=False),
    sa.Index("model_responses_of", "repository", "principal", "made"),
)
"""`told` is the response, `before` all items of the conversation up to it, both in JSON."""

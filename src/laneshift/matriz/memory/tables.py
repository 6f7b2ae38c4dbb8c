"""The tables of vectors, in SQLite and in PostgreSQL alike."""

from __future__ import annotations

import sqlalchemy as sa

from laneshift.evidence.ladder import Ladder
from laneshift.evidence.laddered import stored

META = stored(Ladder("vectors", "vectors"))
# Ids are compared byte by byte, whatever language the database speaks.
_EXACT = sa.Text(collation="C").with_variant(sa.Text(), "sqlite")

INDEXES = sa.Table(
    "indexes",
    META,
    sa.Column("repository", sa.Text, primary_key=True),
    sa.Column("name", _EXACT, primary_key=True),
    sa.Column("serial", sa.Text, nullable=False, unique=True),
    sa.Column("metric", sa.Text, nullable=False),
    sa.Column("dimension", sa.Integer, nullable=False),
    sa.Column("owner", sa.Text, nullable=False),
    sa.Column("shared", sa.Boolean, nullable=False),
    sa.Column("model", sa.Text, nullable=False),
    sa.Column("made", sa.BigInteger, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("count", sa.BigInteger, nullable=False),
    sa.Column("slots", sa.BigInteger, nullable=False),
)
VECTORS = sa.Table(
    "vectors",
    META,
    sa.Column("serial", sa.Text, primary_key=True),
    sa.Column("slot", sa.BigInteger, primary_key=True, autoincrement=False),
    # A slot without an id is free. It stays, so that whoever has its vector in memory learns that it is gone.
    sa.Column("id", _EXACT),
    sa.Column("vector", sa.LargeBinary),
    sa.Column("metadata", sa.Text, key="about"),
    sa.Column("changed", sa.BigInteger, nullable=False),
    sa.Index("vectors_by_id", "serial", "id", unique=True),
    sa.Index("vectors_by_change", "serial", "changed"),
)

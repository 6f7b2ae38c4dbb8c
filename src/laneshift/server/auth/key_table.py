"""The table of access keys beside records in PostgreSQL: as in the file, and for many repositories. Unix seconds."""

from __future__ import annotations

import sqlalchemy as sa

from laneshift.evidence.ladder import Ladder
from laneshift.evidence.laddered import stored

META = stored(Ladder("keys", "access keys"))
_NUMBERS = frozenset({"made", "expires", "revoked"})
FIELDS = (
    *("id", "kind", "name", "roles", "scopes", "owner", "hash", "made", "made_by", "expires", "note"),
    *("revoked", "revoked_by"),
)
"""As `StoredKey` has them; `roles` and `scopes` are lists in JSON."""

KEYS = sa.Table(
    "access_keys",
    META,
    sa.Column("repository", sa.Text, primary_key=True),
    *(
        sa.Column(name, sa.BigInteger if name in _NUMBERS else sa.Text, primary_key=name == "id", nullable=False)
        for name in FIELDS
    ),
)

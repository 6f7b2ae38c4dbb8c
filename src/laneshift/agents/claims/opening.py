"""The claims of a repository, opened where its records are."""

from __future__ import annotations

from typing import Any

from laneshift.agents.claims.in_file import InFile
from laneshift.agents.claims.recorded import RecordedClaims, last_token
from laneshift.agents.claims.rows import Rows
from laneshift.runs.workshop import Workshop


def opened(shop: Workshop, database: Any) -> RecordedClaims:
    """Those in `database`, an `evidence.database.Database`; for None, those in a file of the state folder.

    Raises as opening the records does.
    """
    if database is None:
        own = shop.repository.state_dir / "claims.sqlite"
        rows = Rows(InFile(own, shop.clock, lambda: last_token(shop.journal)))
    else:
        from laneshift.agents.claims.in_database import InDatabase  # noqa: PLC0415 - few have its driver

        rows = Rows(InDatabase(database))
    return RecordedClaims(rows, shop.journal, shop.repository)

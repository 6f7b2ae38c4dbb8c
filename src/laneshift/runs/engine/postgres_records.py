"""The database of records as a step sees it: behind the fence of the worker that runs the step."""

from __future__ import annotations

import sqlalchemy as sa

from laneshift.evidence.database import Database
from laneshift.runs.engine import fence
from laneshift.runs.engine.fence import LeaseLost
from laneshift.runs.engine.lines import Lines
from laneshift.runs.engine.postgres_store import address, meaning, pool, shown

_CONNECTIONS = 4
_LEASES_TO_ANSWER = 4
"""How long one transaction may take: by far longer than any does that is answered at all."""


def records_in(url: str, repository: str, lease: float) -> Database:
    """The records of `repository` in the database at `url`, ready for use. `lease` is in seconds.

    Raises `Refused` for a bad URL or a database that cannot hold them, `NeedsPerson` when it cannot be reached.
    """
    parsed = address(url)
    # A server that is being restarted is back within moments; who waits longer than the lease is replaced anyway.
    lines = Lines(lease)
    database = Database(
        pool(parsed, lease, _CONNECTIONS, lines),
        repository,
        shown(parsed),
        fence.within,
        lambda error: _failed(error, parsed),
        lease,
        lambda: lines.answering(_LEASES_TO_ANSWER * lease),
    )
    database.prepare()
    return database


def _failed(error: Exception, url: sa.URL) -> BaseException:
    """The error of the database for whoever asked: no step may take it for a failure of its item."""
    told = meaning(error, url)
    if fence.token():
        return LeaseLost(f"the records cannot be reached: {told.why}")
    return told

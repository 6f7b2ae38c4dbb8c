"""A PostgreSQL for measurements of appends: two journals in one database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from laneshift.evidence.postgres_journal import PostgresJournal
from tests.evidence.in_database import opened as records
from tests.runs.engine import servers


@contextmanager
def server() -> Iterator[str]:
    """The URL of a database of its own."""
    with servers.postgres() as at, servers.database(at, "scale") as url:
        yield url.render_as_string(hide_password=False)


def opened(asked: tuple[str, str]) -> Any:
    """The journal of the repository `asked` names, in the database that it names."""
    url, repository = asked
    return PostgresJournal(records(url, repository), "bench")

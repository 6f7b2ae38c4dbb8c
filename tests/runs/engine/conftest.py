"""Servers for the engines that need one: started once for a session, by the first test that asks."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from laneshift.runs.engine.port import Program
from laneshift.runs.engine.postgres_engine import PostgresEngine
from tests.runs.engine import servers

_NAMESPACES = 50

_numbers = itertools.count()
_names = itertools.count()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[sa.URL]:
    with servers.postgres() as url:
        yield url


@pytest.fixture(scope="session")
def migrated(postgres_server: sa.URL) -> Iterator[str]:
    """The name of a database that has the tables already, for copies: making them takes a second."""
    with servers.database(postgres_server, "migrated") as url:
        PostgresEngine(url.render_as_string(), Program({}, {}), 1, "v0", "none", 10.0).close()
        yield "migrated"


@pytest.fixture
def postgres_url(postgres_server: sa.URL, migrated: str) -> Iterator[str]:
    """A database of its own for one test."""
    with servers.database(postgres_server, f"test_{next(_numbers)}", migrated) as url:
        yield url.render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def temporal_server() -> Iterator[str]:
    with servers.temporal(_NAMESPACES) as address:
        yield address


@pytest.fixture
def temporal_namespace(temporal_server: str) -> str:
    """A namespace of its own for one test: keys are unique in a namespace only."""
    number = next(_names)
    assert number < _NAMESPACES, "more tests than namespaces: raise their number"
    return f"test-{number}"

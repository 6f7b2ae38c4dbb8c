"""Servers for the engines that need one: started once for a session, by the first test that asks."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest

from tests.runs.engine import servers

_NAMESPACES = 50

_names = itertools.count()


@pytest.fixture(scope="session")
def temporal_server() -> Iterator[str]:
    with servers.temporal(_NAMESPACES) as server:
        yield server.address


@pytest.fixture
def temporal_namespace(temporal_server: str) -> str:
    """A namespace of its own for one test: keys are unique in a namespace only."""
    number = next(_names)
    assert number < _NAMESPACES, "more tests than namespaces: raise their number"
    return f"test-{number}"

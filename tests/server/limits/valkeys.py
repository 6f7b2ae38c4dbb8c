"""Valkey for tests, as fixtures: one server, or a cluster of three, for each module."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.server.limits.valkey import Valkey, alone, cluster


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Valkey]:
    """A server of its own for a module."""
    with alone(tmp_path_factory.mktemp("valkey")) as server:
        yield server


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Valkey]:
    """A cluster of its own for a module."""
    with cluster(tmp_path_factory.mktemp("cluster")) as server:
        yield server


@pytest.fixture(params=["one", "three"])
def shared(request: pytest.FixtureRequest) -> Valkey:
    """One server, and then the cluster."""
    server: Valkey = request.getfixturevalue(request.param)
    return server

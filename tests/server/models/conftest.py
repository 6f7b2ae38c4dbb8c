"""One server for all conformance tests of a worker: each takes principals of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.server.models.facade import Facade, facade


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Facade]:
    """The server and its upstream."""
    with facade(tmp_path_factory.mktemp("facade") / "repo") as found:
        yield found


@pytest.fixture
def asked(running: Facade) -> Iterator[Facade]:
    """The same, with an upstream that does nothing special before and after."""
    running.upstream.state.scenarios.clear()
    yield running
    running.upstream.state.scenarios.clear()

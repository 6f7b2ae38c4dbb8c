"""One scene for all that look at what it told."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.telemetry.receivers import agent, collector
from tests.telemetry.scene import Scene, played


@pytest.fixture(scope="package")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """Played once. Nobody changes it."""
    with agent() as datagrams, collector() as collected:
        yield played(tmp_path_factory.mktemp("scene"), datagrams, collected)

"""A repository with a landed batch and one that waits, and a server for it. Tests add to it and never take away."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.landed import landed
from tests.monorepo import BATCH, VERIFY
from tests.server.serving import Served, served
from tests.toy import planned, toy


@pytest.fixture(scope="session")
def batches(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository."""
    path = toy(tmp_path_factory.mktemp("server") / "repo")
    landed(path, planned(path, BATCH, "core.tsv"))
    planned(path, VERIFY, "later.tsv")
    return path


@pytest.fixture(scope="module")
def server(batches: Path) -> Iterator[Served]:
    """Its server, where keys are set up, so that nobody comes in without one."""
    with served(batches) as found:
        found.key()
        yield found


@pytest.fixture(scope="module")
def admin(server: Served) -> str:
    """The key of somebody who may do everything."""
    return server.key()

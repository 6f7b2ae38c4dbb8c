"""A repository with a landed batch and one that waits, and a server for it. Tests add to it and never take away."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from laneshift.runs.flowing.keys import new_run
from laneshift.runs.flowing.library import Library
from laneshift.runs.flowing.records import start
from tests.landed import landed
from tests.monorepo import BATCH, VERIFY
from tests.server.passkeys_house import House, moved_in
from tests.server.serving import Served, served
from tests.toy import planned, shop_at, toy

FLOW = "release-gate"
FLOW_RUN = new_run(FLOW, "a test")


def flow_asked(path: Path) -> None:
    """Have a run of a flow that laneshift ships asked for, which nobody works on."""
    shop = shop_at(path)
    library = Library(shop.repository)
    start(shop, library.with_parts(library.get(FLOW)), FLOW, {}, "person:ada@example.org", key="a test")


@pytest.fixture(scope="session")
def batches(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository."""
    path = toy(tmp_path_factory.mktemp("server") / "repo")
    landed(path, planned(path, BATCH, "core.tsv"))
    planned(path, VERIFY, "later.tsv")
    flow_asked(path)
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


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A server of its own, whose people have passkeys."""
    with moved_in(tmp_path_factory.mktemp("passkeys")) as home:
        yield home

"""Repositories that the tests of the use cases copy: making them takes seconds, copying them takes none."""

from __future__ import annotations

from pathlib import Path

import pytest

from laneshift.runs import working
from tests.once import once
from tests.runs.remote_toy import ready
from tests.toy import EXTRA, WHOLE, copy_of, planned, shop_at, toy


@pytest.fixture(scope="session")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole toy, planned and run, not landed. Never change it: take a copy."""

    def make(folder: Path) -> Path:
        path = toy(folder / "repo", EXTRA)
        working.run(shop_at(path), planned(path, WHOLE), workers=1)
        return path

    return copy_of(once(tmp_path_factory, "ran", make), tmp_path_factory.mktemp("template") / "repo")


@pytest.fixture
def mine(ran: Path, tmp_path: Path) -> Path:
    """A copy of `ran` for one test."""
    return copy_of(ran, tmp_path / "repo")


@pytest.fixture(scope="session")
def ready_toy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two moves ready to land, with their suite known. Never change it: take a copy."""
    template = once(tmp_path_factory, "ready", lambda folder: ready(folder / "repo"))
    return copy_of(template, tmp_path_factory.mktemp("ready") / "repo")

"""A worker for all tests of one module."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.runs.flowing.workbench import Room, working


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    with working(tmp_path_factory.mktemp("flowing") / "repo") as ready:
        yield ready

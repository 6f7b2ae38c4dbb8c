"""One repository for each module of tests: they look at trees and change nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.manifests.contracts.scene import Scene


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    made = Scene(tmp_path_factory.mktemp("contracts") / "repo")
    with made.index:
        yield made

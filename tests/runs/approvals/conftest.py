"""The scene that the tests of approvals copy: making it takes seconds, copying it takes none."""

from __future__ import annotations

from pathlib import Path

import pytest

from laneshift.runs import working
from tests.approval_scene import BOB, Scene, scene_at
from tests.once import once


@pytest.fixture(scope="session")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """Two people have to approve, and nobody has. Never change it: take a copy."""
    return once(tmp_path_factory, "approvals", scene_at).copy(tmp_path_factory.mktemp("approvals") / "repo")


@pytest.fixture
def scene(planned: Scene, tmp_path: Path) -> Scene:
    """A copy of `planned` for one test."""
    return planned.copy(tmp_path / "repo")


@pytest.fixture(scope="session")
def approved(planned: Scene, tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """Two people have approved, and both items are ready to land. Never change it: take a copy."""

    def make(folder: Path) -> Scene:
        scene = planned.copy(folder / "repo")
        scene.give()
        scene.give(BOB)
        shop = scene.shop()
        working.run(shop, scene.plan, 1)
        shop.journal.close()
        return scene

    return once(tmp_path_factory, "approved", make).copy(tmp_path_factory.mktemp("approved") / "repo")


@pytest.fixture
def ready(approved: Scene, tmp_path: Path) -> Scene:
    """A copy of `approved` for one test."""
    return approved.copy(tmp_path / "repo")

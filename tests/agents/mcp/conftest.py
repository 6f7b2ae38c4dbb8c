"""The scene, made once for all, and copies of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.agents.mcp.scene import Scene, scene_at
from tests.once import once
from tests.toy import copy_of


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """The scene that copies are made of."""
    return once(tmp_path_factory, "mcp", lambda folder: scene_at(folder / "repo"))


@pytest.fixture(scope="session")
def scene(template: Scene, tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """A copy that tests only look at."""
    return replace(template, path=copy_of(template.path, tmp_path_factory.mktemp("looked-at") / "repo"))


@pytest.fixture
def own(template: Scene, tmp_path: Path) -> Scene:
    """A copy for one test."""
    return replace(template, path=copy_of(template.path, tmp_path / "repo"))

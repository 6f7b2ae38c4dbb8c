"""The scene of mending, made once."""

from __future__ import annotations

from pathlib import Path

import pytest

from laneshift.runs import working
from tests.once import once
from tests.runs.fixing.scene import BATCH, agent, failing_toy
from tests.toy import copy_of, planned, shop_at


@pytest.fixture(scope="session")
def set_aside(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The item was run, and set aside since a test is red. Nobody was named to mend it. Never change it."""

    def make(folder: Path) -> Path:
        tables = (agent("claude-code", "strays_first"), agent("copilot", "mends"), agent("codex", "tries"))
        path = failing_toy(folder / "repo", *tables)
        working.run(shop_at(path), planned(path, BATCH), 1)
        return path

    template = once(tmp_path_factory, "set-aside", make)
    return copy_of(template, tmp_path_factory.mktemp("fixing") / "repo")

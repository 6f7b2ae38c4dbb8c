"""The stages of the toy, made once for all tests of this folder."""

from __future__ import annotations

import pytest

from tests.chaos.stages import SMALL, Stage, make_stages


@pytest.fixture(scope="session")
def stages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Stage]:
    """Every verb with its stage. The repositories are templates: take copies."""
    return make_stages(tmp_path_factory.mktemp("stages"), SMALL)

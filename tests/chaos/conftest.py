"""The stages of the toy, made once for all tests of this folder."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.chaos.stages import SMALL, Stage, make_stages
from tests.once import once
from tests.toy import copy_of


@pytest.fixture(scope="session")
def stages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Stage]:
    """Every verb with its stage. The repositories are templates: take copies."""
    made = once(tmp_path_factory, "stages", lambda folder: make_stages(folder, SMALL))
    mine = tmp_path_factory.mktemp("stages")
    places = {path for stage in made.values() for path in (stage.before, stage.done)}
    own = {path: copy_of(path, mine / path.name) for path in sorted(places)}
    return {name: replace(stage, before=own[stage.before], done=own[stage.done]) for name, stage in made.items()}

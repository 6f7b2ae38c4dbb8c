"""Refs that a killed process moved by halves are put right before anything looks at them."""

from __future__ import annotations

import json
from pathlib import Path

from laneshift.repo.refs import read
from laneshift.runs.events import silent
from laneshift.runs.holding import holding
from laneshift.wiring import workshop
from tests.monorepo import monorepo
from tests.repo.builders import commit_files

MAIN, LANDED = "refs/heads/main", "refs/laneshift/landed/core"


def test_a_landing_killed_between_two_refs_is_whole_before_the_next_command(tmp_path: Path) -> None:
    repository = monorepo(tmp_path)
    first = repository.commit_id("HEAD")
    second = commit_files(tmp_path, {"new.txt": "landed"})
    shop = workshop(repository, silent)
    (repository.state_dir / "refs.moving").write_text(json.dumps([[MAIN, first, second], [LANDED, None, second]]))
    with holding(shop, "a test"):
        assert (read(repository, MAIN), read(repository, LANDED)) == (second, second)

"""Dreams are what comes: each scene is dreamt, then really run and landed. All fifty in `make dreams`."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.runs.dreaming.honesty import Compared, compare
from tests.runs.dreaming.scenes import scene
from tests.runs.dreaming.sweep import SCENES

FULL = os.environ.get("LANESHIFT_CHAOS") == "full"
SAMPLE = (6,)
"""A scene with an item that its lane stops, and two that break lanes only together."""


@pytest.mark.parametrize("number", range(SCENES) if FULL else SAMPLE)
def test_what_was_dreamt_is_what_came(tmp_path: Path, number: int) -> None:
    name, batch = scene(tmp_path / "repo", number)
    found = compare(tmp_path / "repo", name, batch)
    assert found.differences == []
    assert found.items
    if number in SAMPLE:
        assert found.landed
        assert found.files
        assert found.together
        assert found.stopped
        assert found.violations


def test_a_difference_is_found() -> None:
    found = Compared()
    found.same("files", {"a.py": "1"}, {"a.py": "1"})
    found.same("files", {"a.py": "1"}, {"a.py": "2"})
    assert len(found.differences) == 1

"""Every shipped flow does its work, killed with SIGKILL on the way: the end is the same, and nothing is done twice."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest

from tests.runs.flowing.shipped.cases import CASES, Case
from tests.runs.flowing.shipped.walking import told, walk


def test_there_is_a_case_for_every_shipped_flow() -> None:
    shipped = {each.name for each in (files("laneshift.flows") / "shipped").iterdir()}
    assert {f"{case.flow}.toml" for case in CASES} == shipped
    assert len(shipped) == 12


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.flow)
def test_killed_on_the_way_it_ends_as_it_should(case: Case, tmp_path: Path) -> None:
    template = case.made(tmp_path / "template")
    ended = walk(template, tmp_path, case.flow, case.inputs, case.points, environ=case.environ(tmp_path))
    assert ended.killed == list(case.points)
    found = told(ended.run)
    assert (found["state"], found["code"]) == (case.state, case.code), found
    case.holds(ended, tmp_path / "repo")

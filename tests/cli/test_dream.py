"""`laneshift dream` as people ask: a batch, a plan, a scenario, a question; what it prints, and what it leaves."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.one_process import several
from tests.monorepo import BATCH, VERIFY
from tests.toy import laneshift, refs, toy, work_files

SCENARIO = {"scenario": [{"module": "labs.stays", "src": "labs/stays.py", "dst": "core/stays.py"}], "num_paths": 1}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = toy(tmp_path_factory.mktemp("dream") / "repo")
    (path / ".git" / "two.tsv").write_text(BATCH)
    (path / ".git" / "wish.json").write_text(json.dumps(SCENARIO))
    return path


def test_a_batch_is_told_for_people_and_for_programs(place: Path) -> None:
    before = refs(place), work_files(place)
    told = laneshift(place, "dream", ".git/two.tsv", "--paths", "3", "--seed", "2")
    assert (told.code, told.err) == (0, "")
    lines = told.out.splitlines()
    assert lines[-1] == "next: laneshift plan .git/two.tsv"
    assert lines[1].split()[:4] == ["path", "strategy", "lands", "stops"]
    assert lines[2].split()[:5] == ["path-1", "*", "as-written", "2", "0"]
    assert "No code of the project ran" in told.out
    data = laneshift(place, "dream", ".git/two.tsv", "--paths", "3", "--seed", "2", "--json").data
    assert data["paths"][0]["strategy"] == "as-written"
    assert (data["wish"]["num_paths"], data["wish"]["seed"], data["end"]) == (3, 2, "complete")
    assert (refs(place), work_files(place)) == before


def test_a_question_can_be_written_out_as_a_batch_and_planned(place: Path, tmp_path: Path) -> None:
    asked = "what if labs.stays moved to core?"
    assert (
        several(place, [("dream", asked)])[0].out.splitlines()[-1] == f'next: laneshift dream "{asked}" --out dream.tsv'
    )
    out = tmp_path / "best.tsv"
    done = laneshift(place, "dream", asked, "--out", str(out), "--json")
    assert (done.code, done.data["next"]) == (0, f"laneshift plan {out}")
    assert out.read_text() == "labs.stays\tlabs/stays.py\tcore/stays.py\n"
    planned = laneshift(place, "plan", str(out), "--json")
    assert planned.data["counts"]["ready"] == 1
    dreamt = laneshift(place, "dream", planned.data["plan"], "--json").data
    assert dreamt["next"] == f"laneshift run {planned.data['plan']}"
    assert dreamt["paths"][0]["outcome"]["tree"] == done.data["paths"][0]["outcome"]["tree"]


def test_a_scenario_file_keeps_its_numbers_unless_others_are_given(place: Path) -> None:
    data = laneshift(place, "dream", ".git/wish.json", "--depth", "3", "--json").data
    assert (data["wish"]["num_paths"], data["wish"]["depth"]) == (1, 3)
    assert data["items"][0]["item"] == "labs.stays"


WRONG = [
    (("nothing",), "plan.not-found"),
    ((".git/two.tsv", "--paths", "0"), "dream.bad-request"),
    (("what if shapes moved to core?",), "dream.unclear"),
    ((".git/two.tsv", "--base", "gone"), "repo.no-such-revision"),
    (("two", "--base", "HEAD"), "dream.has-a-base"),
    ((".git/stay.tsv", "--out", "x.tsv"), "dream.nothing"),
]


def test_wrong_usage_is_exit_2(place: Path) -> None:
    (place / ".git" / "stay.tsv").write_text(VERIFY)
    ended = several(place, [("dream", *words, "--json") for words, _ in WRONG])
    assert [(done.code, done.data["error"]["code"]) for done in ended] == [(2, code) for _, code in WRONG]

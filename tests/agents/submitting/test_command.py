"""`laneshift agent submit` as a person or a script meets it. What runs tests is tried in `test_submit`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from laneshift.agents.submitting.planning import plan_submissions
from laneshift.agents.submitting.submit import submit
from laneshift.errors import Refused
from laneshift.runs.pinning import refuse_drift
from laneshift.runs.planning import Order
from tests.agents.submitting.conftest import Desk
from tests.agents.submitting.shop import AGENT, FILES
from tests.cli.one_process import here
from tests.repo.builders import commit_files
from tests.toy import Done


def _submit(desk: Desk, commit: str, *more: str) -> Done:
    desk.claim()  # the work of the last one may have been accepted by another test
    words = ["agent", "submit", desk.pack.id, "--agent", AGENT, "-C", str(desk.files.path), *more]
    return here([*words, *(["--commit", commit] if commit else [])])


def test_a_refusal_is_one_line_with_its_place_and_its_cure(desk: Desk) -> None:
    commit = desk.files.commit({"core/money.py": FILES["core/money.py"].replace("19", "7")})
    done = _submit(desk, commit)
    assert done.code == 1
    first, *rest = done.out.splitlines()
    assert first == (
        "core/money.py:3 submit.edits-unowned the file is not the pack's | RATE = 7 "
        "(take it back, or ask for a pack that owns it)"
    )
    assert "refused: 1 objection(s)" in rest[0]
    assert rest[-1].startswith("next: laneshift agent submit")


def test_the_verdict_as_one_document(desk: Desk, tmp_path: Path) -> None:
    said = tmp_path / "report.json"
    said.write_text(json.dumps({"files": ["core/area.py"], "claims": ["it is fine"]}), encoding="utf-8")
    done = _submit(desk, desk.files.commit({"docs/guide.md": "# Guide\n"}), "--report", str(said), "--json")
    assert done.code == 1
    told = done.data
    assert not told["accepted"]
    assert {each["code"] for each in told["objections"]} == {"submit.report-files"}
    assert len(told["unchecked"]) == 1
    assert told["next"].startswith("laneshift agent submit")


@pytest.mark.parametrize("text", ["{", "[1, 2", '{"a": 1, "a": 2}', "\xff"])
def test_a_report_that_cannot_be_read(desk: Desk, tmp_path: Path, text: str) -> None:
    said = tmp_path / "report.json"
    said.write_bytes(text.encode("latin-1"))
    assert _submit(desk, desk.files.base, "--report", str(said), "--json").data["error"]["code"] == "submit.bad-report"


@pytest.mark.parametrize(
    ("commit", "code"),
    [("no-such-branch", "repo.no-such-revision"), ("--all", "repo.no-such-revision"), ("", "submit.no-commit")],
)
def test_what_names_no_commit(desk: Desk, commit: str, code: str) -> None:
    done = _submit(desk, commit, "--json")
    assert (done.code, done.data["error"]["code"]) == (2, code)


def test_a_drifted_plan_of_a_submission_tells_how_to_plan_it_again(desk: Desk) -> None:
    found = submit(desk.shop, desk.claims, desk.brought(desk.files.commit({"docs/table.md": "# Tables\n"})))
    planned = plan_submissions(desk.shop, [found.record], Order("", b""))
    settings = FILES["laneshift.toml"].replace("workers = 1", "workers = 2")
    commit_files(desk.files.path, {"laneshift.toml": settings}, "other settings")
    with pytest.raises(Refused) as refused:
        refuse_drift(desk.shop, planned.plan)
    assert f"laneshift plan --submission {found.record};" in refused.value.cure

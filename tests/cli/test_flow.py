"""`laneshift flow`, as a user meets it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from laneshift.repo.objects import Repository
from laneshift.runs.flowing.library import Library
from tests.cli.one_process import here, several
from tests.repo.builders import git_cli, repo_at

GOOD = """\
description = "Waits, then marks"
[inputs.days]
type = "integer"
default = 3
[[steps]]
name = "first"
kind = "action"
action = "mark"
mark = "seen"
[[steps]]
name = "heard"
kind = "wait"
signal = "go"
[[steps]]
name = "last"
kind = "wait"
seconds = 0
when = "steps.heard.value.value == inputs.days"
"""

BAD = """\
[[steps]]
name = "a"
kind = "command"
comand = ["x"]
when = "steps.b.value"
"""

FAILS = """\
[[steps]]
name = "a"
kind = "wait"
seconds = "${1 / 0}"
"""


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    path = tmp_path / "repo"
    repo_at(path, {f"laneshift/flows/{name}.toml": text for name, text in (("good", GOOD), ("fails", FAILS))})
    return path


def test_the_definition_of_the_page_has_no_fault(repo: Path) -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "flows.md").read_text(encoding="utf-8")
    (repo / "laneshift/flows/page.toml").write_text(page.split("```toml\n")[1].split("```")[0])
    [judged] = several(repo, [["flow", "check", "page", "--json"]])
    assert judged.code == 0, judged.out
    assert [each["name"] for each in judged.data["flows"]] == ["page"]


def test_each_file_that_is_no_definition_is_told_beside_the_others(repo: Path) -> None:
    folder = repo / "laneshift/flows"
    (folder / "bad.toml").write_text(BAD)
    (folder / "bytes.toml").write_bytes(b"\xff\xfe")
    (folder / "Upper.toml").write_text(BAD)
    (folder / ".#draft.toml").symlink_to("nowhere")
    (folder / "folder.toml").mkdir()
    (folder / "link.toml").symlink_to("/etc/hostname")
    os.mkfifo(folder / "pipe.toml")
    done = here(["flow", "check", "-C", str(repo), "--json"])
    faults = {(fault["code"], fault["where"].rpartition("/")[2]) for fault in done.data["error"]["faults"]}
    assert done.code == 1
    assert faults >= {
        ("flow.unknown-step", "bad.toml:5"),
        ("flow.not-toml", "bytes.toml"),
        ("flow.bad-name", "Upper.toml"),
        ("flow.not-a-file", "folder.toml"),
        ("flow.is-link", "link.toml"),
        ("flow.not-a-file", "pipe.toml"),
    }
    assert not any("draft" in where for _, where in faults)
    assert "6 of " in done.data["error"]["what"]


def test_definitions_of_a_commit_are_files_that_lie_in_the_folder_itself(repo: Path) -> None:
    (repo / "laneshift/flows/below").mkdir()
    (repo / "laneshift/flows/below/deep.toml").write_text(BAD)
    (repo / "laneshift/flows/link.toml").symlink_to("good.toml")
    git_cli(repo, "add", "-A")
    git_cli(repo, "commit", "-qm", "more")
    found = {
        each.name: each for each in Library(Repository.open(repo), revision="HEAD").all() if each.where != "shipped"
    }
    assert sorted(found) == ["fails", "good", "link"]
    assert found["link"].error is not None
    assert found["link"].error.code == "flow.not-a-file"


def test_definitions_are_listed_judged_shown_and_drawn(repo: Path) -> None:
    (repo / "laneshift/flows/bad.toml").write_text(BAD)
    commands = [
        ["flow", "list", "--json"],
        ["flow", "list"],
        ["flow", "check", "--json"],
        ["flow", "check", "good"],
        ["flow", "show", "good", "--svg", "docs/good.svg", "--json"],
        ["flow", "show", "good"],
        ["flow", "show", "none", "--json"],
        ["flow", "run", "bad", "--json"],
    ]
    listed, told, judged, fine, drawn, shown, none, refused = several(repo, commands)
    own = {each["name"]: each for each in listed.data["flows"]}
    assert own["good"]["where"] == "laneshift/flows/good.toml"
    assert own["good"]["steps"] == 3
    assert {each["where"] for each in own.values()} == {
        "shipped",
        *(f"laneshift/flows/{name}.toml" for name in ("good", "bad", "fails")),
    }
    assert "Waits, then marks" in told.out
    assert judged.code == 1
    faults = {(fault["code"], fault["where"]) for fault in judged.data["error"]["faults"]}
    assert ("flow.unknown-step", "laneshift/flows/bad.toml:5") in faults
    assert all(where.startswith("laneshift/flows/bad.toml:") for _, where in faults)
    assert fine.code == 0
    assert (drawn.code, drawn.data["file"], drawn.data["flow"]["name"]) == (0, "docs/good.svg", "good")
    assert (repo / "docs/good.svg").read_text().startswith("<svg")
    assert "days: integer, default 3" in shown.out
    assert (none.code, none.data["error"]["code"]) == (2, "flow.unknown")
    assert (refused.code, refused.data["error"]["code"]) == (2, "flow.bad-definition")


def test_a_run_stops_for_a_person_goes_on_and_is_remembered(repo: Path) -> None:
    asked, twice, wrong, odd, shown = several(
        repo,
        [
            ["flow", "run", "good", "-i", "days=2", "--wait", "--key", "one", "--as", "ada@example.org", "--json"],
            ["flow", "run", "good", "-i", "days=9", "--key", "one", "--json"],
            ["flow", "run", "good", "-i", "days=two", "--json"],
            ["flow", "run", "good", "-i", "nights=2", "--json"],
            ["flow", "list-runs"],
        ],
    )
    run = asked.data["id"]
    assert (asked.code, asked.data["state"]) == (4, "waiting")
    assert asked.data["next"] == f"laneshift flow signal {run} go"
    assert asked.data["by"] == "ada@example.org"
    assert (twice.data["id"], twice.data["inputs"]) == (run, {"days": 2})
    assert (wrong.code, wrong.data["error"]["code"]) == (2, "usage.bad-value")
    assert [fault["code"] for fault in odd.data["error"]["faults"]] == ["flow.unknown-input"]
    assert f"{run}  good  waiting" in shown.out
    given, ended, listed, open_, told, late, lines = several(
        repo,
        [
            ["flow", "signal", run, "go", "--value", "2", "--id", "x", "--json"],
            ["flow", "status", run, "--wait", "--json"],
            ["flow", "list-runs", "--json"],
            ["flow", "list-runs", "--open", "--json"],
            ["flow", "history", run, "--json"],
            ["flow", "signal", run, "go", "--json"],
            ["flow", "status", run],
        ],
    )
    assert given.code == 0
    assert (ended.code, ended.data["state"]) == (0, "done")
    assert [step["state"] for step in ended.data["steps"]] == ["done", "done", "done"]
    assert [each["id"] for each in listed.data["runs"]] == [run]
    assert open_.data["runs"] == []
    kinds = [each["kind"] for each in told.data["records"]]
    assert (kinds[0], kinds[-1]) == ("flow.asked", "flow.ended")
    assert (late.code, late.data["error"]["code"]) == (2, "flow.ended")
    assert f"{run}: done" in lines.out
    assert lines.out.endswith("next: laneshift flow list-runs\n")


def test_a_run_that_fails_or_is_cancelled_says_so_by_its_exit_code(repo: Path) -> None:
    failed, cancelled = several(
        repo, [["flow", "run", "fails", "--wait", "--json"], ["flow", "run", "good", "--wait", "--json"]]
    )
    assert (failed.code, failed.data["state"], failed.data["code"]) == (1, "failed", "flow.no-value")
    run = failed.data["id"]
    assert failed.data["next"] == f"laneshift flow retry {run}"
    asked, ended, again, unknown, bad = several(
        repo,
        [
            ["flow", "cancel", cancelled.data["id"], "--json"],
            ["flow", "status", cancelled.data["id"], "--wait", "--json"],
            ["flow", "retry", run, "--wait", "--json"],
            ["flow", "retry", run, "--from", "none", "--json"],
            ["flow", "status", "../x", "--json"],
        ],
    )
    assert (asked.code, asked.data["cancelled_by"] != "") == (0, True)
    assert (ended.code, ended.data["state"]) == (1, "cancelled")
    assert (again.code, again.data["attempt"]) == (1, 2)
    assert unknown.data["error"]["code"] == "flow.unknown-step"
    assert (bad.code, bad.data["error"]["code"]) == (2, "flow.bad-run")
    assert json.loads(bad.out)

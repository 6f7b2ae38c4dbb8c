"""What the doctor says of the tests on HEAD, before anything moves."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from laneshift import config
from laneshift.gates.sandbox import COMMAND, RunResult, SuiteResult
from laneshift.runs.doctor.examine import examine
from laneshift.runs.doctor.row import Row
from laneshift.runs.doctor.trial import CHECK, limits, project_python, trial_row
from tests.cli.one_process import here
from tests.repo.builders import git_cli, repo_at

A, B, C = (f"tests/test_{name}.py::test_{name}" for name in "abc")


def row(
    outcomes: Mapping[str, str], exit_code: int = 1, output: str = "", *, smoke: bool = False, stopped: bool = False,
    uncollected: tuple[str, ...] = (),
) -> Row:  # fmt: skip
    run = RunResult(exit_code, output, 3.2, timed_out=stopped)
    return trial_row(config.Tests(smoke=["tests/test_a.py"] if smoke else []), SuiteResult(run, outcomes, uncollected))


def test_green_is_ok() -> None:
    assert (row({A: "passed"}, 0).status, row({A: "passed"}, 0).what) == ("ok", "1 test(s) passed in 3 s")


def test_red_tests_are_told_and_hold_nothing_by_themselves() -> None:
    found = row({A: "passed", B: "failed", C: "skipped"})
    assert (found.status, found.what) == ("warn", f"1 of 2 test(s) red before anything moves: {B}")
    assert found.data["red"] == [B]


@pytest.mark.parametrize("uncollected", [(), ("tests/test_b.py",)])
def test_smoke_tests_that_would_hold_every_item_fail(uncollected: tuple[str, ...]) -> None:
    assert (
        row({A: "passed", B: "passed" if uncollected else "failed"}, smoke=True, uncollected=uncollected).status
        == "fail"
    )


def test_a_few_red_smoke_tests_above_the_rate_are_a_warning() -> None:
    green = {f"{A}[{number}]": "passed" for number in range(19)}
    assert row({**green, B: "failed"}, smoke=True).status == "warn"


def test_what_cannot_be_imported_is_named() -> None:
    said = "E   ModuleNotFoundError: No module named 'yaml.nodes'\nE   ModuleNotFoundError: No module named 'yaml'\n"
    found = row({}, 2, said, uncollected=("tests/test_a.py",))
    assert (found.status, found.why.partition(",")[0]) == ("fail", "no test passed")
    assert found.what == "1 of 1 test(s) red before anything moves: tests/test_a.py"
    assert found.cure.startswith("install what brings yaml for /")


def test_where_the_project_has_an_environment_of_its_own_the_cure_names_it(tmp_path: Path) -> None:
    for name in ("one", "repo/.venv"):
        (tmp_path / name / "bin").mkdir(parents=True)
        (tmp_path / name / "bin/python").touch()
    repo = tmp_path / "repo"
    assert project_python({}, repo) == str(repo / ".venv/bin/python")
    assert project_python({"VIRTUAL_ENV": str(tmp_path / "one")}, repo) == str(tmp_path / "one/bin/python")
    assert project_python({"VIRTUAL_ENV": sys.prefix}, repo) == ""
    assert project_python({}, None) == project_python({}, tmp_path) == ""
    run = RunResult(2, "E   ModuleNotFoundError: No module named 'yaml'\n", 3.2)
    told = trial_row(config.Tests(), SuiteResult(run, {}, ("tests/test_a.py",)), "/p/bin/python").cure
    assert "or install laneshift for /p/bin/python and run that one; " in told


def test_a_command_that_is_red_shows_nothing() -> None:
    found = row({COMMAND: "failed"}, output="one\n2 failed\n\n")
    assert (found.status, found.what) == ("fail", "tests.command is red on HEAD")
    assert found.why.endswith("it says: 2 failed")


def test_no_test_fails() -> None:
    assert row({}, 5, "no tests ran\n").what == "no test passed on HEAD"


def test_a_trial_that_was_stopped_says_what_it_saw() -> None:
    assert row({A: "passed", B: "lost"}, -9, stopped=True).status == "ok"
    assert "stopped after 3 s" in row({A: "passed", C: "failed", B: "lost"}, -9, stopped=True).what
    assert limits(config.Tests()).seconds == 60


def test_the_command_tries_them_and_can_leave_them_out(tmp_path: Path) -> None:
    path = tmp_path / "repo"
    files = {"core/a.py": "A = 1\n", "tests/test_a.py": "def test_a():\n    assert 0\n\n\ndef test_b():\n    pass\n"}
    repo_at(path, {**files, "laneshift.toml": '[tests.environment]\nPYTEST_DISABLE_PLUGIN_AUTOLOAD = "1"\n'})
    git_cli(path, "config", "user.name", "Ada")
    git_cli(path, "config", "user.email", "ada@example.org")
    rows = here(["doctor", "-C", str(path), "--json"]).data["rows"]
    [found] = [each for each in rows if each["check"] == CHECK]
    assert (found["status"], found["data"]["red"]) == ("warn", ["tests/test_a.py::test_a"])
    assert found["command"].endswith(" -m pytest")
    assert CHECK not in {each.check for each in examine(path, {}, trials=lambda: ())}

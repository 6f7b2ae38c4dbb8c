"""`laneshift report bench` with real processes in the real sandbox; only the times that they tell are fixed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

import pytest
import typer
from jsonschema import Draft202012Validator
from typer.testing import CliRunner

from laneshift.cli.report.bench import join
from laneshift.config import load
from laneshift.forge.local import LocalIssues
from laneshift.gates.sandbox import Limits
from laneshift.repo.objects import Repository
from laneshift.reports.bench.pages import html, markdown
from laneshift.reports.bench.report import described
from laneshift.reports.bench.results import Times, read
from laneshift.runs.benchmark_pairs import Trees, instructions
from laneshift.steps.runner import bench_timer
from laneshift.wiring import timer
from tests.repo.builders import commit_files, git_cli
from tests.toy import Done

COMMAND = "python -I -S bench.py {json}"
BENCH = """import json, sys
from pathlib import Path
speed = float(Path("speed.txt").read_text())
noise = int.from_bytes(Path("/dev/urandom").open("rb").read(1)) / 1e5
names = Path("names.txt").read_text().split()
told = {name: {"wall": [speed + noise, speed], "processor": [speed]} for name in names}
Path(sys.argv[1]).write_text(json.dumps({"benchmarks": told}))
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    git_cli(tmp_path, "init", "-q", "-b", "main")
    config = f'[bench]\npairs = 10\ncommand = "{COMMAND}"\n'
    commit_files(
        tmp_path, {"laneshift.toml": config, "bench.py": BENCH, "speed.txt": "1.0", "names.txt": "parse render\n"}
    )
    return tmp_path


def run(place: Path, *arguments: str, env: Mapping[str, str] | None = None) -> Done:
    group = typer.Typer()
    join(group)
    group.command("other")(lambda: None)
    done = CliRunner().invoke(group, ["bench", "-C", str(place), *arguments], env=dict(env or {}))
    return Done(done.exit_code, done.stdout, done.stderr)


def test_a_regression_is_judged_told_and_made_one_issue_which_closes_again(place: Path, tmp_path: Path) -> None:
    (place / "speed.txt").write_text("1.2")
    (place / "names.txt").write_text("parse fresh\n")
    summary = place / ".git/summary.md"
    asked = ("--base", "HEAD", "--json", "--issues", "--write-baseline", "--out", "docs", "--github-summary")
    done = run(place, *asked, env={"GITHUB_STEP_SUMMARY": str(summary)})
    assert done.code == 1, done.out + done.err
    assert {each["name"]: each["verdict"] for each in done.data["benchmarks"]} == {
        "parse": "regression",
        "fresh": "described",
    }
    assert [each["where"] for each in done.data["faults"]] == ["render"]
    schema = json.loads(files("laneshift.reports").joinpath("bench.schema.json").read_text())
    Draft202012Validator(schema).validate(json.loads((place / "docs/bench.json").read_text()))
    assert "<svg" in (place / "docs/bench.html").read_text()
    assert summary.read_text() == (place / "docs/bench.md").read_text()
    assert json.loads((place / ".laneshift/bench-baseline.json").read_text())["benchmarks"].keys() == {"parse", "fresh"}
    issues = LocalIssues(Repository.open(place).state_dir / "forge" / "issues")
    [issue] = issues.all()
    assert (issue.number, issue.state, issue.title) == (1, "open", "Slower: parse")
    (place / "speed.txt").write_text("1.0")
    (place / "names.txt").write_text("parse render\n")
    done = run(place, "--base", "HEAD", "--issues", "--command", COMMAND)
    assert done.code == 0, done.out + done.err
    assert "next: laneshift report bench" in done.out
    [issue] = issues.all()
    assert issue.state == "closed"


def _error(place: Path, *arguments: str) -> tuple[int, str]:
    done = run(place, "--json", *arguments)
    return done.code, done.data["error"]["code"]


def test_a_benchmark_that_fails_or_tells_nothing_is_an_error(place: Path) -> None:
    fails = _error(place, "--base", "HEAD", "--command", "python -c 'raise SystemExit(3)'")
    silent = _error(place, "--base", "HEAD", "--command", "python -c 1 {json}")
    assert (fails, silent) == ((1, "bench.failed"), (1, "bench.failed"))


def test_results_describe_and_give_no_verdict(place: Path, tmp_path: Path) -> None:
    results = tmp_path / "results.json"
    results.write_text(json.dumps({"benchmarks": {"parse": {"wall": [0.2, 0.1]}}}))
    assert run(place, "--from", str(results), "--write-baseline").code == 0
    done = run(place, "--from", str(results), "--json")
    assert (done.code, done.data["verdict"], done.data["benchmarks"][0]["baseline"]["p50"]) == (0, "described", 10**8)
    assert _error(place, "--from", str(results), "--from", str(results)) == (2, "bench.twice")


def test_missing_and_empty_inputs_are_errors(place: Path, tmp_path: Path) -> None:
    assert _error(place) == (2, "bench.nothing-asked")
    assert _error(place, "--from", str(tmp_path / "none.json")) == (2, "bench.no-report")
    (tmp_path / "empty.json").write_text("")
    assert _error(place, "--from", str(tmp_path / "empty.json")) == (2, "bench.empty")
    assert _error(place, "--base", "no-such") == (2, "repo.no-such-revision")
    (place / "laneshift.toml").write_text("")
    assert _error(place, "--base", "HEAD") == (2, "bench.no-command")
    (place / ".laneshift").mkdir()
    (place / ".laneshift/bench-baseline.json").write_text("{}")
    assert _error(place, "--base", "HEAD") == (2, "bench.bad-baseline")


def test_the_timer_times_each_run_and_hands_on_failures(tmp_path: Path) -> None:
    told = tmp_path / "told"
    assert bench_timer.main(["times", "3", str(told), sys.executable, "-I", "-S", "-c", "pass"]) == 0
    times = read(told.read_bytes(), "told")["command"]
    assert len(times.wall) == len(times.processor) == 3
    assert all(used > 0 for used in times.processor)
    assert bench_timer.main(["times", "3", str(told), sys.executable, "-c", "raise SystemExit(7)"]) == 7


def test_instructions_are_counted_where_valgrind_is_and_repeat(place: Path) -> None:
    repository = Repository.open(place)
    tree = repository.tree("HEAD").oid
    found = instructions(
        timer(repository, load(lambda _: None)), Trees(tree, tree), ["python", "-I", "-S", "-c", "1"], Limits(60)
    )
    if shutil.which("valgrind") is None:
        assert found is None
    else:
        assert found is not None
        assert found[0] > 10**6
        assert abs(found[1] / found[0] - 1) < 0.01


def test_without_valgrind_nothing_is_counted(tmp_path: Path) -> None:
    told = tmp_path / "told"
    command = [sys.executable, "-I", bench_timer.__file__, "instructions", "1", str(told), sys.executable, "-c", "pass"]
    subprocess.run(command, check=True, env={**os.environ, "PATH": str(tmp_path)})
    assert json.loads(told.read_text()) == {"instructions": None}


def test_nothing_that_a_name_holds_is_markup() -> None:
    name = "<script>alert(1)</script>|x"
    found = described("0" * 40, {name: Times((0.1,), (), 0.1)}, {}, load(lambda _: None).bench.threshold)
    assert "<script" not in html(found)
    assert "<script" not in markdown(found)
    assert "&lt;script&gt;alert(1)" in html(found)

"""`laneshift report coverage` on a real repository: what it writes, how it ends, and every input it may not get."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

import pytest
import typer
from jsonschema import Draft202012Validator
from typer.testing import CliRunner

from laneshift.cli.report.coverage import join
from laneshift.errors import Refused
from laneshift.evidence.canonical import canonical
from laneshift.reports.coverage.data import data
from laneshift.reports.coverage.pages import html, markdown
from laneshift.runs.coverage_file import find_report, read_report, refuse_old, refuse_overtaken
from tests.repo.builders import commit_files, git_cli
from tests.reports.coverage.scene import as_json, judged, measured, source, tree_of
from tests.toy import Done, laneshift

COUNTS = {"core/a.py": (100, 80), "labs/b.py": (10, 9)}
CONFIG = '[coverage.thresholds]\ncore = 75\n"labs/" = 90\n'


@pytest.fixture
def place(tmp_path: Path) -> Path:
    git_cli(tmp_path, "init", "-q", "-b", "main")
    sources = {name: source(range(1, whole + 1)) for name, (whole, _) in COUNTS.items()}
    commit_files(tmp_path, {**sources, "laneshift.toml": CONFIG, ".gitignore": "coverage.*\n"})
    report(tmp_path, COUNTS)
    return tmp_path


def report(place: Path, counts: Mapping[str, tuple[int, int]], name: str = "coverage.json") -> Path:
    file = place / name
    file.write_text(as_json(counts), encoding="utf-8")
    later = time.time() + 60
    os.utime(file, (later, later))
    return file


def _app() -> typer.Typer:
    """The command among another, as a group has it."""
    group = typer.Typer()
    join(group)
    group.command("other")(lambda: None)
    return group


def run(place: Path, *arguments: str, env: Mapping[str, str] | None = None) -> Done:
    done = CliRunner().invoke(_app(), ["coverage", "-C", str(place), *arguments], env=dict(env or {}))
    return Done(done.exit_code, done.stdout, done.stderr)


def test_it_passes_writes_and_keeps_its_schema(place: Path, tmp_path: Path) -> None:
    summary = tmp_path / "summary.md"
    done = run(place, "--json", "--out", "docs/audits", "--github-summary", env={"GITHUB_STEP_SUMMARY": str(summary)})
    assert done.code == 0, done.out + done.err
    schema = json.loads(files("laneshift.reports").joinpath("coverage.schema.json").read_text())
    written = json.loads((place / "docs/audits/coverage.json").read_text())
    Draft202012Validator(schema).validate(written)
    assert {key: value for key, value in done.data.items() if key not in {"next", "files"}} == written
    assert written["statements"] == {"all": 110, "run": 89, "percent": "80.90"}
    assert "<svg" in (place / "docs/audits/coverage.html").read_text()
    assert summary.read_text() == (place / "docs/audits/coverage.md").read_text()
    told = run(place)
    assert told.code == 0
    assert told.out.splitlines()[-1].startswith("next: ")


def test_below_a_threshold_it_fails_with_the_name(place: Path) -> None:
    report(place, {**COUNTS, "labs/b.py": (10, 8)})
    done = run(place)
    assert done.code == 1
    assert "labs/: 80.00 % of its statements ran (8 of 10), 90 % are asked for" in done.out


def test_the_ratchet_is_written_on_request_alone_and_holds(place: Path) -> None:
    kept = place / ".laneshift/coverage-ratchet.json"
    assert run(place).code == 0
    assert not kept.exists()
    assert run(place, "--raise-ratchet").code == 0
    assert json.loads(kept.read_text())["modules"]["core"] == {"statements": 100, "run": 80}
    commit_files(place, {})
    report(place, {**COUNTS, "core/a.py": (100, 79)})
    done = run(place, "--json")
    assert (done.code, [each["code"] for each in done.data["faults"]]) == (1, ["coverage.ratchet"])
    assert run(place, "--raise-ratchet").code == 1
    assert json.loads(kept.read_text())["modules"]["core"]["run"] == 80
    kept.unlink()
    assert run(place, "--json").data["faults"][0]["code"] == "coverage.ratchet"


def test_changed_lines_since_a_base(place: Path) -> None:
    text = source(range(1, 101)).replace("x90 = 90", "x90 = 91")
    commit_files(place, {"core/a.py": text})
    report(place, COUNTS)
    done = run(place, "--base", "HEAD~1", "--json")
    assert (done.code, done.data["changes"]["files"][0]["missed"]) == (1, [90])
    assert run(place, "--base", "no-such", "--json").data["error"]["code"] == "repo.no-such-revision"


def _error(place: Path, *arguments: str) -> tuple[int, str]:
    done = run(place, "--json", *arguments)
    return done.code, done.data["error"]["code"]


def test_a_report_that_is_missing_empty_or_stale_is_an_error(place: Path) -> None:
    assert _error(place, "--from", str(place / "none.json")) == (2, "coverage.no-report")
    assert _error(place, "--from", str(place)) == (2, "coverage.no-report")
    os.mkfifo(place / "coverage.pipe")
    assert _error(place, "--from", str(place / "coverage.pipe")) == (2, "coverage.no-report")
    os.utime(place / "coverage.json", (1, 1))
    assert _error(place) == (2, "coverage.stale")
    report(place, {})
    assert _error(place) == (2, "coverage.empty")
    report(place, {"core/a.py": (101, 101), "labs/b.py": (10, 10)})
    assert _error(place) == (2, "coverage.stale")
    (place / "coverage.json").unlink()
    assert _error(place) == (2, "coverage.no-report")
    (place / "laneshift.toml").write_text("")
    report(place, COUNTS)
    assert _error(place) == (2, "coverage.no-thresholds")


def test_an_old_report_is_stale_by_its_own_words() -> None:
    def refuse(hours: int, *, age: float, local: bool = False) -> None:
        refuse_old(1000.0, local=local, now=1000.0 + age * 3600, hours=hours, where="x")

    refuse(24, age=24)
    refuse(0, age=1e6)
    refuse(24, age=37.9, local=True)
    for age, local in ((24.1, False), (38.1, True)):
        with pytest.raises(Refused) as refused:
            refuse(24, age=age, local=local)
        assert refused.value.code == "coverage.stale"
    refuse_old(None, local=False, now=1e9, hours=1, where="x")


def test_the_report_is_found_by_name_setting_and_habit(tmp_path: Path) -> None:
    (tmp_path / "coverage.xml").write_text("x")
    assert find_report(None, tmp_path, "") == tmp_path / "coverage.xml"
    assert find_report(Path("other"), tmp_path, "") == Path("other")
    with pytest.raises(Refused):
        find_report(None, tmp_path, "build/coverage.xml")
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner/coverage.json").symlink_to(tmp_path / "coverage.xml")
    with pytest.raises(Refused):
        find_report(None, tmp_path / "inner", "")
    with pytest.raises(Refused):
        read_report(Path("a\0b"), 10)
    with pytest.raises(Refused) as refused:
        read_report(tmp_path / "coverage.xml", 0)
    assert refused.value.code == "coverage.too-large"


def test_a_file_written_after_the_report_makes_it_stale(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1\n")
    os.utime(tmp_path / "a.py", (100, 100))
    refuse_overtaken(tmp_path, ["a.py", "gone.py"], 100.0, "r")
    with pytest.raises(Refused) as refused:
        refuse_overtaken(tmp_path, ["a.py"], 99.0, "r")
    assert refused.value.why == "a.py is younger"


def test_nothing_that_a_repository_holds_is_markup(tmp_path: Path) -> None:
    name = "core/<script>alert(1)</script>|x.py"
    found = judged(tree_of(tmp_path, measured({name: (10, 1)})), measured({name: (10, 1)}), default=50, floor=50)
    assert "<script" not in html(found)
    assert "<script" not in markdown(found)
    assert "&lt;script&gt;alert(1)" in html(found)


def test_a_path_that_is_no_text_is_told_all_the_same(tmp_path: Path) -> None:
    name = "core/\udcff.py"
    told = data(judged(tree_of(tmp_path, measured({name: (10, 1)})), measured({name: (10, 1)}), default=50, floor=50))
    assert "core/\\udcff.py" in {each["path"] for each in told["modules"]}
    assert json.loads(canonical(told)) == told


def test_it_is_there_for_the_program_too(place: Path) -> None:
    done = laneshift(place, "report", "coverage", "--tree", "HEAD", "--from", str(place / "coverage.json"))
    assert done.code == 0, done.err
    assert "next: laneshift report coverage --raise-ratchet" in done.out

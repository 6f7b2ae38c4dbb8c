"""All report commands keep one form: the same options, one document that fits its schema, pages, no pass on nothing.

`REPORTS` is the table: a new report is a line in it.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from laneshift.cli.report import verbs as report
from tests.cli import test_report_health as health
from tests.cli.one_process import here
from tests.repo.builders import git_cli, repo_at
from tests.reports.monitoring.history import days_of_work
from tests.toy import Done, shop_at

OPTIONS = {"--json", "--out", "--github-summary", "--tree", "-C", "--verbose"}
_REMOTE = re.compile(r"(?:src|href)=[\"'](?!#|data:)|@import|url\(")


@dataclass(frozen=True)
class Report:
    """One command. `words` make it report about the repository of `given`; `nothing` has files that leave it without
    an input. `schema` is empty where the document is in a form of others, `codes` are those of a report."""

    name: str
    words: tuple[str, ...]
    given: dict[str, str]
    schema: str
    nothing: dict[str, str]
    pages: tuple[str, str] = ("", "")
    codes: tuple[int, ...] = (0, 1)
    before: Callable[[Path], None] = lambda _: None
    """Done to the repository first, where files alone are no input."""

    @property
    def page(self) -> tuple[str, str]:
        """Names of its Markdown and HTML below `--out`."""
        return self.pages if self.pages[0] else (f"{self.name}.md", f"{self.name}.html")


def worked(repo: Path) -> None:
    days_of_work(shop_at(repo).journal, now=int(time.time() * 1000))


CODE = {"core/__init__.py": "", "core/a.py": "def f():\n    return 1\n"}
COVERAGE = health.coverage_json(0, {"core/a.py": [1, 2]})
OK = {"description": "fine"}
DOCUMENT = json.dumps(
    {"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": {"/a": {"get": {"responses": {"200": OK}}}}}
)
REPORTS = [
    Report("health", (), CODE, "health", {"README": "x"}, ("health/latest.md", "health/latest.html")),
    Report(
        "coverage",
        ("--from", "{repo}/coverage.json"),
        {**CODE, "coverage.json": COVERAGE, "laneshift.toml": "[coverage]\ndefault = 50\n"},
        "coverage",
        {**CODE, "coverage.json": "", "laneshift.toml": "[coverage]\ndefault = 50\n"},
    ),
    Report(
        "openapi",
        ("HEAD:old.json", "HEAD:new.json"),
        {"old.json": DOCUMENT, "new.json": DOCUMENT},
        "openapi",
        {"old.json": DOCUMENT, "new.json": ""},
    ),
    Report("audit", ("--comments",), {"core/a.py": "# TODO: mend this\n"}, "audit", {"data.bin": "x"}),
    Report(
        "bench",
        ("--from", "{repo}/times.json"),
        {**CODE, "times.json": json.dumps({"results": [{"command": "x", "times": [0.1, 0.2, 0.3]}]})},
        "bench",
        {**CODE, "times.json": ""},
    ),
    Report("sbom", (), {"pyproject.toml": '[project]\nname = "x"\ndependencies = ["rich==14.0"]\n'}, "", CODE),
    Report(
        "slsa", (), {**CODE, "laneshift.toml": '[attestations]\nmatrix = ["core"]\n'}, "slsa", {"laneshift.toml": ""}
    ),
    Report("monitoring", (), CODE, "monitoring", CODE, before=worked),
    Report("stars", (), CODE, "stars", {"README": "x"}, ("CONSTELLATION.md", "")),
]
IDS = [each.name for each in REPORTS]
APART = {"agents", "index"}
"""Those whose input are a landed batch and other reports; their own tests hold them to the same form."""


def made(path: Path, content: dict[str, str]) -> Path:
    repo_at(path, content)
    git_cli(path, "config", "user.name", "Ada Planner")
    git_cli(path, "config", "user.email", "ada@example.org")
    return path


def run(repo: Path, each: Report, *words: str) -> Done:
    own = [word.replace("{repo}", str(repo)) for word in each.words]
    return here(["report", each.name, *own, "-C", str(repo), *words])


def commands() -> dict[str, Any]:
    """Every command of the group, as typer has it."""
    import typer

    app = typer.Typer()
    report.add(app)
    group: Any = typer.main.get_command(app)
    return dict(group.commands)


def test_every_report_is_in_the_table() -> None:
    assert set(commands()) - APART == set(IDS)


@pytest.mark.parametrize("name", [*IDS, *sorted(APART)])
def test_the_options_are_the_same(name: str) -> None:
    found = {option for parameter in commands()[name].params for option in parameter.opts}
    assert OPTIONS - found == set()


@pytest.mark.parametrize("each", REPORTS, ids=IDS)
def test_it_is_one_document_with_pages_and_a_summary(
    each: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo, summary = made(tmp_path / "repo", each.given), tmp_path / "summary.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    each.before(repo)
    done = run(repo, each, "--json", "--github-summary", "--out", "out")
    assert done.code in each.codes, done.out + done.err
    assert done.data["next"]
    if each.schema:
        schema = json.loads(files("laneshift.reports").joinpath(f"{each.schema}.schema.json").read_text("utf-8"))
        assert list(Draft202012Validator(schema).iter_errors(done.data)) == []
    markdown, html = each.page
    assert (repo / "out" / markdown).read_text(encoding="utf-8").startswith("# ")
    assert summary.read_text(encoding="utf-8").startswith("# ")
    if html:
        page = (repo / "out" / html).read_text(encoding="utf-8")
        assert page.startswith("<!doctype html>")
        assert "<script" not in page
        assert _REMOTE.search(page) is None
    again = run(repo, each, "--json", "--out", "out")
    assert (again.code, again.data["next"]) == (done.code, done.data["next"])


@pytest.mark.parametrize("each", REPORTS, ids=IDS)
def test_without_its_input_it_does_not_pass(each: Report, tmp_path: Path) -> None:
    done = run(made(tmp_path / "repo", each.nothing), each, "--json")
    assert done.code in (1, 2), done.out + done.err
    assert done.data.get("passes") is not True
    told = run(tmp_path / "repo", each)
    assert told.code == done.code
    assert "next:" in told.out + told.err or told.err


@pytest.mark.parametrize("each", REPORTS, ids=IDS)
def test_nothing_is_written_outside_of_the_repository(each: Report, tmp_path: Path) -> None:
    done = run(made(tmp_path / "repo", each.given), each, "--out", "../outside")
    assert done.code == 2, done.out + done.err
    assert not (tmp_path / "outside").exists()

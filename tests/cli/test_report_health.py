"""`laneshift report health` from outside: a healthy repository, and every input missing, empty, unreadable, damaged."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.cli.one_process import here
from tests.gates.web import APP
from tests.repo.builders import commit_files, git_cli, repo_at
from tests.toy import Done

SETTINGS = """workers = 1
[lanes.core]
paths = ["core/**"]
may_import = ["core"]
[lanes.labs]
paths = ["labs/**"]
may_import = ["core", "labs"]
[lanes.tests]
paths = ["tests/**"]
[tests]
smoke = ["tests/test_smoke.py"]
[tests.environment]
PYTEST_DISABLE_PLUGIN_AUTOLOAD = "1"
"""
DOCUMENT = {"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": {}}
FILES = {
    "laneshift.toml": SETTINGS,
    "pyproject.toml": '[project]\nname = "toy"\nversion = "1"\ndependencies = ["requests==2.0"]\n',
    "core/__init__.py": '"""Core."""\n',
    "core/shapes.py": '"""Shapes."""\n\n\ndef area(side: int) -> int:\n    """Square."""\n    return side * side\n',
    "labs/__init__.py": '"""Labs."""\n',
    "labs/web.py": '"""Asks."""\n\nimport requests\n\nASK = requests\n',
    "tests/test_smoke.py": "from core.shapes import area\n\n\ndef test_area():\n    assert area(2) == 4\n",
    "api/openapi.json": json.dumps(DOCUMENT),
}
GOOD_XML = '<testsuite tests="2"><testcase name="a"/><testcase name="b"/></testsuite>'
OSV = {
    "id": "GHSA-1",
    "modified": "2024-01-01T00:00:00Z",
    "summary": "bad",
    "affected": [{"package": {"ecosystem": "PyPI", "name": "requests"}, "versions": ["2.0"]}],
}


LENIENT = """[health]
ruff = 1
without = ["openapi"]
[coverage]
exclude = ["core/more.py"]
"""
STATEMENTS = {"core/shapes.py": [4, 6], "labs/web.py": [3, 5], "tests/test_smoke.py": [1, 4, 5]}


def coverage_json(missing: int, names: Mapping[str, list[int]] = STATEMENTS) -> str:
    """What coverage.py would write, with the first of the statements missing."""
    entries = {}
    for name, lines in names.items():
        gone, missing = lines[:missing], max(missing - len(lines), 0)
        run = [line for line in lines if line not in gone]
        summary = {"num_statements": len(lines), "covered_lines": len(run), "missing_lines": len(gone)}
        entries[name] = {"executed_lines": run, "missing_lines": gone, "excluded_lines": [], "summary": summary}
    return json.dumps({"meta": {"version": "7", "branch_coverage": False}, "files": entries})


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository in which everything holds, with manifests and a contract."""
    path = tmp_path_factory.mktemp("health") / "repo"
    repo_at(path, FILES)
    git_cli(path, "config", "user.name", "Ada Planner")
    git_cli(path, "config", "user.email", "ada@example.org")
    for words in (("manifest", "generate", "--all"), ("contract", "draft", "core.shapes")):
        done = here([*words, "-C", str(path)])
        assert done.code == 0, done.out + done.err
    git_cli(path, "add", "-A")
    git_cli(path, "commit", "-qm", "manifests")
    return path


@pytest.fixture
def repo(template: Path, tmp_path: Path) -> Path:
    git_cli(tmp_path, "clone", "-q", str(template), "repo")
    for name, text in {"tests.xml": GOOD_XML, "coverage.json": coverage_json(1)}.items():
        (tmp_path / name).write_text(text)
    return tmp_path / "repo"


def run(repo: Path, *words: str, **inputs: str) -> Done:
    given = {"smoke": "tests.xml", "unit": "tests.xml", "coverage": "coverage.json", **inputs}
    options = [word for name, file in given.items() if file for word in (f"--{name}", str(repo.parent / file))]
    return here(["report", "health", "-C", str(repo), "--json", *options, *words])


def section(done: Done, name: str) -> Any:
    return next(each for each in done.data["sections"] if each["id"] == name)


def figure(done: Done, of: str, name: str) -> Any:
    return next(each for each in section(done, of)["figures"] if each["name"] == name)


def test_a_healthy_repository_passes_and_the_report_lies_in_both_places(
    repo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    summary = repo.parent / "summary.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    done = run(repo, "--github-summary")
    assert done.code == 0, [each for each in done.data["sections"] if each["state"] != "passed"]
    assert done.data["counts"] == {"passed": 10, "failed": 0, "errored": 0, "left_out": 0}
    schema = json.loads(files("laneshift.reports").joinpath("health.schema.json").read_text(encoding="utf-8"))
    assert list(Draft202012Validator(schema).iter_errors(done.data)) == []
    audits = repo / "docs/audits"
    for kind in ("json", "md"):
        assert (audits / f"health/latest.{kind}").read_bytes() == (audits / f"system_health.{kind}").read_bytes()
    assert list(Draft202012Validator(schema).iter_errors(json.loads((audits / "system_health.json").read_text()))) == []
    assert "<svg" in (audits / "health/latest.html").read_text()
    page = summary.read_text()
    assert "Ruff 0 findings</kbd>" in page
    assert "Unit tests 100.0 % tests that pass</kbd>" in page
    assert figure(done, "unit", "passed")["value"] == figure(done, "unit", "passed")["of"] == 2


def test_the_same_tree_gives_the_same_bytes_and_a_change_is_told(repo: Path) -> None:
    latest = repo / "docs/audits/health/latest.json"
    run(repo)
    first = latest.read_bytes()
    run(repo)
    assert latest.read_bytes() == first
    commit_files(repo, {"core/bad.py": "import os\nimport sys\n"}, "unused")
    done = run(repo)
    assert done.code == 1
    assert (figure(done, "ruff", "findings")["before"], figure(done, "ruff", "findings")["delta"]) == ("0", "+2")
    assert len(done.data["history"]) == 2
    assert "Counts over time" in (repo / "docs/audits/health/latest.html").read_text()


def test_tests_are_run_in_the_sandbox_when_asked(repo: Path) -> None:
    done = run(repo, "--run-tests", smoke="", unit="")
    assert (figure(done, "smoke", "passed")["value"], figure(done, "unit", "passed")["of"]) == (1, 1)
    commit_files(repo, {"tests/test_smoke.py": "def test_bad():\n    assert 0\n"}, "red")
    done = run(repo, "--run-tests", smoke="", unit="")
    assert {section(done, name)["state"] for name in ("smoke", "unit")} == {"failed"}
    commit_files(repo, {"tests/test_smoke.py": "import nowhere\n"}, "not collected")
    done = run(repo, "--run-tests", smoke="", unit="")
    assert {section(done, name)["state"] for name in ("smoke", "unit")} == {"errored"}
    commit_files(repo, {"tests/test_smoke.py": "VALUE = 1\n"}, "no test")
    done = run(repo, "--run-tests", smoke="", unit="")
    assert {section(done, name)["state"] for name in ("smoke", "unit")} == {"errored"}
    assert done.code == 1


CHANGES: dict[str, tuple[str, str, dict[str, str | None]]] = {
    "ruff finds something": ("ruff", "failed", {"core/more.py": "import os\n"}),
    "ruff cannot read its settings": ("ruff", "errored", {"ruff.toml": "[lint\n"}),
    "ruff looks at nothing": ("ruff", "errored", {"ruff.toml": "exclude = ['*.py']\n"}),
    "an import leads nowhere": ("imports", "failed", {"core/more.py": "import core.gone\n\nUSED = core\n"}),
    "a circle": ("imports", "failed", {"core/a.py": "import core.b\n", "core/b.py": "import core.a\n"}),
    "a file does not parse": ("imports", "failed", {"core/more.py": "def (\n"}),
    "a violation": ("lanes", "failed", {"core/more.py": "from labs import web\n\nUSED = web\n"}),
    "no lane rule": ("lanes", "errored", {"laneshift.toml": '[tests]\nsmoke = ["tests/test_smoke.py"]\n'}),
    "a list of violations that is none": ("lanes", "errored", {".laneshift/lanes-baseline.txt": "a\tb\n"}),
    "a module without a manifest": ("manifests", "failed", {"extra/__init__.py": "A = 1\n"}),
    "a manifest that is damaged": ("manifests", "failed", {"core/module.manifest.json": "{"}),
    "a manifest that is empty": ("manifests", "failed", {"core/module.manifest.json": ""}),
    "a promise that is not kept": ("contracts", "failed", {"core/shapes.py": '"""Shapes."""\n'}),
    "an OpenAPI document that is not valid": ("openapi", "failed", {"api/openapi.json": '{"openapi": "3.0.3"}'}),
    "an OpenAPI document that is damaged": ("openapi", "failed", {"api/openapi.json": '{"openapi": '}),
    "an OpenAPI document that is empty": ("openapi", "failed", {"api/openapi.json": ""}),
    "no OpenAPI document": ("openapi", "errored", {"api/openapi.json": None}),
    "something undeclared": ("dependencies", "failed", {"core/more.py": "import httpx\n\nUSED = httpx\n"}),
    "nothing declared": ("dependencies", "errored", {"pyproject.toml": None}),
    "a damaged declaration": ("dependencies", "errored", {"pyproject.toml": "[project\n"}),
    "no Python": (
        "imports",
        "errored",
        {path: None for path in FILES if path.endswith(".py")},
    ),
}


@pytest.mark.parametrize("kind", CHANGES)
def test_a_fault_in_the_tree_is_seen_in_its_section(repo: Path, kind: str) -> None:
    name, state, changes = CHANGES[kind]
    for path, text in changes.items():
        if text is None:
            (repo / path).unlink()
        else:
            (repo / path).parent.mkdir(parents=True, exist_ok=True)
            (repo / path).write_text(text)
    git_cli(repo, "add", "-A")
    git_cli(repo, "-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "-qm", "a fault")
    done = run(repo, "--dry-run")
    assert done.code == 1
    assert section(done, name)["state"] == state
    assert section(done, name)["reason"]
    assert not (repo / "docs/audits").exists()


def test_contracts_that_are_missing_or_damaged_are_seen(repo: Path) -> None:
    [path] = [path for path in (repo / "contracts").rglob("*") if path.is_file()]
    for text in ("", "{", "[]"):
        path.write_text(text)
        assert section(run(repo, "--dry-run"), "contracts")["state"] == "failed"
    path.unlink()
    found = section(run(repo, "--dry-run"), "contracts")
    assert (found["state"], found["figures"]) == ("errored", [])


DAMAGED = {"missing": None, "empty": "", "no such format": "1 passed", "cut": "<testsuite><testcase", "unreadable": "/"}


@pytest.mark.parametrize("how", DAMAGED)
@pytest.mark.parametrize("name", ["smoke", "unit", "coverage"])
def test_a_file_that_gives_nothing_is_an_error(repo: Path, name: str, how: str) -> None:
    file, text = repo.parent / "input", DAMAGED[how]
    if text == "/":
        file.mkdir()
    elif text is not None:
        file.write_text(text)
    done = run(repo, "--dry-run", **{name: "input"})
    assert done.code == 1
    found = section(done, name)
    assert (found["state"], found["figures"]) == ("errored", [])
    assert "input" in found["reason"]


@pytest.mark.parametrize("name", ["smoke", "unit", "coverage"])
def test_a_file_that_was_not_given_is_an_error(repo: Path, name: str) -> None:
    found = section(run(repo, "--dry-run", **{name: ""}), name)
    assert (found["state"], found["figures"]) == ("errored", [])


def test_coverage_of_another_tree_or_too_little_of_it_does_not_pass(repo: Path) -> None:
    (repo.parent / "low.json").write_text(coverage_json(2))
    found = section(run(repo, "--dry-run", coverage="low.json"), "coverage")
    assert (found["state"], found["figures"][0]["value"], found["figures"][0]["of"]) == ("failed", 5, 7)
    (repo.parent / "part.json").write_text(coverage_json(0, {"core/shapes.py": [4, 6]}))
    found = section(run(repo, "--dry-run", coverage="part.json"), "coverage")
    assert (found["state"], found["figures"][1]["value"]) == ("failed", 2)
    (repo.parent / "other.json").write_text(coverage_json(0, {"other/place.py": [1]}))
    assert section(run(repo, "--dry-run", coverage="other.json"), "coverage")["state"] == "errored"


def test_thresholds_of_the_report_of_coverage_decide(repo: Path) -> None:
    (repo / "laneshift.toml").write_text(SETTINGS + "[coverage.thresholds]\ncore = 100\n")
    found = section(run(repo, "--dry-run"), "coverage")
    assert (found["state"], len(found["notes"])) == ("failed", 1)
    (repo / "laneshift.toml").write_text(SETTINGS + "[coverage.thresholds]\ncore = 50\n")
    assert section(run(repo, "--dry-run"), "coverage")["state"] == "passed"


def test_advisories_count_and_a_folder_without_any_is_an_error(repo: Path) -> None:
    done = run(repo, "--dry-run")
    assert "vulnerable" not in [each["name"] for each in section(done, "dependencies")["figures"]]
    folder = repo.parent / "osv"
    for text, state in ((None, "errored"), ("", "errored"), ("{", "errored"), (json.dumps(OSV), "failed")):
        folder.mkdir(exist_ok=True)
        if text is not None:
            (folder / "a.json").write_text(text)
        done = run(repo, "--dry-run", osv="osv")
        assert section(done, "dependencies")["state"] == state
    assert figure(done, "dependencies", "vulnerable")["value"] == 1
    assert section(run(repo, "--dry-run", osv="gone"), "dependencies")["state"] == "errored"


@pytest.mark.parametrize("text", ["", "{", "[]", '{"history": []}'])
def test_an_earlier_report_that_is_damaged_is_an_error_once(repo: Path, text: str) -> None:
    latest = repo / "docs/audits/health/latest.json"
    latest.parent.mkdir(parents=True)
    latest.write_text(text)
    done = run(repo)
    assert (done.code, section(done, "trend")["state"]) == (1, "errored")
    assert run(repo).code == 0


def test_ruff_that_is_not_installed_is_an_error(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert section(run(repo, "--dry-run"), "ruff")["state"] == "passed"
    # Where its metadata cannot be found, it is not installed.
    own = [path for path in sys.path if not (Path(path) / "ruff").is_dir()]
    monkeypatch.setattr("sys.path", own)
    found = section(run(repo, "--dry-run"), "ruff")
    assert (found["state"], found["figures"]) == ("errored", [])
    assert "pip install 'laneshift[health]'" in found["reason"]


def test_limits_and_sections_are_settings(repo: Path) -> None:
    (repo / "core/more.py").write_text("import os\n")
    (repo / "api/openapi.json").unlink()
    (repo / "laneshift.toml").write_text(SETTINGS + LENIENT)
    done = run(repo, "--dry-run")
    assert done.code == 0, [each for each in done.data["sections"] if each["state"] != "passed"]
    assert done.data["counts"]["left_out"] == 1
    everything = json.dumps([each["id"] for each in done.data["sections"]])
    (repo / "laneshift.toml").write_text(SETTINGS + f"[health]\nwithout = {everything}\n")
    done = run(repo, "--dry-run")
    assert (done.code, done.data["error"]["code"]) == (2, "config.bad-value")


def test_what_the_application_breaks_is_seen(tmp_path: Path) -> None:
    settings = '[gates.app]\ntarget = "web:app"\nstart_seconds = 120\n'
    repo = tmp_path / "repo"
    repo_at(repo, {"web.py": APP, "laneshift.toml": settings})
    found = section(run(repo, "--dry-run", smoke="", unit="", coverage=""), "openapi")
    assert (found["state"], [each["name"] for each in found["figures"]]) == ("passed", ["valid", "invalid"])
    assert here(["report", "openapi", "baseline", "-C", str(repo)]).code == 0
    commit_files(repo, {"web.py": APP.replace("size: int", "size: int\n    colour: str")})
    found = section(run(repo, "--dry-run", smoke="", unit="", coverage=""), "openapi")
    assert (found["state"], found["reason"]) == ("failed", "breaking changes since the baseline: 1, at most 0")
    for text in ("", "{", '{"openapi": "3.0.3"}'):
        (repo / "openapi.baseline.json").write_text(text)
        found = section(run(repo, "--dry-run", smoke="", unit="", coverage=""), "openapi")
        assert found["state"] in ("errored", "failed")
    commit_files(repo, {"web.py": "app = 1\n"})
    (repo / "openapi.baseline.json").unlink()
    assert section(run(repo, "--dry-run", smoke="", unit="", coverage=""), "openapi")["state"] == "errored"


def test_another_commit_and_another_folder(repo: Path) -> None:
    commit_files(repo, {"core/bad.py": "import os\n"}, "unused")
    done = run(repo, "--tree", "HEAD~1", "--out", "reports/now")
    assert done.code == 0
    assert "reports/now/health/latest.json" in done.data["files"]
    assert (repo / "reports/now/system_health.md").exists()
    done = run(repo, "--out", "../outside")
    assert done.code == 2
    assert not (repo.parent / "outside").exists()

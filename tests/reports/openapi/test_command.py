"""`laneshift report openapi` from outside: files, revisions, the application, the baseline, pages and exit codes."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from laneshift.reports.openapi.comparing import compare
from laneshift.reports.openapi.document import document
from laneshift.reports.openapi.pages import MARKER, html, in_place, markdown
from tests.cli.one_process import here
from tests.gates.web import APP
from tests.repo.builders import commit_files, git_cli, repo_at
from tests.reports.openapi.test_documents import ANSWER, GOOD
from tests.toy import Done


def described(version: str, *paths: str) -> str:
    info = {"title": "a", "version": version}
    return json.dumps({**GOOD, "info": info, "paths": {path: {"get": {"responses": ANSWER}} for path in paths}})


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    path = tmp_path / "repo"
    repo_at(path, {"api.json": described("1.0.0", "/a", "/b"), "openapi.baseline.json": described("1.0.0", "/a")})
    git_cli(path, "config", "user.name", "Ada")
    git_cli(path, "config", "user.email", "ada@example.org")
    return path


def run(repo: Path, *words: str) -> Done:
    return here(["report", "openapi", *words, "-C", str(repo), "--json"])


def test_two_revisions_files_pages_and_a_summary(repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commit_files(repo, {"api.json": described("1.1.0", "/a", "/c")})
    summary, comment = tmp_path / "summary.md", tmp_path / "comment.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    words = ("HEAD~1:api.json", "HEAD:api.json", "--out", "docs/api", "--github-summary", "--comment", str(comment))
    done = run(repo, *words)
    assert done.code == 1, done.out
    schema = json.loads(files("laneshift.reports").joinpath("openapi.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator(schema).validate(done.data)
    Draft202012Validator(schema).validate(json.loads((repo / "docs/api/openapi.json").read_text()))
    assert done.data["counts"] == {"breaking": 1, "unsure": 0, "safe": 1}
    page = (repo / "docs/api/openapi.md").read_text(encoding="utf-8")
    assert summary.read_text(encoding="utf-8") == page
    assert "- \N{HEAVY MINUS SIGN} <code>GET /b</code>: the operation is gone" in page
    assert "- \N{HEAVY PLUS SIGN} <code>GET /c</code>: an operation is new" in page
    assert "<svg" in (repo / "docs/api/openapi.html").read_text(encoding="utf-8")
    first = comment.read_text(encoding="utf-8")
    assert first.startswith(MARKER)
    comment.write_text(f"Mine.\n\n{first}\nBelow.\n", encoding="utf-8")
    run(repo, *words)
    assert comment.read_text(encoding="utf-8") == f"Mine.\n\n{first}\nBelow.\n"


def test_a_change_has_one_comment(repo: Path) -> None:
    words = ("HEAD:openapi.baseline.json", "HEAD:api.json", "--comment-on", "12")
    assert [run(repo, *words).code for _ in range(2)] == [0, 0]
    [kept] = (repo / ".git/laneshift/forge/comments").iterdir()
    assert kept.name == "12-openapi.md"
    assert kept.read_text(encoding="utf-8").startswith(f"{MARKER}\n# Changes of the interface\n")


def test_a_major_version_may_break(repo: Path) -> None:
    commit_files(repo, {"api.json": described("2.0.0", "/c")})
    done = run(repo, "HEAD~1:api.json", str(repo / "api.json"))
    assert (done.code, done.data["counts"]["breaking"], done.data["version_step"]) == (0, 2, "breaking")


def test_a_doubt_fails_unless_it_is_allowed(repo: Path) -> None:
    named = json.loads(described("1.0.0", "/a"))
    named["paths"]["/a"]["get"]["operationId"] = "other"
    (repo / "new.json").write_text(json.dumps(named))
    words = ("openapi.baseline.json", "new.json")
    words = tuple(str(repo / word) for word in words)
    assert run(repo, *words).code == 1
    assert run(repo, *words, "--allow-unsure").code == 0
    commit_files(repo, {"laneshift.toml": '[openapi]\nunsure = "pass"\n'})
    assert run(repo, *words).code == 0


MISSING = {
    "no file": (["gone.json", "api.json"], "openapi.no-document"),
    "no revision": (["nowhere:api.json", "api.json"], ""),
    "not in the revision": (["HEAD:gone.json", "api.json"], "openapi.no-document"),
    "out of the repository": (["HEAD:../api.json", "api.json"], ""),
    "no application": ([], "openapi.no-app"),
}


@pytest.mark.parametrize(("words", "code"), MISSING.values(), ids=MISSING)
def test_what_is_missing_is_an_error(repo: Path, words: list[str], code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repo)
    done = run(repo, *words)
    assert done.code == 2
    assert done.data["error"]["code"] == code or not code


def test_without_a_baseline_nothing_is_compared(repo: Path) -> None:
    git_cli(repo, "rm", "-q", "openapi.baseline.json")
    git_cli(repo, "commit", "-qm", "none")
    assert run(repo).data["error"]["code"] == "openapi.no-baseline"


def test_the_application_against_its_baseline(tmp_path: Path) -> None:
    repo = tmp_path / "repo"
    repo_at(repo, {"web.py": APP, "laneshift.toml": '[gates.app]\ntarget = "web:app"\nstart_seconds = 120\n'})
    git_cli(repo, "config", "user.name", "Ada")
    git_cli(repo, "config", "user.email", "ada@example.org")
    done = run(repo, "baseline")
    assert (done.code, done.data["written"], done.data["operations"]) == (0, True, 2), done.out
    assert json.loads((repo / "openapi.baseline.json").read_text())["paths"].keys() == {"/things", "/things/{number}"}
    commit_files(repo, {"web.py": APP.replace("size: int", "size: int\n    colour: str")})
    done = run(repo)
    assert done.code == 1, done.out
    [finding] = [each for each in done.data["findings"] if each["verdict"] == "breaking"]
    assert (finding["code"], finding["where"]) == ("request.property-required", "schema Thing in requests.colour")
    assert finding["used_by"] == ["POST /things"]


def test_nothing_of_a_document_is_markup() -> None:
    hostile: dict[str, Any] = json.loads(described("1.0.0", "/a", "/<script>alert(1)</script>|*b*"))
    old, new = (document(f"{name}.json", json.dumps(each).encode()) for name, each in (("a", hostile), ("b", GOOD)))
    found = compare(old, new)
    assert "<script" not in html(found)
    assert "<script" not in markdown(found)
    assert "*b*" not in markdown(found)
    assert in_place("", found).count(MARKER) == 1

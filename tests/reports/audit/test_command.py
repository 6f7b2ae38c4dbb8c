"""`laneshift report audit` from outside: CSV, pages, issues here and by a script, twice, and after edits."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from laneshift.repo.objects import Repository
from laneshift.wiring import issues as issues_of
from tests.cli.one_process import here
from tests.repo.builders import git_cli, repo_at, write_files
from tests.toy import Done

WORD = "TO" + "DO"
HOSTILE = "=HYPERLINK(\"http://x\") $(touch owned) `touch owned` '; touch owned; ' <script>x</script> \\ $HOME !!"
AUDIT = f"""# Audit

## Findings

- [High] Tokens are compared with `==` in `core/auth.py:88`
- [Low] {HOSTILE}
- [P2] @SUM(A1) is never checked in core/cells.py
"""


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    path = tmp_path / "repo"
    config = '[lanes.core]\npaths = ["core/**"]\nowners = ["@core-team"]\n[lanes.docs]\npaths = ["docs/**"]\n'
    code = f"def check():\n    # {WORD}: compare in constant time\n    return 1\n"
    repo_at(path, {"docs/AUDIT.md": AUDIT, "core/auth.py": code, "laneshift.toml": config})
    git_cli(path, "config", "user.name", "Ada")
    git_cli(path, "config", "user.email", "ada@example.org")
    return path


def run(repo: Path, *words: str) -> Done:
    done = here(["report", "audit", str(repo / "docs/AUDIT.md"), *words, "-C", str(repo), "--json"])
    assert done.code == 0, done.out + done.err
    return done


def test_csv_pages_summary_and_schema(repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    summary = tmp_path / "summary.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    done = run(repo, "--comments", "--out", "docs/audits", "--github-summary")
    schema = json.loads(files("laneshift.reports").joinpath("audit.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator(schema).validate(done.data)
    Draft202012Validator(schema).validate(json.loads((repo / "docs/audits/audit.json").read_text()))
    rows = list(csv.reader(io.StringIO((repo / "docs/audits/audit.csv").read_text(encoding="utf-8"))))
    assert rows[0] == ["id", "severity", "area", "file_hint", "summary", "suggested_owner"]
    told = {row[4]: (row[1], row[3], row[5]) for row in rows[1:]}
    assert told["Tokens are compared with == in core/auth.py:88"] == ("high", "core/auth.py", "'@core-team")
    assert told[f"{WORD}: compare in constant time"] == ("low", "core/auth.py", "'@core-team")
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-")) or cell == "@SUM"]
    assert any(cell.startswith("'=HYPERLINK") for row in rows for cell in row)
    assert any(cell.startswith("'@SUM(A1)") for row in rows for cell in row)
    page = (repo / "docs/audits/audit.md").read_text(encoding="utf-8")
    assert summary.read_text(encoding="utf-8") == page
    assert "<script" not in page + (repo / "docs/audits/audit.html").read_text(encoding="utf-8")
    assert done.data["files"] == [
        *(f"docs/audits/audit.{kind}" for kind in ("csv", "html", "json", "md")),
        "docs/audits/audit_to_issue_map.json",
        "docs/audits/todo_to_issue_map.json",
    ]
    # What the report itself has written holds no comment that asks for work, and says nothing new.
    again = run(repo, "--comments", "--out", "docs/audits")
    assert (again.data["new"], again.data["gone"]) == (0, [])
    assert [each["id"] for each in again.data["findings"]] == [each["id"] for each in done.data["findings"]]


def test_issues_are_opened_once_follow_edits_and_are_closed(repo: Path) -> None:
    assert run(repo, "--comments", "--issues").data["issues"] == {"opened": 4, "kept": 0, "closed": 0}
    issues = issues_of(Repository.open(repo))
    before = {issue.number: issue for issue in issues.all()}
    assert run(repo, "--comments", "--issues").data["issues"] == {"opened": 0, "kept": 4, "closed": 0}
    assert {issue.number: issue for issue in issues.all()} == before
    moved = AUDIT.replace("- [High] Tokens are compared", "\nMore words.\n\n- [P1] Secret tokens are compared")
    moved = moved.replace("- [P2] @SUM(A1) is never checked in core/cells.py\n", "")
    code = f"import hmac\n\n\ndef check():\n    return 1\n\n# {WORD}: compare in constant time\n"
    write_files(repo, {"docs/AUDIT.md": moved, "core/auth.py": code})
    done = run(repo, "--comments", "--issues")
    assert done.data["issues"] == {"opened": 0, "kept": 3, "closed": 0}
    assert [each["issue"] > 0 for each in done.data["gone"]] == [True]
    done = run(repo, "--comments", "--issues", "--reconcile")
    assert done.data["issues"] == {"opened": 0, "kept": 3, "closed": 1}
    states = {issue.title: issue.state for issue in issues.all()}
    assert states["[medium] @SUM(A1) is never checked in core/cells.py"] == "closed"
    assert sorted(states.values()) == ["closed", "open", "open", "open"]
    write_files(repo, {"docs/AUDIT.md": AUDIT})
    assert run(repo, "--comments", "--issues", "--reconcile").data["issues"] == {"opened": 0, "kept": 4, "closed": 0}
    assert {issue.state for issue in issues.all()} == {"open"}
    assert len(issues.all()) == 4


def scripted(repo: Path, tmp_path: Path, script: Path) -> dict[str, Any]:
    """Run the script with a stand-in for the forge; the issues afterwards."""
    folder = tmp_path / "bin"
    folder.mkdir(exist_ok=True)
    stand_in = folder / "gh"
    stand_in.write_text(f'#!/bin/sh\nexec {sys.executable} {Path(__file__).with_name("gh.py")} "$@"\n')
    stand_in.chmod(0o755)
    env = {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}", "GH_STATE": str(tmp_path / "state.json")}
    done = subprocess.run(
        ["bash", str(script)], cwd=repo, env=env, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads((tmp_path / "state.json").read_text())
    return found


def test_the_script_interprets_nothing_and_opens_nothing_twice(repo: Path, tmp_path: Path) -> None:
    script = tmp_path / "issues.sh"
    run(repo, "--gh", str(script))
    first = scripted(repo, tmp_path, script)["issues"]
    assert [issue["state"] for issue in first] == ["OPEN"] * 3
    assert not list(tmp_path.rglob("owned"))
    [hostile] = [issue for issue in first if "HYPERLINK" in issue["title"]]
    assert hostile["title"] == "[low] " + " ".join(HOSTILE.replace("`", "").split())
    assert scripted(repo, tmp_path, script)["issues"] == first
    write_files(repo, {"docs/AUDIT.md": AUDIT.replace("- [P2] @SUM(A1) is never checked in core/cells.py\n", "")})
    run(repo, "--gh", str(script))
    last = scripted(repo, tmp_path, script)["issues"]
    assert {issue["title"]: issue["state"] for issue in last} == {
        issue["title"]: "CLOSED" if "@SUM" in issue["title"] else "OPEN" for issue in first
    }
    write_files(repo, {"docs/AUDIT.md": AUDIT})
    run(repo, "--gh", str(script))
    assert [issue["state"] for issue in scripted(repo, tmp_path, script)["issues"]] == ["OPEN"] * 3


WRONG = {
    "nothing to read": ([], "audit.no-input"),
    "no file": (["gone.md"], "audit.no-file"),
    "an empty file": (["empty.md"], "audit.empty"),
    "no finding": (["plain.md"], "audit.no-finding"),
    "reconciling without issues": (["docs/AUDIT.md", "--reconcile"], "audit.no-issues"),
    "a folder": (["docs"], "audit.no-file"),
    "out of the tree": (["docs/AUDIT.md", "--out", "../x"], ""),
}


@pytest.mark.parametrize(("words", "code"), WRONG.values(), ids=WRONG)
def test_what_is_missing_is_an_error(repo: Path, words: list[str], code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repo)
    write_files(repo, {"empty.md": "", "plain.md": "# All is well\n"})
    done = here(["report", "audit", *words, "-C", str(repo), "--json"])
    assert done.code == 2
    assert done.data["error"]["code"] == code or not code


def test_damaged_records_stop_it(repo: Path) -> None:
    write_files(repo, {"docs/audits/audit_to_issue_map.json": "{}"})
    done = here(["report", "audit", str(repo / "docs/AUDIT.md"), "-C", str(repo), "--json"])
    assert (done.code, done.data["error"]["code"]) == (2, "audit.bad-map")

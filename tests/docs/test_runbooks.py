"""The runbooks do what they say: every command is run in order, in a repository with two items ready to land."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest

from tests.docs.executed import Asked, run, steps
from tests.once import once
from tests.repo.builders import git_cli
from tests.runs.remote_toy import ready, with_remote
from tests.toy import work_files

RUNBOOKS = Path(__file__).resolve().parents[2] / "docs" / "runbooks"
NAMES = sorted(page.stem for page in RUNBOOKS.glob("*.md") if page.stem != "index")


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository; the same one as in the tests of landing on a remote. Never change it: take a copy."""
    return once(tmp_path_factory, "ready", lambda folder: ready(folder / "repo"))


def measured(folder: Path) -> None:
    """What `coverage json` would have written, had the last statement of each module never run."""
    files = {}
    for path, data in work_files(folder).items():
        if path.endswith(".py"):
            lines = sorted({node.lineno for node in ast.walk(ast.parse(data)) if isinstance(node, ast.stmt)})
            files[path] = {
                "executed_lines": lines[:-1],
                "missing_lines": lines[-1:],
                "excluded_lines": [],
                "summary": {},
            }
    meta = {"version": "7.6.0", "branch_coverage": False}
    (folder / "coverage.json").write_text(json.dumps({"meta": meta, "files": files, "totals": {}}))


@pytest.mark.parametrize("name", NAMES)
def test_a_runbook_does_what_it_says(name: str, template: Path, tmp_path: Path) -> None:
    page = (RUNBOOKS / f"{name}.md").read_text(encoding="utf-8")
    found = sum(isinstance(step, Asked) for step in steps(page))
    assert found == sum(line.startswith("$ ") for line in page.splitlines()) > 0, "every command is found"
    mine, _ = with_remote(template, tmp_path)
    if name == "coverage":
        measured(mine)
    assert git_cli(mine, "status", "--porcelain") in ("", "?? coverage.json")
    assert "\n".join(run(page, mine, tmp_path / "bin", {"LANESHIFT_KEYS": str(tmp_path / "keys")})) == ""


def test_every_runbook_is_in_the_list() -> None:
    index = (RUNBOOKS / "index.md").read_text(encoding="utf-8")
    assert [name for name in NAMES if f"({name}.md)" not in index] == []
    assert set(NAMES) >= {
        "attestation",
        "coverage",
        "benchmarks",
        "monitoring",
        "keys",
        "emergency-stop",
        "bad-landing",
    }

"""What the doctor says to run next: what mends the first failure, else what the repository is ready for."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from laneshift.repo.objects import Repository
from laneshift.runs.doctor.row import Row
from laneshift.runs.leading_on import before_a_plan, next_command, settle_command
from tests.cli.one_process import here
from tests.repo.builders import commit_files, git_cli, repo_at, write_files
from tests.toy import laneshift

LANES = '[lanes.core]\npaths = ["core/**"]\n\n[lanes.tests]\npaths = ["tests/**"]\n'
LABS = LANES + '\n[lanes.labs]\npaths = ["labs/**"]\nlevel = "experimental"\n'
CODE = {"core/__init__.py": "", "core/a.py": '"""One thing."""\n\nA = 1\n' + "# more\n" * 40, "tests/test_a.py": ""}


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    path = tmp_path / "repo"
    repo_at(path, CODE)
    git_cli(path, "config", "user.name", "Ada")
    git_cli(path, "config", "user.email", "ada@example.org")
    return path


def told(path: Path) -> str:
    return before_a_plan(Repository.open(path))


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([Row("a", "ok", "fine"), Row("b", "warn", "hm", command="never")], "ready"),
        ([Row("a", "warn", "hm", command="never"), Row("b", "fail", "no", command="mend b")], "mend b"),
        ([Row("a", "fail", "no", cure="think"), Row("b", "fail", "no", command="mend b")], "laneshift doctor"),
        ([Row("a", "fail", "no", command="mend a"), Row("settings", "fail", "no", command="edit")], "mend a"),
        ([Row("settings", "fail", "no", command="edit")], "settle"),
        ([Row("tests on HEAD", "fail", "no", command="pytest")], "settle"),
    ],
)
def test_the_first_failure_goes_before_everything(rows: list[Row], expected: str) -> None:
    assert next_command(rows, lambda: "ready", lambda: "settle") == expected


def test_what_has_no_settle_is_looked_at() -> None:
    assert next_command([Row("tests on HEAD", "fail", "no", command="pytest")], lambda: "ready", lambda: "") == "pytest"


def test_settings_that_only_lie_there_are_committed_before_anything_is_mended(repo: Path) -> None:
    def settle() -> str:
        return settle_command(Repository.open(repo))

    assert settle() == "laneshift init"
    write_files(repo, {"laneshift.toml": LANES})
    assert settle() == "git add laneshift.toml && git commit -m 'build(core): configure laneshift'"
    commit_files(repo, {"laneshift.toml": "workers = -1\n"})
    assert settle() == ""
    write_files(repo, {"laneshift.toml": LANES + "\nworkers = -1\n"})
    assert settle() == "", "neither is sound"
    write_files(repo, {"laneshift.toml": LANES})
    assert settle().startswith("git add laneshift.toml && ")
    commit_files(repo, {"laneshift.toml": LANES})
    assert settle() == ""


def test_status_leads_on_too_and_an_empty_repository_to_init(repo: Path, tmp_path: Path) -> None:
    assert here(["status", "-C", str(repo), "--json"]).data["next"] == "laneshift init"
    git_cli(tmp_path, "init", "-q", "empty")
    assert told(tmp_path / "empty") == "laneshift init"


def test_it_leads_to_settings_and_to_their_commit(repo: Path) -> None:
    assert told(repo) == "laneshift init"
    write_files(repo, {"laneshift.toml": LANES})
    assert told(repo) == "git add laneshift.toml && git commit -m 'build(core): configure laneshift'"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"batches/one.tsv": "# a batch\ncore.a\tcore/a.py\tcore/b.py\n"}, "laneshift plan batches/one.tsv"),
        ({"data.tsv": "a\tb\tc\n", "integration_manifest.json": "{}"},
         "laneshift plan --from-manifest integration_manifest.json"),
        ({"laneshift.toml": LABS, "labs/x.py": ""}, "laneshift plan --inventory labs --out integration_manifest.json"),
    ],
)  # fmt: skip
def test_a_plan_is_made_of_what_is_there(repo: Path, files: dict[str, str], expected: str) -> None:
    commit_files(repo, {"laneshift.toml": LANES, **files})
    assert told(repo) == expected


def test_else_one_module_is_looked_at_as_it_is_and_the_command_works(repo: Path) -> None:
    commit_files(repo, {"laneshift.toml": LANES})
    then = here(["doctor", "--no-tests", "-C", str(repo), "--json"]).data["next"]
    assert then == "printf '%s\\t%s\\t%s\\n' core.a core/a.py core/a.py > first.tsv && laneshift plan first.tsv"
    subprocess.run(["sh", "-c", then.partition(" && ")[0]], cwd=repo, check=True)
    plan = laneshift(repo, "plan", "first.tsv", "--json").data
    assert [item["status"] for item in plan["items"]] == ["verify-only"]
    again = here(["doctor", "--no-tests", "-C", str(repo), "--json"]).data
    assert again["next"] == plan["next"]
    assert again["next"].startswith("laneshift run first-")

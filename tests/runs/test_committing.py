"""The command that commits what laneshift wrote: it opens no editor, and our own hook takes its message."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from laneshift.repo.message_check import check
from laneshift.repo.objects import Repository
from laneshift.runs import committing
from laneshift.runs.committing import BASELINE, SETTINGS, Said, commit_command
from laneshift.runs.hooks import install
from tests.repo.builders import git_cli, repo_at, write_files
from tests.toy import environment

SAID = [value for value in vars(committing).values() if isinstance(value, Said)]
LANES = '[lanes.web]\npaths = ["web/**"]\n\n[lanes.core]\npaths = ["core/**"]\n'


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    path = tmp_path / "repo"
    repo_at(path, {"core/a.py": "A = 1\n"})
    git_cli(path, "config", "user.name", "Ada")
    git_cli(path, "config", "user.email", "ada@example.org")
    return path


def run(path: Path, line: str, shell: str = "sh") -> str:
    """What the line says, run as a person would; an editor that is opened is a failure."""
    env = environment({"GIT_EDITOR": "false", "PATH": os.environ["PATH"]})
    done = subprocess.run([shell, "-c", line], cwd=path, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return git_cli(path, "log", "-1", "--format=%B")


def test_it_commits_without_an_editor(repo: Path) -> None:
    write_files(repo, {"laneshift.toml": 'commit_scopes = ["repo"]\n'})
    line = commit_command(Repository.open(repo), "laneshift.toml", SETTINGS)
    assert line == "git add laneshift.toml && git commit -m 'build(repo): configure laneshift'"
    assert run(repo, line).strip() == "build(repo): configure laneshift"


@pytest.mark.parametrize("shell", ["sh", "bash"])
def test_the_hook_for_messages_takes_it(repo: Path, shell: str) -> None:
    install(Repository.open(repo))
    write_files(repo, {"laneshift.toml": LANES, "it's here.txt": "known\n"})
    git_cli(repo, "add", "laneshift.toml")
    line = commit_command(Repository.open(repo), "it's here.txt", BASELINE)
    assert "\n" not in line
    text = run(repo, line, shell)
    assert text.startswith("build(core): list what stands against the lanes today\n\nProblem:\n- ")
    assert git_cli(repo, "status", "--porcelain") == ""


@pytest.mark.parametrize("said", SAID, ids=lambda said: said.subject)
def test_every_message_is_of_the_agreed_form(said: Said) -> None:
    whole = committing.message(said, "repo")
    assert check(whole.render(), ["repo"]) == []
    assert whole.subject == said.subject, "it was not cut"


def test_settings_that_are_not_sound_name_no_scope(repo: Path) -> None:
    write_files(repo, {"laneshift.toml": "commit_scopes = 7\n"})
    assert "-m 'build(repo): " in commit_command(Repository.open(repo), "laneshift.toml", SETTINGS)

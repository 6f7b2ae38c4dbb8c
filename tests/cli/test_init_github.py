"""`laneshift init --github` as people call it, and what a workflow does when its steps are run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from laneshift.runs.proposing.github import FOLDER, chosen
from tests.repo.builders import commit_files, git_cli
from tests.runs.proposing.workflow_rules import steps
from tests.toy import environment, laneshift, toy


def _shell(folder: Path, script: str, **variables: str) -> subprocess.CompletedProcess[str]:
    bin_folder = folder.parent / "bin"
    bin_folder.mkdir(exist_ok=True)
    command = bin_folder / "laneshift"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m laneshift "$@"\n')
    command.chmod(0o755)
    path = os.pathsep.join((str(bin_folder), str(Path(sys.executable).parent), os.environ["PATH"]))
    own = environment({"PATH": path, "RUNNER_TEMP": str(folder.parent), **variables})
    argv = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script]
    return subprocess.run(argv, cwd=folder, env=own, capture_output=True, text=True, check=False)


def _script(name: str, *titles: str) -> str:
    [found] = chosen((name,))
    by_title = {step.get("name"): step.get("run", "") for step in steps(yaml.safe_load(found.text()))}
    return "\n".join(by_title[title] for title in titles)


def test_shown_written_and_left_alone(tmp_path: Path) -> None:
    path = toy(tmp_path / "repo")
    shown = laneshift(path, "init", "--github", "--json")
    assert (shown.code, shown.data["next"]) == (0, "laneshift init --github --write")
    assert [row["written"] for row in shown.data["files"]] == [False] * 7
    assert not (path / FOLDER).exists()
    written = laneshift(path, "init", "--github", "--write")
    assert f"{FOLDER}/laneshift-bench-nightly.yml: written" in written.out
    assert "  it needs: [bench] command" in written.out
    assert {each.name for each in (path / FOLDER).iterdir()} == {Path(each.path).name for each in chosen(())}
    (path / FOLDER / "laneshift-keys.yml").write_text("on: push\n")
    other = laneshift(path, "init", "--workflow", "keys", "--workflow", "audit", "--write", "--json")
    assert (other.code, other.data["error"]["code"]) == (2, "init.exists")
    assert not (path / FOLDER / "laneshift-audit.yml").exists()


def test_the_gates_of_a_pull_request_run(tmp_path: Path) -> None:
    path = toy(tmp_path / "repo")
    base = git_cli(path, "rev-parse", "HEAD")
    commit_files(path, {"labs/stays.py": "def answer():\n    return 6 * 7\n", "notes; touch x.md": "hostile\n"})
    titles = ("Imports", "Waivers", "The changed modules, as a batch that moves nothing", "Every gate on each of them")
    done = _shell(path, _script("gates", *titles), BASE=base)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "total:1 done: 1" in done.stdout
    commit_files(path, {"labs/stays.py": "def answer():\n    return 43\n"})
    red = _shell(path, _script("gates", *titles[2:]), BASE=base)
    assert red.returncode == 1, red.stdout + red.stderr


def test_imports_are_judged_where_there_are_rules(tmp_path: Path) -> None:
    path = toy(tmp_path / "repo")
    rules = (path / "laneshift.toml").read_text()
    strict = rules.replace('level = "experimental"', 'level = "experimental"\nmay_import = ["labs"]')
    base = commit_files(path, {"laneshift.toml": strict})
    assert _shell(path, _script("gates", "Imports"), BASE=base).returncode == 0
    commit_files(path, {"labs/stays.py": "import core.app\n\n\ndef answer():\n    return core.app.run()\n"})
    red = _shell(path, _script("gates", "Imports"), BASE=base)
    assert (red.returncode, "labs" in red.stdout) == (1, True), red.stdout + red.stderr
    base = commit_files(path, {"laneshift.toml": rules.replace('may_import = ["core", "labs"]\n', "")})
    none = _shell(path, _script("gates", "Imports"), BASE=base)
    assert (none.returncode, "::notice::no lane says" in none.stdout) == (0, True), none.stdout + none.stderr


def test_the_age_of_exported_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANESHIFT_KEYS", str(tmp_path / "keys"))
    path = toy(tmp_path / "repo")
    script = _script("keys", "How old they are")
    assert "no ring at" in _shell(path, script).stdout
    assert laneshift(path, "keys", "rotate", "--reason", "the first keys").code == 0
    assert laneshift(path, "keys", "export", "--out", ".laneshift/ring.json").code == 0
    monkeypatch.setenv("LANESHIFT_KEYS", str(tmp_path / "elsewhere"))
    assert _shell(path, script).stdout.count(": quiet: 0 days old") == 2
    ring = path / ".laneshift/ring.json"
    kept = json.loads(ring.read_text())
    for days, code, said in ((85, 0, "::warning::journal: due"), (91, 1, "::error::journal: overdue")):
        aged = [{**key, "created": key["created"] - days * 86_400_000} for key in kept["keys"]]
        ring.write_text(json.dumps({**kept, "keys": aged}))
        late = _shell(path, script)
        assert (late.returncode, said in late.stdout) == (code, True), late.stdout + late.stderr
    ring.write_text("{}")
    assert _shell(path, script).returncode != 0


def test_exports_that_are_no_names_of_batches(tmp_path: Path) -> None:
    (tmp_path / "repo/attestations").mkdir(parents=True)
    out = tmp_path / "out"
    script = _script("attestations", "Which landings are exported")
    assert _shell(tmp_path / "repo", script, GITHUB_OUTPUT=str(out)).returncode == 0
    assert out.read_text() == "batches=[]\n"
    (tmp_path / "repo/attestations/core.jsonl").touch()
    assert _shell(tmp_path / "repo", script, GITHUB_OUTPUT=str(out)).returncode == 0
    assert out.read_text().splitlines()[-1] == 'batches=["core"]'
    (tmp_path / "repo/attestations/a b.jsonl").touch()
    assert "no names of batches" in _shell(tmp_path / "repo", script, GITHUB_OUTPUT=str(out)).stderr

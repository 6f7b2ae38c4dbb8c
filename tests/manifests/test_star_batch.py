"""From generated manifests over a report of stars to a batch that lands and is taken back, by the commands."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from laneshift.manifests.fields import FILE, only_manifests
from tests.repo.builders import commit_files, git_cli, repo_at
from tests.toy import laneshift, tree_of

CONFIG = """
workers = 1

[lanes.acme]
paths = ["acme/**"]

[tests]
item_seconds = 600
suite_seconds = 600

[tests.environment]
PYTEST_DISABLE_PLUGIN_AUTOLOAD = "1"
"""
FILES = {f"acme/{name}/__init__.py": f'"""{name}."""\n' for name in ("auth", "memory", "web", "cli", "io", "base")} | {
    "acme/__init__.py": "",
    "laneshift.toml": CONFIG,
    "tests/test_web.py": "import acme.web\n\n\ndef test_web():\n    assert acme.web.__doc__\n",
    # All that speaks about the module is passed over where the item is alone: no test of it can have passed.
    "tests/test_memory.py": "import pytest\n\nimport acme.memory\n\n\n"
    "@pytest.mark.skipif(bool(acme.memory), reason='needs a database')\ndef test_memory():\n    assert acme.memory\n",
}


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    path = tmp_path / "repo"
    repo_at(path, FILES)
    git_cli(path, "config", "user.name", "Ada Planner")
    git_cli(path, "config", "user.email", "ada@example.org")
    return path


def done(repo: Path, *words: str) -> Any:
    """What a command that has to end well tells."""
    ended = laneshift(repo, *words, "--json")
    assert ended.code == 0, ended.out + ended.err
    return ended.data


def test_promotions_land_where_no_test_passes_for_the_module_alone(repo: Path) -> None:
    done(repo, "manifest", "generate", "--all")
    manifest = repo / "acme/memory" / FILE
    told = json.loads(manifest.read_text())
    told["matriz_integration"] = {"status": "partial", "pipeline_nodes": ["memory"]}
    manifest.write_text(json.dumps(told, indent=2) + "\n")
    git_cli(repo, "add", "-A")
    git_cli(repo, "commit", "-q", "-m", "manifests")
    report = done(repo, "report", "stars", "--out", "constellation")
    assert [(each["path"], each["to"]) for each in report["promotions"]] == [("acme/memory", "Trail")]
    git_cli(repo, "add", "-A")
    git_cli(repo, "commit", "-q", "-m", "constellation")
    base = tree_of(repo)

    plan = done(repo, *report["next"].split()[1:])["plan"]
    done(repo, "canary", plan)
    done(repo, "run", plan)
    [item] = done(repo, "inspect", plan)["items"]
    steps = {each["step"]: each for each in done(repo, "inspect", plan, item["id"])["steps"]}
    assert steps["test"]["status"] == "not_applicable"
    assert "manifests change no code" in steps["test"]["summary"]
    verdicts = {each["gate"]: each["status"] for each in steps["gates"]["seen"]["verdicts"]}
    assert (verdicts["self-report"], verdicts["smoke"], verdicts["data"]) == ("passed", "not_applicable", "passed")
    done(repo, "land", plan)
    landed = json.loads(git_cli(repo, "show", f"main:acme/memory/{FILE}"))
    assert landed["constellation_alignment"]["primary_star"] == "Trail"
    assert landed["matriz_integration"] == told["matriz_integration"]
    assert done(repo, "verify", plan)["trees"] == 1
    done(repo, "rollback", "promotions")
    assert tree_of(repo, "main") == base


def test_only_manifests_are_excused_from_tests() -> None:
    assert only_manifests([FILE, f"acme/io/{FILE}"])
    assert not only_manifests([])
    assert not only_manifests([f"acme/{FILE}", "acme/io.py"])
    assert not only_manifests([f"acme/old-{FILE}", f"acme/{FILE}/x.py"])


def test_tests_that_every_item_asks_for_are_run_for_manifests_too(repo: Path) -> None:
    always = CONFIG.replace("[tests]\n", '[tests]\nalways = ["tests/test_web.py"]\n')
    commit_files(repo, {"laneshift.toml": always, "tests/test_web.py": "def test_web():\n    assert not 'red'\n"})
    batch = {"items": [{"kind": "manifest", "module": "acme.memory", "src": "acme/memory"}]}
    (repo / ".git/one.json").write_text(json.dumps(batch))
    plan = done(repo, "plan", ".git/one.json")["plan"]
    laneshift(repo, "run", plan, "--json")
    [item] = done(repo, "inspect", plan)["items"]
    steps = {each["step"]: each for each in done(repo, "inspect", plan, item["id"])["steps"]}
    assert (steps["test"]["status"], steps["test"]["summary"]) == ("errored", "no test passed, before or after")

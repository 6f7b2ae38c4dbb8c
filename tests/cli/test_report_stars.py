"""`laneshift report stars` and `laneshift manifest lint-rules` from outside: files, documents, exit codes, a batch."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from tests.cli.one_process import here
from tests.repo.builders import commit_files, git_cli, repo_at, write_files
from tests.toy import Done, laneshift

MANIFEST = {
    "schema_version": "1.2.0",
    "module": {"name": "acme.memory", "path": "acme/memory", "type": "package"},
    "matriz_integration": {"status": "partial", "pipeline_nodes": ["memory"]},
    "testing": {"quality_tier": "T2_important"},
    "metadata": {"owner": "=cmd"},
}
FILES = {f"acme/{name}/__init__.py": f'"""{name}."""\n' for name in ("auth", "memory", "web", "cli", "io", "base")}
FILES |= {"acme/__init__.py": "", "acme/memory/module.manifest.json": json.dumps(MANIFEST, indent=4)}
FILES |= {"tests/test_all.py": "import acme.memory\n\n\ndef test_all():\n    assert acme.memory\n"}
OWN = "[stars]\nrules = 'team/rules.toml'\n"


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    path = tmp_path / "repo"
    repo_at(path, FILES)
    git_cli(path, "config", "user.name", "Ada Planner")
    git_cli(path, "config", "user.email", "ada@example.org")
    return path


def run(repo: Path, *words: str) -> Done:
    return here([*words, "-C", str(repo)])


def rule(match: str, star: str = "Watch") -> str:
    return f"[[rules]]\nstar = '{star}'\nkind = 'path_regex'\nmatch = '{match}'\n"


def test_a_path_and_a_node_are_promoted_and_the_batch_can_be_planned(
    repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    summary = tmp_path / "summary.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    done = run(repo, "report", "stars", "--out", "constellation", "--github-summary", "--json")
    assert done.code == 0, done.err
    schema = json.loads(files("laneshift.reports").joinpath("stars.schema.json").read_text(encoding="utf-8"))
    told = done.data
    assert list(Draft202012Validator(schema).iter_errors(told)) == []
    assert [(each["path"], each["to"], each["confidence"]) for each in told["promotions"]] == [
        ("acme/memory", "Trail", "0.7000")
    ]
    assert done.data["next"] == "laneshift plan constellation/promotions.json"
    written = {path: (repo / path).read_bytes() for path in done.data["files"]}
    assert summary.read_text(encoding="utf-8").startswith("# Constellation")
    again = run(repo, "report", "stars", "--out", "constellation")
    assert again.code == 0
    assert "1 promotion(s)" in again.out
    assert written == {path: (repo / path).read_bytes() for path in written}
    planned = laneshift(repo, "plan", "constellation/promotions.json", "--json")
    assert planned.code == 0, planned.out


def test_a_greedy_rule_is_stopped_and_no_batch_is_written(repo: Path) -> None:
    greedy = "".join(rule(match) for match in ("^acme", "a")) + "[thresholds]\nmin_suggest = 0.3\n"
    greedy += "min_autopromote = 0.4\n"
    files = {"laneshift.toml": OWN + "[ceilings]\nper_star = 2\n", "team/rules.toml": greedy}
    commit_files(repo, {**files, "out/promotions.json": "{}", "out/mine.py": "X = 1\n"})
    done = run(repo, "report", "stars", "--out", "out", "--json")
    assert done.code == 1
    assert [fault["where"] for fault in done.data["ceilings"]] == ["ceilings.per_star", "ceilings.supporting_floor"]
    assert "7 items, the limit is 2" in done.data["ceilings"][0]["what"]
    assert "out/promotions.json" not in done.data["files"]
    assert "out/CONSTELLATION.md" in done.data["files"]
    assert not (repo / "out/promotions.json").exists()
    assert (repo / "out/mine.py").exists()


def test_lint_finds_rules_that_hit_nothing_and_everything_and_what_cannot_be_used(repo: Path) -> None:
    assert run(repo, "manifest", "lint-rules").code == 0
    bad = rule("nowhere") + rule("^acme") + rule("(") + rule("(e+)+mory") + rule("/auth$", star="guardian")
    write_files(repo, {"laneshift.toml": OWN, "team/rules.toml": bad})
    done = run(repo, "manifest", "lint-rules", "--json")
    assert done.code == 1
    assert sorted(fault["code"] for fault in done.data["faults"]) == [
        "stars.bad-regex",
        "stars.catastrophic-regex",
        "stars.hits-everything",
        "stars.never-hits",
        "stars.not-canonical",
    ]
    refused = run(repo, "report", "stars", "--json")
    assert (refused.code, refused.data["error"]["code"]) == (2, "stars.bad-rules")


@pytest.mark.parametrize(
    ("change", "arguments", "code", "name"),
    [
        ({"laneshift.toml": "[stars]\ncanon = 'none.toml'\n"}, (), 2, "stars.no-such-file"),
        ({}, ("--github-summary",), 2, "report.no-summary"),
        ({}, ("--out", "../outside"), 2, "repo.bad-path"),
    ],
)
def test_what_is_wrong_is_refused(
    repo: Path,
    monkeypatch: pytest.MonkeyPatch,
    change: dict[str, str | bytes | None],
    arguments: tuple[str, ...],
    code: int,
    name: str,
) -> None:
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    write_files(repo, change)
    done = run(repo, "report", "stars", "--json", *arguments)
    assert (done.code, done.data["error"]["code"]) == (code, name)


def test_a_manifest_that_cannot_be_read_is_told_and_is_no_pass(repo: Path) -> None:
    write_files(repo, {"acme/web/module.manifest.json": "{", "acme/io/module.manifest.json": star("Trial")})
    done = run(repo, "report", "stars", "--json")
    assert done.code == 1
    assert [(fault["code"], fault["where"]) for fault in done.data["unread"]] == [
        ("stars.unknown-star", "acme/io/module.manifest.json"),
        ("stars.bad-manifest", "acme/web/module.manifest.json"),
    ]
    assert done.data["unread"][0]["cure"] == "did you mean 'Trail'?"
    assert done.data["modules"] == 5


def star(name: str) -> str:
    return json.dumps({"constellation_alignment": {"primary_star": name}})

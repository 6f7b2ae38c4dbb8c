"""`laneshift lanes` from outside: words, documents, exit codes, and what is written."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.repo.builders import commit_files, git_cli, repo_at, write_files
from tests.toy import environment, laneshift

LANES = """\
[lanes.labs]
paths = ["labs/**"]
level = "experimental"
owners = ["research"]
[lanes.core]
paths = ["core/**"]
may_import = []
owners = ["platform"]
lint = ["python", "-m", "compileall", "-q"]
"""
FILES = {
    "laneshift.toml": LANES,
    "labs/__init__.py": '"""Trials."""\n',
    "labs/a.py": '"""One."""\nX = 1\n',
    "core/__init__.py": '"""What others build on."""\n',
    "core/old.py": "\nimport labs.a\n\n\ndef f():\n    return 1\n",
    "tests/test_a.py": "from labs import a\n\n\ndef test_a():\n    assert a.X\n",
}


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    path = tmp_path / "repo"
    repo_at(path, FILES)
    return path


def test_check_shows_the_chain_and_only_what_is_new_fails_against_a_base(repo: Path) -> None:
    done = laneshift(repo, "lanes", "check")
    assert done.code == 1
    assert "  static: lane core may not import lane labs: core/old.py:2 -> labs/a.py" in done.out.splitlines()
    assert "checked 5 of 5 Python file(s)" in done.out
    assert laneshift(repo, "lanes", "check", "--base", "HEAD").code == 0
    bad = "x; import json; print 1\n"
    write_files(repo, {"core/new.py": "def f():\n    from labs.a import X\n", "core/bad.py": bad})
    found = laneshift(repo, "lanes", "check", "--base", "HEAD", "--json")
    assert found.code == 1
    assert [each["chain"] for each in found.data["new"]] == [
        [{"importer": "core/new.py", "imported": "labs/a.py", "line": 2, "kind": "static"}]
    ]
    assert len(found.data["known"]) == 1
    assert list(found.data["coverage"]["scanned"]) == ["core/bad.py"]


def test_any_tree_is_checked_without_a_checkout(repo: Path, tmp_path: Path) -> None:
    tree = git_cli(repo, "rev-parse", "HEAD^{tree}")
    commit_files(repo, {"core/old.py": ""}, "clean")
    assert laneshift(repo, "lanes", "check").code == 0
    assert laneshift(repo, "lanes", "check", "--tree", tree).code == 1
    bare = tmp_path / "bare.git"
    git_cli(tmp_path, "clone", "-q", "--bare", str(repo), str(bare))
    assert laneshift(bare, "lanes", "check").code == 0
    assert laneshift(bare, "lanes", "check", "--tree", "HEAD~1").code == 1


def test_rules_and_list_are_those_of_the_base_so_a_change_cannot_loosen_them(repo: Path) -> None:
    assert laneshift(repo, "lanes", "baseline").code == 0
    base = commit_files(repo, {}, "known")
    path = repo / ".laneshift/lanes-baseline.txt"
    known = path.read_text()
    sly = known + "direct\tcore\tlabs\tcore/sly.py\tlabs/a.py\n"
    write_files(repo, {"core/sly.py": "import labs.a\n", str(path.relative_to(repo)): sly})
    write_files(repo, {"laneshift.toml": LANES.replace("may_import = []", 'may_import = ["labs"]')})
    done = laneshift(repo, "lanes", "check", "--base", base, "--json")
    assert done.code == 1
    assert [each["edge"] for each in done.data["new"]] == [["core/sly.py", "labs/a.py"]]
    assert done.data["grown"] == [["direct", "core", "labs", "core/sly.py", "labs/a.py"]]


def test_the_baseline_only_shrinks(repo: Path) -> None:
    first = laneshift(repo, "lanes", "baseline", "--json").data
    assert first["next"] == (
        "git add .laneshift/lanes-baseline.txt && git commit -m 'build(core): list what stands against the lanes today'"
    )
    assert (first["count"], first["before"], first["written"]) == (1, None, True)
    again = laneshift(repo, "lanes", "baseline", "--json").data
    assert (again["written"], again["next"]) == (False, first["next"]), "a list that nobody committed does not count"
    commit_files(repo, {}, "known")
    assert laneshift(repo, "lanes", "baseline", "--json").data["next"] == "laneshift lanes check"
    assert laneshift(repo, "lanes", "check").code == 0
    assert laneshift(repo, "lanes", "baseline", "--json").data["written"] is False
    write_files(repo, {"core/new.py": "import labs.a\n"})
    grown = laneshift(repo, "lanes", "baseline", "--json")
    assert (grown.code, grown.data["error"]["code"]) == (1, "lanes.would-grow")
    write_files(repo, {"core/new.py": None, "core/old.py": None})
    assert laneshift(repo, "lanes", "baseline", "--json").data["count"] == 0
    assert (repo / ".laneshift/lanes-baseline.txt").read_text().count("\n") == 1


def test_a_known_violation_may_travel_inside_its_lane(repo: Path) -> None:
    laneshift(repo, "lanes", "baseline")
    base = commit_files(repo, {}, "known")
    text = (repo / "core/old.py").read_text()
    commit_files(repo, {"core/deep/__init__.py": "", "core/deep/old.py": text, "core/old.py": None}, "move")
    assert laneshift(repo, "lanes", "check", "--base", base).code == 0
    commit_files(repo, {"core/copy.py": text}, "copy")
    assert laneshift(repo, "lanes", "check", "--base", base).code == 1


def test_nothing_to_check_and_nothing_to_check_against_are_errors(tmp_path: Path) -> None:
    empty, plain = tmp_path / "empty", tmp_path / "plain"
    repo_at(empty, {"laneshift.toml": LANES, "README.md": "x"})
    repo_at(plain, {"a/b.py": "X = 1\n"})
    for path, code, name in ((empty, 1, "lanes.nothing-checked"), (plain, 2, "lanes.no-rules")):
        done = laneshift(path, "lanes", "check", "--json")
        assert (done.code, done.data["error"]["code"]) == (code, name)
    listed = laneshift(plain, "lanes", "baseline", "--json")
    assert (listed.code, listed.data["error"]["code"]) == (2, "lanes.no-rules"), "none known is not none looked for"
    assert not (plain / ".laneshift").exists()


def test_contracts_of_import_linter_are_checked_beside_the_lanes(repo: Path) -> None:
    text = "[importlinter]\nroot_packages =\n    core\n    labs\n"
    text += "[importlinter:contract:a]\nname = apart\ntype = forbidden\n"
    write_files(repo, {".importlinter": f"{text}source_modules = core\nforbidden_modules = labs\n"})
    done = laneshift(repo, "lanes", "check")
    assert done.code == 1
    assert "contract 'apart' (forbidden): broken" in done.out
    assert "  core may not import labs: core.old -> labs.a (l.2)" in done.out
    base = commit_files(repo, {}, "contracts")
    assert laneshift(repo, "lanes", "check", "--base", base).code == 0
    theirs = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()", "--no-cache"],
        cwd=repo, env=environment({"PYTHONPATH": str(repo)}), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "apart BROKEN" in theirs.stdout


def test_explain_shows_lines_and_docs_are_the_same_the_second_time(repo: Path) -> None:
    done = laneshift(repo, "lanes", "explain", "core", "labs.a")
    assert done.out.splitlines()[:2] == ["static, 1 import(s):", "  core/old.py:2 -> labs/a.py"]
    assert laneshift(repo, "lanes", "explain", "core", "nowhere").code == 2
    assert laneshift(repo, "lanes", "docs", "--json").data["written"] is True
    text = (repo / "README_LANES.md").read_bytes()
    assert laneshift(repo, "lanes", "docs", "--json").data["written"] is False
    assert (repo / "README_LANES.md").read_bytes() == text


def test_manifests_are_generated_validated_and_generated_again(repo: Path) -> None:
    assert laneshift(repo, "lanes", "manifest", "validate").code == 1
    assert laneshift(repo, "lanes", "manifest", "generate", "--json").data["changed"] == [
        "core/module.lane.yaml", "labs/module.lane.yaml",
    ]  # fmt: skip
    assert laneshift(repo, "lanes", "manifest", "generate", "--json").data["changed"] == []
    assert laneshift(repo, "lanes", "manifest", "validate").code == 0
    write_files(repo, {"core/module.lane.yaml": "name: &x core\nlane: !!str core\n"})
    hostile = laneshift(repo, "lanes", "manifest", "validate", "core", "--json")
    assert hostile.code == 1
    assert len(hostile.data["error"]["faults"]) == 2


def test_promotion_tries_every_criterion_and_runs_the_lint_command(repo: Path) -> None:
    laneshift(repo, "lanes", "manifest", "generate")
    commit_files(repo, {}, "manifests")
    done = laneshift(repo, "lanes", "promote", "--check", "labs.a", "--json")
    assert done.code == 0, done.out
    statuses = {each["name"]: each["status"] for each in done.data["criteria"]}
    assert statuses.pop("coverage") == statuses.pop("performance") == "not_applicable"
    assert set(statuses.values()) == {"passed"}
    (repo / "c.json").write_text(json.dumps({"files": {}}))
    commit_files(repo, {"labs/a.py": '"""One."""\nX = (\n'}, "broken")
    broken = laneshift(repo, "lanes", "promote", "--check", "labs/a.py", "--coverage", "c.json", "--json")
    assert broken.code == 1
    assert {each["name"]: each["status"] for each in broken.data["criteria"]}["lint"] == "failed"
    assert broken.data["next"] == "laneshift lanes promote --check labs/a.py --to core"


def test_the_name_of_a_file_begins_no_line_of_its_own(repo: Path) -> None:
    write_files(repo, {"core/n\n0 new violation(s), 9 known.py": "import labs.a\n"})
    done = laneshift(repo, "lanes", "check")
    assert done.code == 1
    assert not [line for line in done.out.splitlines() if line.startswith("0 new")]
    explained = laneshift(repo, "lanes", "explain", "core/n\n0 new violation(s), 9 known.py", "labs/a.py")
    assert not [line for line in explained.out.splitlines() if line.startswith("0 new")]

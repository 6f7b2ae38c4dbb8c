"""`laneshift manifest` as people use it: words, JSON, exit codes, and a kill in the middle of writing."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from laneshift.cli.app import app
from laneshift.manifests.document import read
from laneshift.manifests.generating import chosen_units, generate
from laneshift.manifests.validator import is_valid
from laneshift.manifests.world import world_of
from laneshift.runs.manifesting import batch_of
from tests.manifests.test_derive import FILES
from tests.manifests.test_migrating import OLD
from tests.repo.builders import git_cli, repo_at
from tests.toy import Done, environment, laneshift

ALL = ("core", "core/plain", "labs")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    repo_at(tmp_path, FILES)
    return tmp_path


def manifest(path: Path, *arguments: str, code: int = 0) -> Any:
    """One command in this process, which is what takes least time; its JSON document."""
    done = CliRunner().invoke(app, ["manifest", *arguments, "-C", str(path), "--json"])
    assert done.exit_code == code, done.output
    return json.loads(done.stdout)


def test_generate_writes_once_and_says_so_when_nothing_changes(path: Path) -> None:
    assert len(manifest(path, "generate", "--all", "--dry-run")["written"]) == 3
    assert not (path / "core/module.manifest.json").exists()
    first = manifest(path, "generate", "--all")
    assert (first["written"], first["next"]) == (
        [f"{folder}/module.manifest.json" for folder in ALL],
        "laneshift manifest validate",
    )
    files = {folder: (path / folder / "module.manifest.json").read_bytes() for folder in ALL}
    second = laneshift(path, "manifest", "generate", "--all")
    assert (second.code, second.out.splitlines()[0]) == (
        0,
        "nothing changes; 3 module(s): 0 written, 3 right as they are, 0 failed, 0 refused",
    )
    (path / ".git/laneshift/manifests/settled.json").unlink()
    third = manifest(path, "generate", "--all")
    assert (third["changed"], third["same"]) == (False, 3)
    assert {folder: (path / folder / "module.manifest.json").read_bytes() for folder in ALL} == files


def test_a_change_after_a_settled_run_is_seen(path: Path) -> None:
    manifest(path, "generate", "--all")
    (path / "core/plain/words.py").write_text("def phrase(): ...\n")
    assert manifest(path, "generate", "--all")["written"] == ["core/plain/module.manifest.json"]
    text = (
        (path / "core/module.manifest.json")
        .read_text()
        .replace('"core/', '"elsewhere/')
        .replace('"core"', '"other"', 1)
    )
    (path / "core/module.manifest.json").write_text(text)
    assert manifest(path, "generate", "--all")["written"] == ["core/module.manifest.json"]
    assert manifest(path, "generate", "labs")["same"] == 1


def test_validate_names_every_fault_at_once(path: Path) -> None:
    assert manifest(path, "validate", code=1)["error"]["code"] == "manifest.nothing-checked"
    manifest(path, "generate", "--all")
    assert manifest(path, "validate", "--strict", "--roundtrip")["manifests"] == 3
    (path / "labs/module.manifest.json").write_text('{"schema_version": "1.2.0", "module": {"name": "labs"}, "x": 1}')
    (path / "core/plain/module.manifest.json").write_text((path / "core/module.manifest.json").read_text())
    (path / "core/deep").mkdir()
    (path / "core/deep/module.manifest.json").write_text("{}{")
    error = manifest(path, "validate", code=1)["error"]
    assert {fault["where"] for fault in error["faults"]} == {
        "core/deep/module.manifest.json",
        "core/plain/module.manifest.json",
        "labs/module.manifest.json",
    }
    assert len(error["faults"]) >= 4
    assert manifest(path, "validate", "core/module.manifest.json")["manifests"] == 1


def test_validate_strict_finds_what_the_code_says_otherwise_by_now(path: Path) -> None:
    manifest(path, "generate", "--all")
    (path / "labs/parts.py").write_text("class Piece: ...\n")
    assert manifest(path, "validate")["manifests"] == 3
    faults = manifest(path, "validate", "--strict", code=1)["error"]["faults"]
    assert {fault["code"] for fault in faults} == {"manifest.stale"}
    assert "labs/module.manifest.json" in {fault["where"] for fault in faults}


def test_diff_shows_what_generate_would_change(path: Path) -> None:
    manifest(path, "generate", "--all")
    assert manifest(path, "diff")["would_change"] == []
    (path / "core/plain/words.py").write_text("def phrase(): ...\n")
    told = manifest(path, "diff", "core/plain", code=1)
    assert '-      "words.word"\n+      "words.phrase"\n' in told["diff"]


def test_coverage_counts_and_explains_every_missing_module(path: Path) -> None:
    (path / "core/Upper").mkdir()
    (path / "core/Upper/__init__.py").write_text("")
    manifest(path, "generate", "core", "labs")
    (path / "labs/module.manifest.json").write_text("{}")
    told = manifest(path, "coverage", code=1)
    assert (told["valid"], told["discovered"], told["share"]) == (2, 4, 0.5)
    reasons = {each["path"]: each["reason"] for each in told["missing"]}
    assert reasons["core/Upper"] == "its name has upper-case letters"
    assert reasons["labs"].startswith("its manifest is not valid")
    (path / "labs/module.manifest.json").unlink()
    assert {"path": "labs", "reason": "it has no manifest yet"} in manifest(path, "coverage", code=1)["missing"]


def test_coverage_of_nothing_is_an_error(tmp_path: Path) -> None:
    repo_at(tmp_path, {"README.md": "nothing\n"})
    assert manifest(tmp_path, "coverage", code=1)["error"]["code"] == "manifest.nothing"
    assert manifest(tmp_path, "generate", "--all", code=2)["error"]["code"] == "manifest.nothing"


def test_migrate_and_generate_take_older_manifests(path: Path) -> None:
    older = OLD.replace("labs.memory", "labs").replace("labs/memory", "labs")
    (path / "labs/module.manifest.json").write_text(older)
    (path / "core/module.manifest.json").write_text('{"schema_version": "7"}')
    assert "migrate" in laneshift(path, "manifest", "validate").err
    told = manifest(path, "migrate", "--all", code=1)
    assert (told["manifests"], told["migrated"], len(told["failed"])) == (2, ["labs/module.manifest.json"], 1)
    assert is_valid(read((path / "labs/module.manifest.json").read_bytes()))
    (path / "labs/module.manifest.json").write_text(older)
    assert manifest(path, "generate", "labs")["written"] == ["labs/module.manifest.json"]
    value = read((path / "labs/module.manifest.json").read_bytes())
    assert is_valid(value)
    assert value["exports"]["classes"] == ["parts.Part"]
    assert value["observability"]["logging"] == {"default_level": "INFO"}


def test_a_batch_of_what_is_to_change_can_be_planned(path: Path) -> None:
    git_cli(path, "config", "user.name", "Ada")
    git_cli(path, "config", "user.email", "ada@example.org")
    told = manifest(path, "generate", "--all", "--batch", "manifests.toml")
    assert (told["items"], told["manifests"], told["next"]) == (3, 3, "laneshift plan manifests.toml")
    assert manifest(path, "generate", "--all", "--batch", "wide.toml", "--depth", "1")["items"] == 2
    planned = laneshift(path, "plan", "manifests.toml", "--json")
    assert planned.code == 0, planned.out + planned.err
    assert planned.data["counts"]["ready"] == 3


@pytest.mark.parametrize(
    ("depth", "items"),
    [
        (0, {"a": ["a"], "a.b": ["a.b"], "a.b.c": ["a.b.c"], "a.n": ["a.n"], "e": ["e"]}),
        (1, {"a": ["a", "a.b", "a.b.c", "a.n"], "e": ["e"]}),
        (2, {"a": ["a"], "a.b": ["a.b", "a.b.c"], "a.n": ["a.n"], "e": ["e"]}),
        (3, {"a": ["a"], "a.b": ["a.b"], "a.b.c": ["a.b.c"], "a.n": ["a.n"], "e": ["e"]}),
    ],
)
def test_no_two_items_of_a_batch_regenerate_one_manifest(
    tmp_path: Path, depth: int, items: dict[str, list[str]]
) -> None:
    files = dict.fromkeys(["a/0first.py", "a/__init__.py", "a/b/__init__.py", "a/b/c/__init__.py", "a/n/x.py"], "")
    tree = repo_at(tmp_path, {**files, "e.py": "import a.n.x\n", "t/__init__.py": "import e\n"}).tree("HEAD")
    world = world_of(tree)
    made = generate(world, tree)
    made = replace(
        made, written={path: data for path, data in made.written.items() if path != "t/module.manifest.json"}
    )
    batch = tomllib.loads(batch_of(made, depth).decode())["items"]
    regenerated = {item["module"]: [unit.name for unit in chosen_units(world, [item["src"]])] for item in batch}
    assert regenerated == items


@pytest.mark.parametrize("arguments", [[], ["--all", "core"], ["../x"], ["core/Upper"]])
def test_wrong_usage_is_refused_and_writes_nothing(path: Path, arguments: list[str]) -> None:
    error = manifest(path, "generate", *arguments, code=2)["error"]
    assert error["cure"] or error["where"]
    assert git_cli(path, "status", "--porcelain") == ""


KILLED = """
import os, signal, sys
left = int(sys.argv.pop(1))
def ending(act):
    def once(*given, **named):
        global left
        left -= "staging" in os.fspath(given[0]) or "new/" in os.fspath(given[0])
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return act(*given, **named)
    return once
os.link, os.rename = ending(os.link), ending(os.rename)
from laneshift.__main__ import main
main()
"""


def killed_after(path: Path, acts: int) -> Done:
    """`manifest generate --all`, which kills itself for good before its next act of placing a file after so many."""
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(acts), "manifest", "generate", "--all"],
        cwd=path, env=environment(), capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    return Done(done.returncode, done.stdout, done.stderr)


def test_a_kill_in_the_middle_leaves_only_whole_files(tmp_path: Path) -> None:
    files = {f"p/m{number}/__init__.py": f"class C{number}: ...\n" for number in range(9)}
    repo_at(tmp_path, {"p/__init__.py": "", **files})
    half = ["p", *(f"p/m{number}" for number in range(5))]
    manifest(tmp_path, "generate", *half[1:])
    for folder in half[1:]:
        file = tmp_path / folder / "module.manifest.json"
        file.write_text(file.read_text().replace('"type": "package"', '"type": "module"'))
    before = {file: file.read_bytes() for file in tmp_path.rglob("*.manifest.json")}
    ends = []
    for acts in (0, 1, 6, 13, 20):
        done = killed_after(tmp_path, acts)
        ends.append(done.code)
        for file in tmp_path.rglob("*.manifest.json"):
            data = file.read_bytes()
            assert data == before.get(file) or is_valid(read(data)), file
    assert ends[:3] == [-9, -9, -9]
    manifest(tmp_path, "generate", "--all")
    assert manifest(tmp_path, "validate", "--strict")["manifests"] == 10
    assert git_cli(tmp_path, "status", "--porcelain", "--", ":!*.manifest.json") == ""


def test_after_a_kill_one_run_makes_them_all(tmp_path: Path) -> None:
    repo_at(tmp_path, {"p/__init__.py": "", **{f"p/m{number}/__init__.py": "" for number in range(9)}})
    assert killed_after(tmp_path, 5).code == -9
    left = sorted(tmp_path.rglob("*.manifest.json"))
    assert 0 < len(left) < 10
    assert manifest(tmp_path, "generate", "--all")["modules"] == 10
    assert manifest(tmp_path, "validate", "--strict")["manifests"] == 10

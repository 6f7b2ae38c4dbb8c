"""Every pinned input, changed after the plan: each later command stops, names the field, and tells both digests."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import laneshift
from laneshift.rollout.pins import ABSENT, FIELDS
from tests.cli.one_process import here, several
from tests.monorepo import BATCH
from tests.repo.builders import commit_files, git_cli
from tests.toy import QUICK, copy_of, records, refs, shop_at, toy, work_files

PINNED = f"""{QUICK}
[pins]
star_rules = "rules/stars.toml"
canon = ["rules/canon.json"]
schemas = "schemas/**"
"""
RULES = {"rules/stars.toml": "a = 1\n", "rules/canon.json": "{}\n", "schemas/one/x.json": "{}\n", "schemas/y.json": ""}
COMMANDS = (("canary", "batch"), ("approve", "batch"), ("run", "batch"), ("land", "batch"))
AS_JSON = [[*words, "--json"] for words in COMMANDS]


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with everything that can be pinned, planned by the command line. Never change it: take a copy."""
    path = toy(tmp_path_factory.mktemp("drift") / "repo", {"laneshift.toml": PINNED, **RULES})
    (path / ".git/batch.tsv").write_text(BATCH)
    [done] = several(path, [["plan", ".git/batch.tsv", "--json"]])
    assert done.code == 0, done.out
    return path


@pytest.fixture
def mine(planned: Path, tmp_path: Path) -> Path:
    """A copy of it for one test."""
    return copy_of(planned, tmp_path / "repo")


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str, str], dict[str, str]]:
    """Makes another laneshift, with one text of one file replaced; gives the environment that runs it."""
    own = Path(laneshift.__file__).parent

    def other(name: str, old: str, new: str) -> dict[str, str]:
        root = tmp_path_factory.mktemp("program")
        shutil.copytree(own, root / "laneshift")
        text = (root / "laneshift" / name).read_text()
        assert old in text
        (root / "laneshift" / name).write_text(text.replace(old, new))
        return {"PYTHONPATH": str(root)}

    return other


def grown(path: Path, name: str) -> None:
    """One byte more in a file, committed where it is tracked."""
    commit_files(path, {name: (path / name).read_text() + "\n"})


CHANGES: dict[str, Callable[[Path], object]] = {
    "batch": lambda path: (path / ".git/batch.tsv").write_text(BATCH + "\n"),
    "config": lambda path: grown(path, "laneshift.toml"),
    "star_rules": lambda path: grown(path, "rules/stars.toml"),
    "canon": lambda path: grown(path, "rules/canon.json"),
    "schemas": lambda path: grown(path, "schemas/one/x.json"),
    "base": lambda path: git_cli(path, "commit", "-q", "--amend", "--no-verify", "-m", "rewritten"),
}
PROGRAMS = {
    "gates": ("config/gates.py", '"imports", "smoke", "routes"', '"imports", "routes"'),
    "tool": ("__init__.py", '__version__ = "', '__version__ = "9'),
}


def refused(path: Path, env: dict[str, str] | None = None) -> dict[str, Any]:
    """The one error that every later command ends with, having changed nothing."""
    before = refs(path), work_files(path), len(records(path, "run.started"))
    ended = several(path, AS_JSON, env) if env else [here([*words, "-C", str(path)]) for words in AS_JSON]
    assert [done.code for done in ended] == [2] * len(COMMANDS), [done.out for done in ended]
    assert (refs(path), work_files(path), len(records(path, "run.started"))) == before
    errors = [done.data["error"] for done in ended]
    assert all(error == errors[0] for error in errors)
    assert errors[0]["code"] == "pins.drift"
    return dict(errors[0])


def test_every_field_is_tried() -> None:
    assert {*CHANGES, *PROGRAMS} == {*FIELDS}


@pytest.mark.parametrize("field", FIELDS)
def test_a_changed_input_stops_every_later_command(mine: Path, program: Any, field: str) -> None:
    pinned = shop_at(mine).plans.load("batch").pins[field]
    env = program(*PROGRAMS[field]) if field in PROGRAMS else None
    if env is None:
        CHANGES[field](mine)
    error = refused(mine, env)
    [fault] = error["faults"]
    [told] = records(mine, "pins.drifted")
    [drift] = told.facts["fields"]
    assert (fault["where"], drift["field"], drift["was"]) == (field, field, pinned)
    assert drift["now"] not in (pinned, "")
    assert fault["what"] == f"{field} was pinned as {pinned} and is {drift['now']} now"
    assert "laneshift plan .git/batch.tsv" in error["cure"]


def test_a_batch_that_is_gone_and_an_edited_lock_are_drift(mine: Path) -> None:
    (mine / ".git/batch.tsv").unlink()
    lock = mine / ".git/laneshift/laneshift.lock"
    pins = shop_at(mine).plans.load("batch").pins
    lock.write_text(lock.read_text().replace(pins["canon"], "sha256:" + 64 * "1"))
    faults = {fault["where"]: fault["what"] for fault in refused(mine)["faults"]}
    assert faults.keys() == {"batch", "canon"}
    assert faults["batch"].endswith(f"is {ABSENT} now")
    assert faults["canon"].endswith(f"is sha256:{64 * '1'} now")


def test_settings_that_were_not_committed_are_drift_and_cannot_be_planned_on(mine: Path) -> None:
    (mine / "laneshift.toml").write_text(PINNED + "# mine\n")
    assert [fault["where"] for fault in refused(mine)["faults"]] == ["config"]
    done = here(["plan", str(mine / ".git/batch.tsv"), "-C", str(mine), "--json"])
    assert (done.code, done.data["error"]["code"]) == (2, "config.not-committed")
    (mine / "laneshift.toml").write_text(PINNED)
    os.utime(mine / "laneshift.toml", (1, 1))
    [done] = several(mine, [["land", "batch", "--json"]])
    assert (done.code, done.data["landing"]["result"]) == (0, "nothing")


def test_what_is_not_pinned_may_change_and_a_lost_lock_is_told(mine: Path) -> None:
    commit_files(mine, {"labs/stays.py": "def answer():\n    return 42  # still\n", "rules/other.toml": ""})
    (mine / ".git/laneshift/laneshift.lock").unlink()
    (mine / ".git/batch.tsv").unlink()
    [done] = several(mine, [["land", "batch"]])
    assert (done.code, done.out.splitlines()[0]) == (0, "nothing is ready to land")
    assert "its digest counts" in done.err
    assert records(mine, "pins.drifted") == []


def test_the_lock_has_what_each_pin_stands_for_and_can_be_handed_around(mine: Path, tmp_path: Path) -> None:
    own_lock = str(tmp_path / "mine.lock")
    assert here(["plan", str(mine / ".git/batch.tsv"), "-C", str(mine), "--lock", own_lock]).code == 0
    own, whole = (tmp_path / "mine.lock").read_text(), (mine / ".git/laneshift/laneshift.lock").read_text()
    plan = shop_at(mine).plans.load("batch")
    for text in (own, whole):
        assert all(digest in text for digest in plan.pins.values())
        assert plan.base in text
        assert 'file = ".git/batch.tsv"' in text
        assert "schemas/**" in text
    assert own.count("made = ") == 1


def test_a_pin_of_what_is_not_there_is_refused(mine: Path) -> None:
    commit_files(mine, {"laneshift.toml": PINNED.replace("rules/canon.json", "rules/canonn.json")})
    done = here(["plan", str(mine / ".git/batch.tsv"), "-C", str(mine), "--json"])
    error = done.data["error"]
    assert (done.code, error["code"], error["faults"][0]["where"]) == (2, "pins.no-such-file", "pins.canon")

"""Regular expressions of a schema that may never come to an end hold no interpreter but one that is ended."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from laneshift.gates import apart
from laneshift.gates.data import Data
from laneshift.gates.patterns import expressions, is_plain
from laneshift.gates.verdict import Status, Verdict
from tests.gates.described import change_of, ports_of
from tests.repo.builders import repo_at

ENDLESS = "^(a+)+$"
TRAP = "a" * 64 + "!"
API = {"openapi": "3.1.0", "info": {"title": "x", "version": "1"}, "paths": {}}


def verdict_of(folder: Path, files: dict[str, str]) -> Verdict:
    repository = repo_at(folder / "repo", {"a.txt": ""})
    return Data().check(change_of(repository, files), ports_of(repository))


def conf(pattern: object, value: object) -> dict[str, str]:
    schema = {"properties": {"name": pattern}}
    return {"data/a.json": json.dumps({"$schema": "b.json", "name": value}), "data/b.json": json.dumps(schema)}


def api(pattern: str, default: str) -> dict[str, str]:
    schema = {"type": "string", "pattern": pattern, "default": default}
    return {"api.json": json.dumps({**API, "components": {"schemas": {"A": schema}}})}


@pytest.mark.parametrize(
    "files",
    [
        conf({"pattern": ENDLESS}, TRAP),
        conf({"patternProperties": {ENDLESS: True}, "unevaluatedProperties": False}, {TRAP: 1}),
        {**conf({"$ref": "c.json"}, TRAP), "data/c.json": json.dumps({"pattern": ENDLESS})},
        api(ENDLESS, TRAP),
    ],
    ids=["pattern", "unevaluated", "referred to", "default of an API"],
)
def test_an_endless_expression_is_ended_and_blocks(
    files: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apart, "SECONDS", 0.5)
    verdict = verdict_of(tmp_path, files)
    assert verdict.status is Status.ERRORED
    assert "take longer than" in verdict.reason


def test_what_may_be_endless_and_is_not_is_judged_as_ever(tmp_path: Path) -> None:
    good, bad = conf({"pattern": "^(ab|c)+$"}, "abc"), conf({"pattern": "^(ab|c)+$"}, "abd")
    assert verdict_of(tmp_path / "good", good).status is Status.PASSED
    failed = verdict_of(tmp_path / "bad", bad)
    assert failed.status is Status.FAILED
    assert "'abd' does not match '^(ab|c)+$' (at name)" in failed.reason
    broken = verdict_of(tmp_path / "broken", conf({"pattern": "^(ab"}, "abd"))
    assert broken.status is Status.ERRORED
    assert "is no valid JSON Schema: '^(ab' is not a 'regex'" in broken.reason


def test_plain_expressions_start_no_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "_WORKER", None)
    assert verdict_of(tmp_path, conf({"pattern": "^[a-z][a-z0-9-]*$"}, "a-b")).status is Status.PASSED


PLAIN = {
    "": True,
    "^x-": False,
    "^[a-z][a-z0-9-]*$": True,
    r"^\d{4}-\d{2}$": False,
    r"^[\w.]+$": True,
    "^a{0,100}b*c": False,
    r"\.json$": False,
    "a{2,9}$": True,
    "^.*$": True,
}
DOUBTFUL = [
    ENDLESS,
    "a*b",
    "^a*a*b",
    "^a{0,999}b*",
    "(a)",
    "a|b",
    "a?a?b",
    "^(?=a)",
    r"^(a)\1",
    r"\ba",
    "[[]a*",
    "^a?b?c?",
]


@pytest.mark.parametrize("expression", PLAIN)
def test_plain_expressions_take_time_in_proportion(expression: str) -> None:
    assert is_plain(expression)
    assert (re.search(expression, "a" * 500_000) is not None) is PLAIN[expression]
    assert (re.search(expression, "a" * 500_000 + "!\n!") is not None) is (expression == "")


@pytest.mark.parametrize("expression", DOUBTFUL)
def test_others_leave_doubts(expression: str) -> None:
    assert not is_plain(expression)


def test_expressions_are_found_wherever_they_stand() -> None:
    document = {"pattern": {"pattern": "a"}, "x": [{"patternProperties": {"b": {"pattern": "c"}, "d": 7}}], "y": "e"}
    assert set(expressions(document)) == {"a", "b", "c", "d"}

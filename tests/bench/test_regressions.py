"""The comparison of rules: what each says of clear cases, and that it ends badly when ours is wrong too often."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.regressions import collecting
from bench.regressions.__main__ import main
from bench.regressions.rules import Rule, bootstrap, fixed, mann_whitney, ours, stored


def comparison(kind: str, ratio: float) -> dict[str, object]:
    def times(factor: float, at: int) -> dict[str, list[float]]:
        return {"wall": [factor * (1 + at / 1000), factor * 1.5], "processor": [factor * (1 + at / 1000)]}

    pairs = [{"base": times(1.0, at), "candidate": times(ratio, 30 - at)} for at in range(30)]
    return {"kind": kind, "load": 1.0, "pairs": pairs}


@pytest.mark.parametrize(
    "rule", [ours("both"), ours("wall"), bootstrap, fixed, stored([1.25] * 30), mann_whitney(0.05, min)]
)
def test_each_rule_finds_what_is_plain(rule: Rule) -> None:
    assert rule(comparison("slower", 1.3)) == "regression"
    assert rule(comparison("same", 1.0)) == "none"


def _file(folder: Path, alarms: int, missed: int) -> str:
    same = [comparison("same", 1.3 if at < alarms else 1.0) for at in range(20)]
    slower = [comparison("slower", 1.0 if at < missed else 1.3) for at in range(20)]
    file = folder / "trials.jsonl"
    file.write_text("".join(json.dumps(each) + "\n" for each in [*same, *slower]), encoding="utf-8")
    return str(file)


@pytest.mark.parametrize(("alarms", "missed", "code"), [(0, 0, 0), (1, 1, 0), (2, 0, 1), (0, 2, 1)])
def test_it_ends_badly_when_a_goal_is_missed(
    alarms: int, missed: int, code: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--judge-only", _file(tmp_path, alarms, missed)]) == code
    told = capsys.readouterr().out
    assert f"(the default) | {alarms} of 20" in told
    assert "Mann-Whitney" in told


def test_collecting_goes_on_where_it_stopped(tmp_path: Path) -> None:
    file = tmp_path / "trials.jsonl"
    collecting.collect(file, 1, 1)
    first = file.read_text()
    assert [each["kind"] for each in collecting.read(file)] == ["same", "slower"]
    collecting.collect(file, 1, 1)
    assert file.read_text() == first
    [pair] = next(collecting.read(file))["pairs"]
    assert len(pair["base"]["wall"]) == collecting.REPEATS

"""The trend: what an earlier report told, differences with their sign, and reports that cannot be read."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laneshift.errors import CheckFailed
from laneshift.reports.health.data import data
from laneshift.reports.health.model import Figure, Health, Run, count, judged, rate
from laneshift.reports.health.pages import html, markdown
from laneshift.reports.health.trend import as_json, before, delta, earlier, share, with_history


def report(tree: str, findings: int, passed: int = 9) -> Health:
    ruff = judged("ruff", [count("findings", "findings", findings, 5)])
    return Health(tree * 40, 1_700_000_000, (ruff, judged("unit", [rate("passed", "tests that pass", passed, 10)])))


def written(of: Health) -> bytes:
    return json.dumps(data(of)).encode()


def test_a_second_run_tells_what_has_changed() -> None:
    first = report("a", 7)
    second = with_history(report("b", 4, 10), earlier(written(first), "latest.json"), 30)
    assert [run.tree for run in second.history] == ["a" * 40]
    figures = {f["name"]: (f["before"], f["delta"]) for each in data(second)["sections"] for f in each["figures"]}
    assert figures == {"findings": ("7", "-3"), "passed": ("9/10", "+10.0 points")}
    assert "Counts over time" in html(second)
    assert "&#45;3" in markdown(second)
    third = with_history(report("c", 4), earlier(written(second), "latest.json"), 30)
    assert [run.figures["ruff.findings"] for run in third.history] == ["7", "4"]
    assert "ruff.findings from 7 to 4" in html(third)


def test_the_same_tree_is_the_same_run() -> None:
    second = with_history(report("b", 4), earlier(written(report("a", 7)), ""), 30)
    again = with_history(report("b", 4), earlier(written(second), ""), 30)
    assert written(again) == written(second)


def test_only_so_many_runs_are_remembered() -> None:
    runs = tuple(Run(f"{at:040x}", at, True, {"ruff.findings": str(at)}) for at in range(9))
    assert [run.when for run in with_history(report("b", 1), runs, 3).history] == [6, 7, 8]


def test_no_report_is_the_first_run() -> None:
    assert earlier(None, "latest.json") == ()
    assert before(report("a", 1), "ruff.findings") == ""
    assert "over time" not in html(report("a", 1))


GOOD: dict[str, Any] = as_json(report("a", 1).run)
DAMAGED = {
    "empty": b"",
    "no JSON": b"{",
    "a list": b"[]",
    "null": b"null",
    "no history": b"{}",
    "no run": b'{"history": []}',
    "bytes": b"\xff\xfe",
    "deep": b"[" * 100_000,
    "no tree": json.dumps({"history": [{**GOOD, "tree": "x"}]}).encode(),
    "no time": json.dumps({"history": [{**GOOD, "when": "x"}]}).encode(),
    "no outcome": json.dumps({"history": [{**GOOD, "passes": 1}]}).encode(),
    "no figure": json.dumps({"history": [{**GOOD, "figures": {"a": "much"}}]}).encode(),
    "share of nothing": json.dumps({"history": [{**GOOD, "figures": {"a": "0/0"}}]}).encode(),
    "a number": json.dumps({"history": [{**GOOD, "figures": {"a": 1}}]}).encode(),
}


@pytest.mark.parametrize("kind", DAMAGED)
def test_a_damaged_report_is_no_first_run(kind: str) -> None:
    with pytest.raises(CheckFailed) as raised:
        earlier(DAMAGED[kind], "docs/latest.json")
    assert (raised.value.code, raised.value.where) == ("health.bad-trend", "docs/latest.json")


@given(st.integers(0, 999), st.integers(0, 999), st.integers(0, 999), st.integers(0, 999))
def test_differences_of_shares_are_exact_to_a_tenth(a: int, b: int, c: int, d: int) -> None:
    was, now = Figure("x", "x", a, a + b + 1), Figure("x", "x", c, c + d + 1)
    points = float(delta(was.told, now).removesuffix(" points"))
    assert abs(points - ((share(now.told) or 0) - (share(was.told) or 0))) <= 0.0500001
    assert delta(now.told, now) == "+0.0 points"


def test_numbers_and_shares_are_not_compared() -> None:
    assert delta("3", Figure("x", "x", 1, 2)) == ""
    assert delta("1/2", Figure("x", "x", 3)) == ""

"""What ruff prints: read where it proves a look, an error for everything else."""

from __future__ import annotations

import pytest

from laneshift.errors import CheckFailed
from laneshift.gates.sandbox import RunResult
from laneshift.reports.health.model import State
from laneshift.reports.health.ruff import Linted, Rule, read, section

CHECKED = "[DEBUG] Checked 3 files in: 1ms\n"
FOUND = '[\n  {"code": "F401", "name": "unused-import", "count": 2, "fixable": true, "fixable_count": 1},\n'
FOUND += '  {"code": null, "name": "invalid-syntax", "count": 1, "fixable": false, "fixable_count": 0}\n]\n'


def ran(output: str, code: int = 0, *, late: bool = False) -> RunResult:
    return RunResult(code, output, 1.0, late)


def test_rules_are_counted() -> None:
    linted = read(ran(f"warning: old setting\n{CHECKED}{FOUND}"))
    assert linted == Linted(3, (Rule("F401", "unused-import", 2, 1), Rule("", "invalid-syntax", 1, 0)))
    told = section(linted, 2)
    assert (told.state, told.reason) == (State.FAILED, "findings: 3, at most 2")
    assert told.rows == (("F401", 2), ("invalid-syntax", 1))
    assert section(linted, 3).state is State.PASSED


def test_silence_is_clean_only_with_proof_of_a_look() -> None:
    assert read(ran(CHECKED)) == Linted(3, ())


@pytest.mark.parametrize(
    "result",
    [
        ran(""),
        ran("[]\n"),
        ran(FOUND),
        ran("[DEBUG] Checked 0 files in: 1ms\n"),
        ran(f"{CHECKED}[\n  {{"),
        ran(f"{CHECKED}[\n  3\n]\n"),
        ran(f'{CHECKED}[\n{{"code": "F1", "name": "x", "count": -1, "fixable_count": 0}}]\n'),
        ran(f'{CHECKED}[\n{{"code": "F1", "name": "x", "count": true, "fixable_count": 0}}]\n'),
        ran(CHECKED + FOUND, 2),
        ran(CHECKED + FOUND, -9),
        ran(CHECKED + FOUND, late=True),
    ],
)
def test_anything_else_is_an_error(result: RunResult) -> None:
    with pytest.raises(CheckFailed) as raised:
        read(result)
    assert raised.value.code == "health.ruff"

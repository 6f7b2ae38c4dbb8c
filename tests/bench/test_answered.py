"""Whoever is timed has given an answer: a crash takes little time, and would win."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from bench.answered import answered
from bench.lanes_edited import AS_COMMAND
from bench.measure import timed
from laneshift.errors import CheckFailed


def _python(code: str) -> tuple[str, str, str]:
    return (sys.executable, "-c", code)


@pytest.mark.parametrize("code", [0, 1])
def test_what_was_found_is_an_answer(tmp_path: Path, code: int) -> None:
    assert timed(answered(_python(f"print('found'); raise SystemExit({code})")), tmp_path).printed == "found\n"


@pytest.mark.parametrize("code", ["raise RuntimeError", "print('x'); raise SystemExit(2)", "pass"])
def test_a_crash_is_none(tmp_path: Path, code: str) -> None:
    with pytest.raises(CheckFailed):
        timed(answered(_python(code)), tmp_path)
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git/edited").write_text("0\n")
    with pytest.raises(CheckFailed):
        timed(("sh", "-c", AS_COMMAND, "sh", *_python(code)), tmp_path)

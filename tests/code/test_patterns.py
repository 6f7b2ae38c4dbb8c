"""Patterns mean the same on every Python that laneshift runs on."""

from __future__ import annotations

import re
from pathlib import Path

import laneshift

# https://github.com/python/cpython/issues/106052, mended in 3.11.5
_GROUP_KEPT = re.compile(r"\)(?:[*+?]|\{[0-9,]+\})\+")


def test_no_pattern_repeats_a_group_possessively() -> None:
    found = [
        f"{path.name}:{number}: {line.strip()}"
        for path in sorted(Path(laneshift.__file__).parent.rglob("*.py"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if _GROUP_KEPT.search(line) and not line.lstrip().startswith("#")
    ]
    assert found == [], "write (?>(?:...)*) instead"


def test_the_check_sees_what_it_forbids() -> None:
    assert _GROUP_KEPT.search(r"'(?:[^'\\]|\\.)*+'")
    assert not _GROUP_KEPT.search(r"'[^']*+(?>(?:a|b)*)'")

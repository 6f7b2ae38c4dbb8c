"""From the lines of the tracer to the files that each test ran. Lines that cannot be read are passed over."""

from __future__ import annotations

import json
from collections.abc import Iterable


def read(lines: Iterable[bytes]) -> dict[str, frozenset[str]]:
    """Test id to files; a test that ran twice ran both. What a killed process left half written is not a line."""
    names: dict[int, list[str]] = {}
    found: dict[str, frozenset[str]] = {}
    for line in lines:
        try:
            told = json.loads(line)
            known = names.setdefault(told["pid"], [])
            known += [str(name) for name in told["new"]]
            ran = frozenset(known[number] for number in told["ran"])
            test = str(told["id"])
        except (ValueError, KeyError, IndexError, TypeError):
            continue
        found[test] = found.get(test, frozenset()) | ran
    return found

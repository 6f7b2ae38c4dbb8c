"""Which files are tests, and which of them hold what tests expect. Pure."""

from __future__ import annotations

import re

_NAME = re.compile(r"(?:test_.*|.*_tests?|tests?|conftest)\.pyi?\Z")
_FOLDERS = frozenset({"tests", "test", "testing", "__snapshots__", "snapshots", "testdata", "fixtures"})


def is_test(path: str) -> bool:
    """Whether tests, or what they lean on, stand in this Python file."""
    *above, name = path.split("/")
    return path.endswith((".py", ".pyi")) and (bool(_NAME.match(name)) or bool(_FOLDERS & {*above}))


def is_expected(path: str) -> bool:
    """Whether this is no Python, and lies where tests read what they expect."""
    return not path.endswith((".py", ".pyi")) and bool(_FOLDERS & {*path.split("/")[:-1]})

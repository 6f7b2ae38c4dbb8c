"""The JSON report of coverage.py, read without trusting it: totals that do not fit the lines are refused."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from laneshift.errors import Refused
from laneshift.reports.coverage.lines import Lines, Measured, not_a_report

_MOST_LINES = 10_000_000


def from_json(data: bytes, where: str) -> Measured:
    """The report in `data`. Raises `Refused` (`coverage.not-a-report`, `coverage.inconsistent`)."""
    try:
        told: Any = json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise not_a_report(where, f"it is not JSON: {error}") from error
    meta, files = _table(told, "meta", where), _table(told, "files", where)
    written, local = _written(meta.get("timestamp"), where)
    branch = meta.get("branch_coverage", False)
    if not isinstance(branch, bool):
        raise not_a_report(where, "meta.branch_coverage is neither true nor false")
    read = {name: _lines(name, _table(files, name, where), branch, where) for name in files}
    return Measured(f"coverage.py {meta.get('version', '')}".strip(), read, branch, written, local)


def _lines(name: str, told: dict[str, Any], branch: bool, where: str) -> Lines:
    run, missing, excluded = (
        _numbers(told.get(key, None if key != "excluded_lines" else []), f"{name}: {key}", where)
        for key in ("executed_lines", "missing_lines", "excluded_lines")
    )
    if run & missing:
        raise _odd(where, f"{name}: line {min(run & missing)} both ran and did not")
    summary = _table(told, "summary", where)
    counted = {"num_statements": len(run | missing), "covered_lines": len(run), "missing_lines": len(missing)}
    for key, count in counted.items():
        if summary.get(key, count) != count:
            raise _odd(where, f"{name}: summary.{key} is {summary.get(key)!r}, and its lines are {count}")
    branches, taken = _branches(name, summary, where) if branch else (0, 0)
    return Lines(run | missing, run, branches, taken, excluded)


def _branches(name: str, summary: dict[str, Any], where: str) -> tuple[int, int]:
    counts = summary.get("num_branches"), summary.get("covered_branches")
    whole, taken = counts
    if type(whole) is not int or type(taken) is not int or not 0 <= taken <= whole:
        raise _odd(where, f"{name}: {taken!r} of {whole!r} branches")
    return whole, taken


def _numbers(value: Any, name: str, where: str) -> frozenset[int]:
    if not isinstance(value, list) or not _are_lines(value):
        raise not_a_report(where, f"{name} is not a list of line numbers")
    return frozenset(value)


def _are_lines(values: Iterable[Any]) -> bool:
    return all(type(each) is int and 0 < each <= _MOST_LINES for each in values)


def _table(value: Any, key: str, where: str) -> dict[str, Any]:
    found = value.get(key) if isinstance(value, dict) else None
    if not isinstance(found, dict):
        raise not_a_report(where, f"it has no table {key!r}")
    return found


def _written(value: Any, where: str) -> tuple[float | None, bool]:
    """Seconds since the epoch, and whether the zone had to be guessed: coverage.py writes local time without one."""
    if value is None:
        return None, False
    try:
        when = datetime.fromisoformat(value)
        zoned = when if when.tzinfo else when.replace(tzinfo=UTC)
        return zoned.timestamp(), when.tzinfo is None
    except (TypeError, ValueError, OverflowError) as error:
        raise not_a_report(where, f"meta.timestamp is {value!r}, which is no time") from error


def _odd(where: str, why: str) -> Refused:
    return Refused("coverage.inconsistent", "this coverage report contradicts itself", where=where, why=why)

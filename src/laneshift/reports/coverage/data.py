"""A report about coverage as plain data, in the shape of `coverage.schema.json`. Pure."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from laneshift.reports.coverage.report import Change, Count, Coverage, Group, Module

VERSION = "1.0"


def data(found: Coverage) -> dict[str, Any]:
    """The report; percentages are texts rounded down, so that equal reports are equal bytes."""
    return {key: _written(value) for key, value in _fields(found).items()}


def _fields(found: Coverage) -> dict[str, Any]:
    return {
        "schema_version": VERSION,
        "tree": found.tree,
        "source": found.source,
        "tool": found.tool,
        "branch": found.branch,
        "statements": _count(found.statements),
        "branches": _count(found.branches),
        "groups": [_group(each) for each in found.groups],
        "modules": [_module(each) for each in found.modules],
        "changes": None if found.changes is None else _changes(found),
        "left_out": list(found.left_out),
        "foreign": list(found.foreign),
        "faults": [each._asdict() for each in found.all_faults],
        "passes": found.passes,
    }


def _written(value: Any) -> Any:
    """The same with bytes of paths that are no text written out: JSON that others read holds none."""
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, list):
        return [_written(each) for each in value]
    return {key: _written(each) for key, each in value.items()} if isinstance(value, dict) else value


def _count(count: Count) -> dict[str, Any]:
    return {"all": count.all, "run": count.run, "percent": count.percent}


def _group(group: Group) -> dict[str, Any]:
    return {
        "name": group.asked.name,
        "modules": group.modules,
        "statements": _count(group.statements),
        "branches": _count(group.branches),
        "asked": _asked(group.asked.statements),
        "branches_asked": _asked(group.asked.branches),
        "recorded": None if group.recorded is None else _count(group.recorded),
        "passes": not group.faults,
    }


def _asked(percent: Decimal | None) -> str | None:
    return None if percent is None else f"{percent:f}"


def _module(module: Module) -> dict[str, Any]:
    counts = {"statements": _count(module.statements), "branches": _count(module.branches)}
    return {"path": module.path, "name": module.name, "group": module.group, **counts, "why": module.why}


def _changes(found: Coverage) -> dict[str, Any]:
    return {
        "asked": f"{found.changed:f}",
        "statements": _count(found.changed_statements),
        "files": [_change(each) for each in found.changes or ()],
    }


def _change(change: Change) -> dict[str, Any]:
    statements = _count(change.statements)
    return {"path": change.path, "statements": statements, "missed": list(change.missed), "why": change.why}

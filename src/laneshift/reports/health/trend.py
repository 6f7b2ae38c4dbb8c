"""How figures have gone since earlier runs, as an earlier report tells it. Pure.

A report that is there and cannot be read is an error, and the trend begins anew: what it said is not known.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from laneshift.errors import CheckFailed
from laneshift.reports.health.model import Figure, Health, Run

LARGEST = 8 << 20
_TOLD = re.compile(r"(0|[1-9][0-9]{0,14})(?:/([1-9][0-9]{0,14}))?")
_OID = re.compile(r"[0-9a-f]{40}")


def earlier(data: bytes | None, where: str) -> tuple[Run, ...]:
    """The runs that an earlier report tells of, its own the last; none for None, which is no report.

    Raises `CheckFailed` (`health.bad-trend`) for anything that is no report of health.
    """
    if data is None:
        return ()
    try:
        found = _runs(data)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise CheckFailed(
            "health.bad-trend",
            "the earlier report cannot be read, so nobody knows what has changed since",
            where=where,
            why=f"{type(error).__name__}: {error}"[:300],
            cure="restore it, or delete it: the trend then begins with this run",
        ) from error
    return found


def _runs(data: bytes) -> tuple[Run, ...]:
    if len(data) > LARGEST:
        raise ValueError(f"it has more than {LARGEST} bytes")
    found = tuple(_run(each) for each in json.loads(data)["history"])
    if not found:
        raise ValueError("it tells of no run")
    return found


def with_history(report: Health, runs: tuple[Run, ...], most: int) -> Health:
    """The report with the last `most` runs before it. A run on the same tree is the same run, and is not told twice."""
    before = runs[:-1] if runs and runs[-1].tree == report.tree else runs
    return replace(report, history=before[-most:])


def before(report: Health, name: str) -> str:
    """What the run before told of a figure; empty where it told nothing."""
    return report.history[-1].figures.get(name, "") if report.history else ""


def delta(told: str, figure: Figure) -> str:
    """The difference to an earlier number, with its sign; of shares in points of a per cent. Empty where there is
    nothing to compare."""
    found = _TOLD.fullmatch(told)
    if found is None or (found[2] is None) != (figure.of is None):
        return ""
    if figure.of is None:
        return f"{figure.value - int(found[1]):+d}"
    # Tenths of a point, exactly: of two shares with other denominators.
    was, of = int(found[1]), int(found[2])
    tenths = (1000 * (figure.value * of - was * figure.of) * 2 + figure.of * of) // (2 * figure.of * of)
    return f"{'-' if tenths < 0 else '+'}{abs(tenths) // 10}.{abs(tenths) % 10} points"


def share(told: str) -> float | None:
    """A told figure as a number for a chart: shares in per cent. None for what is no figure."""
    found = _TOLD.fullmatch(told)
    if found is None:
        return None
    return int(found[1]) * 100 / int(found[2]) if found[2] else float(int(found[1]))


def as_json(run: Run) -> dict[str, Any]:
    """A run as plain data, as `earlier` reads it."""
    return {"tree": run.tree, "when": run.when, "passes": run.passes, "figures": dict(run.figures)}


def _run(value: Mapping[str, Any]) -> Run:
    tree, when, passes, figures = (value[name] for name in ("tree", "when", "passes", "figures"))
    if not isinstance(tree, str) or not _OID.fullmatch(tree) or type(when) is not int or type(passes) is not bool:
        raise ValueError("a run has a tree, a time and an outcome")
    for name, told in figures.items():
        if not isinstance(told, str) or not _TOLD.fullmatch(told):
            raise ValueError(f"{str(name)[:80]!r} has no figure")
    return Run(tree, when, passes, dict(figures))

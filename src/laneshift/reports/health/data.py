"""A report of health as plain data, in the shape of `health.schema.json`. Pure."""

from __future__ import annotations

from typing import Any

from laneshift.reports.charts import percent
from laneshift.reports.health.model import Figure, Health, Section, State
from laneshift.reports.health.trend import as_json, before, delta

VERSION = "1.0"


def data(report: Health) -> dict[str, Any]:
    """The whole report."""
    return {
        "schema_version": VERSION,
        "tree": report.tree,
        "when": report.when,
        "passes": report.passes,
        "counts": {state.value: report.count(state) for state in State},
        "sections": [_section(report, each) for each in report.sections],
        "history": [as_json(each) for each in (*report.history, report.run)],
    }


def _section(report: Health, section: Section) -> dict[str, Any]:
    told = section.as_json()
    figures = [_figure(report, section.id, each) for each in section.figures]
    rows = [{"name": name, "count": count} for name, count in section.rows]
    return {**told, "title": section.title, "figures": figures, "rows": rows}


def _figure(report: Health, section: str, figure: Figure) -> dict[str, Any]:
    was = before(report, f"{section}.{figure.name}")
    return {
        "name": figure.name,
        "words": figure.words,
        "value": figure.value,
        "of": figure.of,
        "percent": None if figure.of is None else percent(figure.value, figure.of),
        "limit": figure.limit,
        "holds": figure.holds,
        "better": figure.better,
        "before": was or None,
        "delta": delta(was, figure) or None,
    }

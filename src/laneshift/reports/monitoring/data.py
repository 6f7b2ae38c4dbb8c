"""A report of how the work fares as plain data, in the shape of `monitoring.schema.json`. Pure."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from laneshift.reports.monitoring.answering import Answer
from laneshift.reports.monitoring.model import Judged, Monitoring, Row

VERSION = "1.0"


def data(report: Monitoring) -> dict[str, Any]:
    """The whole report."""
    return {
        "schema_version": VERSION,
        "passes": report.passes,
        "until": told(report.period.until),
        "days": list(report.period.names),
        "records": report.records,
        "last_record": told(report.last) if report.last else None,
        "alerts": [_alert(each) for each in report.alerts],
        "answers": [_row(each) for each in report.rows],
    }


def told(at: int) -> str:
    """Unix milliseconds as a time of UTC."""
    return datetime.fromtimestamp(at // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _alert(each: Judged) -> dict[str, Any]:
    alert = each.alert
    return {
        "name": alert.name,
        "severity": alert.severity,
        "state": each.state,
        "why": each.why,
        "above": _rounded(alert.above),
        "window": alert.window,
        "lasting": alert.lasting,
        "unit": each.unit,
        **_answer(each.answer),
        "says": alert.says,
        "do": alert.do,
    }


def _row(each: Row) -> dict[str, Any]:
    return {
        "panel": each.panel,
        "name": each.name or None,
        "unit": each.unit,
        "state": "measured" if each.told else "no data",
        "why": each.answer.why or None,
        **_answer(each.answer),
        "by_day": [_rounded(value) for value in each.days],
    }


def _answer(answer: Answer) -> dict[str, Any]:
    values = {name: _rounded(getattr(answer, name)) for name in ("value", "p50", "p95", "p99")}
    return {"labels": dict(answer.labels), **values, "samples": answer.many}


def _rounded(value: float | None) -> str | None:
    """A number as text with at most six decimals, since JSON in canonical form has no fractions."""
    if value is None:
        return None
    return f"{value:.6f}".rstrip("0").rstrip(".") or "0"

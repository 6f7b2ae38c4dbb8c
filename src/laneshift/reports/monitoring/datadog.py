"""The panels as a dashboard of Datadog, and the alerts as its monitors."""

from __future__ import annotations

from typing import Any

from laneshift.reports.monitoring.alerts import ALERTS, Alert
from laneshift.reports.monitoring.panels import PANELS, Panel
from laneshift.reports.monitoring.query import Count, Question, Share
from laneshift.telemetry.catalogue import JOURNAL_RECORDS
from laneshift.telemetry.metric import REPOSITORY

_PRIORITY = {"critical": 2, "warning": 3}


def dashboard(panels: tuple[Panel, ...] = PANELS) -> dict[str, Any]:
    """The dashboard, as Datadog's interface takes it."""
    return {
        "title": "Laneshift",
        "description": "Runs, gates, landings and the way back.",
        "layout_type": "ordered",
        "template_variables": [
            {"name": REPOSITORY, "prefix": REPOSITORY, "available_values": [], "defaults": ["*"]},
        ],
        "widgets": [{"definition": _widget(panel)} for panel in panels],
    }


def monitors(alerts: tuple[Alert, ...] = ALERTS) -> list[dict[str, Any]]:
    """One monitor for each alert, and one that fires when nothing is told at all."""
    return [*map(_monitor, alerts), _silence()]


def _widget(panel: Panel) -> dict[str, Any]:
    scalar = panel.form == "value"
    queries: list[dict[str, Any]] = []
    formulas: list[dict[str, Any]] = []
    for name, asked in panel.lines:
        parts = [f"query{len(queries) + number + 1}" for number in range(2 if isinstance(asked, Share) else 1)]
        for part, query in zip(parts, _queries(asked, f"${REPOSITORY}"), strict=True):
            found: dict[str, Any] = {"name": part, "data_source": "metrics", "query": query}
            queries.append({**found, "aggregator": "sum"} if scalar else found)
        alias = {"alias": name} if name else {}
        formulas.append({"formula": " / ".join(parts), **alias})
    request = {"response_format": "scalar" if scalar else "timeseries", "queries": queries, "formulas": formulas}
    if scalar:
        shape: dict[str, Any] = {"type": "query_value", "autoscale": True, "precision": 0, "requests": [request]}
    else:
        drawn = "bars" if panel.form == "bars" else "line"
        shape = {"type": "timeseries", "show_legend": True, "requests": [{**request, "display_type": drawn}]}
    return {"title": panel.title, **shape}


def _queries(asked: Question, only: str, apart: bool = False) -> list[str]:
    return [each.datadog(only, apart) for each in ((asked.part, asked.whole) if isinstance(asked, Share) else (asked,))]


def _monitor(alert: Alert) -> dict[str, Any]:
    asked = alert.question
    text = " / ".join(_queries(asked, "*", apart=True))
    counts = isinstance(asked, (Count, Share))
    over = f"sum(last_{alert.window}):" if counts else f"avg(last_{alert.window}):"
    query = f"{over}{f'( {text} )' if isinstance(asked, Share) else text} > {alert.above}"
    return _told(
        alert.name,
        query,
        f"{{{{repository.name}}}}: {alert.says}\n\n{alert.do}",
        alert.above,
        _PRIORITY[alert.severity],
    )


def _silence() -> dict[str, Any]:
    query = f"sum(last_1h):sum:{JOURNAL_RECORDS.datadog}{{*}}.as_count() < 0"
    told = _told("LaneshiftSilent", query, "Nothing has been told for a day: does anything run?", 0, 3)
    return {**told, "options": {**told["options"], "notify_no_data": True, "no_data_timeframe": 24 * 60}}


def _told(name: str, query: str, message: str, critical: float, priority: int) -> dict[str, Any]:
    return {
        "name": name,
        "type": "query alert",
        "query": query,
        "message": message,
        "tags": ["service:laneshift"],
        "priority": priority,
        "options": {"thresholds": {"critical": critical}, "include_tags": True, "notify_no_data": False},
    }

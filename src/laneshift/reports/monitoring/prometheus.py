"""The alerts as rules of Prometheus."""

from __future__ import annotations

from typing import Any

from laneshift.reports.monitoring.alerts import ALERTS, Alert
from laneshift.reports.monitoring.query import Frame
from laneshift.telemetry.catalogue import JOURNAL_RECORDS


def rules(alerts: tuple[Alert, ...] = ALERTS) -> dict[str, Any]:
    """A group of rules, as a file of rules has it; the last fires when nothing is told at all."""
    return {"groups": [{"name": "laneshift", "rules": [*map(_rule, alerts), _silence()]}]}


def _rule(alert: Alert) -> dict[str, Any]:
    return {
        "alert": alert.name,
        "expr": f"{alert.question.promql(Frame(alert.window, apart=True))} > {alert.above}",
        "for": alert.lasting,
        "labels": {"severity": alert.severity},
        "annotations": {"summary": f"{{{{ $labels.repository }}}}: {alert.says}", "description": alert.do},
    }


def _silence() -> dict[str, Any]:
    return {
        "alert": "LaneshiftSilent",
        "expr": f"absent({JOURNAL_RECORDS.prometheus})",
        "for": "1h",
        "labels": {"severity": "warning"},
        "annotations": {
            "summary": "Nobody tells how laneshift fares.",
            "description": "See whether the worker or the textfile is scraped.",
        },
    }

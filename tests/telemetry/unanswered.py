"""Whether what dashboards and alerts ask for is told at all."""

from __future__ import annotations

from collections.abc import Collection

from laneshift.reports.monitoring.alerts import ALERTS, Alert
from laneshift.reports.monitoring.panels import PANELS, Panel


def unanswered(
    told: Collection[str], panels: tuple[Panel, ...] = PANELS, alerts: tuple[Alert, ...] = ALERTS
) -> tuple[str, ...]:
    """A line for each panel and alert that asks for a metric not in `told`: names as the catalogue has them."""
    asked = [(f"panel {panel.title!r}", question) for panel in panels for _, question in panel.lines]
    asked += [(f"alert {alert.name}", alert.question) for alert in alerts]
    return tuple(
        f"{who} asks for {metric.name}, which nothing tells"
        for who, question in asked
        for metric in question.metrics()
        if metric.name not in told
    )

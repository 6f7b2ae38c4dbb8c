"""The panels as a dashboard of Grafana over Prometheus."""

from __future__ import annotations

from typing import Any

from laneshift.reports.monitoring.panels import PANELS, Panel
from laneshift.reports.monitoring.query import Frame, Query, Question
from laneshift.telemetry.catalogue import JOURNAL_RECORDS
from laneshift.telemetry.metric import REPOSITORY

_SCHEMA = 39
_COLUMNS, _WIDTH, _HEIGHT = 3, 8, 7
_FRAME = Frame("$__rate_interval", f'{REPOSITORY}=~"$repository"')
_UNITS = {"seconds": "s", "number": "short", "share": "percentunit"}
_SOURCE = {"type": "prometheus", "uid": "${datasource}"}


def dashboard(panels: tuple[Panel, ...] = PANELS) -> dict[str, Any]:
    """The dashboard, to be imported as it is; it asks for its data source and for repositories."""
    return {
        "uid": "laneshift",
        "title": "Laneshift",
        "description": "Runs, gates, landings and the way back.",
        "tags": ["laneshift"],
        "schemaVersion": _SCHEMA,
        "version": 1,
        "editable": True,
        "graphTooltip": 1,
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "timezone": "browser",
        "templating": {"list": [_source(), _repositories()]},
        "annotations": {"list": []},
        "panels": [_panel(number, panel) for number, panel in enumerate(panels)],
    }


def _panel(number: int, panel: Panel) -> dict[str, Any]:
    row, column = divmod(number, _COLUMNS)
    custom = {"drawStyle": "bars", "fillOpacity": 80, "stacking": {"mode": "normal", "group": "A"}}
    return {
        "id": number + 1,
        "type": "stat" if panel.form == "value" else "timeseries",
        "title": panel.title,
        "description": panel.why,
        "datasource": _SOURCE,
        "gridPos": {"h": _HEIGHT, "w": _WIDTH, "x": column * _WIDTH, "y": row * _HEIGHT},
        "fieldConfig": {
            "defaults": {"unit": _UNITS[panel.unit], "min": 0, "custom": custom if panel.form == "bars" else {}},
            "overrides": [],
        },
        "options": {"reduceOptions": {"calcs": ["sum"], "fields": "", "values": False}}
        if panel.form == "value"
        else {"legend": {"displayMode": "list", "placement": "bottom", "showLegend": True, "calcs": []}},
        "targets": [_target(place, name, asked) for place, (name, asked) in enumerate(panel.lines)],
    }


def _target(place: int, name: str, asked: Question) -> dict[str, Any]:
    by = asked.by if isinstance(asked, Query) else ()
    return {
        "refId": chr(ord("A") + place),
        "datasource": _SOURCE,
        "expr": asked.promql(_FRAME),
        "legendFormat": " ".join([*([name] if name else []), *(f"{{{{{label}}}}}" for label in by)]),
        "range": True,
    }


def _source() -> dict[str, Any]:
    return {"name": "datasource", "label": "Data source", "type": "datasource", "query": "prometheus"}


def _repositories() -> dict[str, Any]:
    return {
        "name": REPOSITORY,
        "label": "Repository",
        "type": "query",
        "datasource": _SOURCE,
        "query": f"label_values({JOURNAL_RECORDS.prometheus}, {REPOSITORY})",
        "refresh": 2,
        "includeAll": True,
        "multi": True,
        "allValue": ".*",
        "current": {"text": "All", "value": "$__all"},
    }

"""What is written for those who watch, by the names of the files."""

from __future__ import annotations

import json
from typing import Any

import yaml

from laneshift.reports.monitoring import datadog, grafana, prometheus

KINDS = ("grafana", "datadog", "alerts")
_HEAD = "# Made by `laneshift monitoring export --alerts`: change it there, or put rules of your own beside it.\n"


def files(kinds: tuple[str, ...] = KINDS) -> dict[str, bytes]:
    """The files of these kinds: JSON by two blanks, rules as YAML. The same ones give the same bytes."""
    made: dict[str, bytes] = {}
    if "grafana" in kinds:
        made["grafana-dashboard.json"] = _json(grafana.dashboard())
    if "datadog" in kinds:
        made["datadog-dashboard.json"] = _json(datadog.dashboard())
        made["datadog-monitors.json"] = _json(datadog.monitors())
    if "alerts" in kinds:
        made["prometheus-alerts.yml"] = (
            _HEAD + yaml.safe_dump(prometheus.rules(), sort_keys=False, width=1000)
        ).encode()
    return made


def _json(document: Any) -> bytes:
    return (json.dumps(document, indent=2, ensure_ascii=False) + "\n").encode()

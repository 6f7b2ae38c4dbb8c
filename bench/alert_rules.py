"""`python -m bench.alert_rules [--promtool PATH]`: has Prometheus' own promtool judge the alert rules.

Each alert is tried with series over which it must fire and with series over which it must not. promtool comes with
Debian's package `prometheus`; where there is none, that is an error and no pass.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from laneshift.reports.monitoring.files import files
from laneshift.reports.monitoring.prometheus import rules
from laneshift.telemetry import catalogue as known
from laneshift.telemetry.metric import Metric

_RULES = "prometheus-alerts.yml"
_DAY = 24 * 60
_OF = 'repository="toy"'


def _series(metric: Metric, values: str, labels: str = "", end: str = "") -> dict[str, str]:
    inner = ", ".join(filter(None, (_OF, labels)))
    return {"series": f"{metric.prometheus}{end}{{{inner}}}", "values": values}


def _steps(errored: int) -> list[dict[str, str]]:
    return [
        _series(known.STEPS_DONE, "0+100x60", 'step="move", outcome="passed"'),
        _series(known.STEPS_DONE, f"0+{errored}x60", 'step="move", outcome="errored"'),
    ]


def _appends(slow: int) -> list[dict[str, str]]:
    """100 records a minute, of which so many take from 0.25 to 0.5 seconds. Two workers, which are added up."""
    return [
        _series(known.APPEND, f"0+{count}x60", f'instance="{who}", le="{le}"', "_bucket")
        for who in ("a", "b")
        for le, count in (("0.25", 100 - slow), ("0.5", 100), ("+Inf", 100))
    ]


def _requests(slow: int, failed: int) -> list[dict[str, str]]:
    """100 requests a minute to each of two servers: so many take from 0.25 to 0.5 seconds, so many fail."""
    labels = 'instance="{}", route="/api/v1/batches", status="2xx"'
    times = [
        _series(known.REQUEST_TIME, f"0+{count}x60", f'{labels.format(who)}, le="{le}"', "_bucket")
        for who in ("a", "b")
        for le, count in (("0.25", 100 - slow), ("0.5", 100), ("+Inf", 100))
    ]
    counts = [
        _series(known.REQUESTS, f"0+{count}x60", f'instance="{who}", status="{status}"')
        for who in ("a", "b")
        for status, count in (("2xx", 100 - failed), ("5xx", failed))
    ]
    return [*times, *counts]


def _shares(part: Metric, whole: Metric, many: int, labels: tuple[str, str] = ("", "")) -> list[dict[str, str]]:
    """The same from two workers: what is told of a repository is not added up."""
    return [
        _series(metric, f"0+{count}x130", ", ".join(filter(None, (f'instance="{who}"', label))))
        for who in ("a", "b")
        for metric, count, label in ((part, many, labels[0]), (whole, 100, labels[1]))
    ]


def _key(days: int) -> list[dict[str, str]]:
    """A key that is so old when time begins: promtool starts at zero, and to let it wait would take hours."""
    return [_series(known.KEY_MADE, f"{-days * _DAY * 60}x60", 'purpose="journal"')]


_RESULTS = ('result="stopped"', 'result="landed"')
_LANDINGS = (known.LANDINGS, known.LANDINGS)
_BACK = (known.TAKEN_BACK, known.LANDED)

CASES: Mapping[str, tuple[int, list[dict[str, str]], list[dict[str, str]]]] = {
    "LaneshiftLatency": (30, _appends(10), _appends(2)),
    "LaneshiftErrors": (30, _steps(10), _steps(2)),
    "LaneshiftHttpLatency": (30, _requests(10, 0), _requests(2, 10)),
    "LaneshiftHttpErrors": (30, _requests(0, 10), _requests(10, 2)),
    "LaneshiftLandingFailures": (61, _shares(*_LANDINGS, 40, _RESULTS), _shares(*_LANDINGS, 10, _RESULTS)),
    "LaneshiftQueueAge": (180, [_series(known.QUEUE_SINCE, "0x200")], [_series(known.QUEUE_SINCE, "9000x200")]),
    "LaneshiftKeyAge": (10, _key(81), _key(79)),
    "LaneshiftKeyOverdue": (10, _key(91), _key(89)),
    "LaneshiftRollbacks": (120, _shares(*_BACK, 10), _shares(*_BACK, 2)),
    "LaneshiftLaneViolations": (30, [_series(known.VIOLATIONS, "0x10 1x50")], [_series(known.VIOLATIONS, "7x60")]),
    "LaneshiftLeasesLost": (50, [_series(known.LEASES, "0+1x60")], [_series(known.LEASES, "0x10 1x50")]),
    "LaneshiftEvidenceMissing": (30, [_series(known.MISSING, "0x10 1x50")], [_series(known.MISSING, "0x60")]),
    "LaneshiftSilent": (
        90,
        [_series(known.LANDED, "1x100")],
        [_series(known.JOURNAL_RECORDS, "1x100", 'kind="run.ended"')],
    ),
}


def document() -> dict[str, Any]:
    """The file of tests for promtool. Raises `ValueError` for an alert that has no case."""
    told = {rule["alert"]: rule for rule in rules()["groups"][0]["rules"]}
    if told.keys() != CASES.keys():
        raise ValueError(f"alerts without a case, or cases without an alert: {sorted(told.keys() ^ CASES.keys())}")
    tests = []
    for name, (minutes, fires, rests) in CASES.items():
        for series, expected in ((fires, [_alert(told[name])]), (rests, [])):
            asked = {"eval_time": f"{minutes}m", "alertname": name, "exp_alerts": expected}
            tests.append({"name": name, "interval": "1m", "input_series": series, "alert_rule_test": [asked]})
    return {"rule_files": [_RULES], "evaluation_interval": "1m", "tests": tests}


def _alert(rule: Mapping[str, Any]) -> dict[str, Any]:
    apart = {} if "absent(" in rule["expr"] else {"repository": "toy"}
    purpose = {"purpose": "journal"} if "purpose" in rule["expr"] else {}
    shown = {name: text.replace("{{ $labels.repository }}", "toy") for name, text in rule["annotations"].items()}
    return {"exp_labels": {**rule["labels"], **apart, **purpose}, "exp_annotations": shown}


def main() -> int:
    """0 when every alert fires where it must and rests where it must; 1 otherwise, 2 without promtool."""
    parser = argparse.ArgumentParser(prog="python -m bench.alert_rules", description=__doc__)
    parser.add_argument("--promtool", default=shutil.which("promtool") or "", help="by default the one on the path")
    tool = parser.parse_args().promtool
    if not tool:
        sys.stderr.write("there is no promtool: install Debian's package prometheus; nothing was checked\n")
        return 2
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        (place / _RULES).write_bytes(files(("alerts",))[_RULES])
        (place / "tests.yml").write_text(yaml.safe_dump(document(), sort_keys=False))
        done = subprocess.run([tool, "test", "rules", "tests.yml"], cwd=place, check=False)
    sys.stdout.write(
        f"{len(CASES)} alerts, each fired and at rest: {'as expected' if not done.returncode else 'RED'}\n"
    )
    return min(done.returncode, 1)


if __name__ == "__main__":
    sys.exit(main())

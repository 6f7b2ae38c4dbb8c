"""What is written for Grafana, Datadog and Prometheus: whole by their own models, and only over what there is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from datadog_api_client.configuration import Configuration
from datadog_api_client.model_utils import validate_and_convert_types
from datadog_api_client.v1.model.dashboard import Dashboard
from datadog_api_client.v1.model.monitor import Monitor
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.cog.plugins import register_default_plugins
from grafana_foundation_sdk.models import dashboard as grafana_models

from laneshift.config.evidence import Keys
from laneshift.errors import Bug
from laneshift.reports.monitoring import datadog, grafana, prometheus
from laneshift.reports.monitoring.alerts import ALERTS
from laneshift.reports.monitoring.files import KINDS, files
from laneshift.reports.monitoring.panels import PANELS
from laneshift.reports.monitoring.query import Age, Count, Frame, Now, Quantile, Query
from laneshift.telemetry import catalogue as known
from laneshift.telemetry.catalogue import BY_NAME, CATALOGUE

_CONFIGURATION = Configuration()
_ENDS = ("_bucket", "_sum", "_count")
_AGENTS = (".95percentile", ".median")


def unparsed(found: Any, where: str = "") -> Iterator[str]:
    """The parts that Datadog's model could not make sense of."""
    if getattr(found, "_unparsed", False):
        yield where
    if hasattr(found, "_data_store"):
        found = found._data_store
    parts = found.items() if isinstance(found, dict) else enumerate(found) if isinstance(found, list) else ()
    for name, part in parts:
        yield from unparsed(part, f"{where}.{name}")


def by_datadog(document: Any, kind: type) -> Any:
    return validate_and_convert_types(document, (kind,), ["it"], True, True, _CONFIGURATION)


def test_datadogs_own_model_reads_the_whole_dashboard() -> None:
    document = datadog.dashboard()
    assert list(unparsed(by_datadog(document, Dashboard))) == []
    assert len(document["widgets"]) == len(PANELS) >= 12


@pytest.mark.parametrize(
    "harm",
    [
        lambda widget: widget.update(type="timeserie"),
        lambda widget: widget["requests"][0].update(response_format="timeserie"),
        lambda widget: widget["requests"][0]["queries"][0].update(data_source="metricz"),
        lambda widget: widget["requests"][0].pop("queries"),
    ],
)
def test_a_widget_that_is_none_is_found(harm: Any) -> None:
    document = datadog.dashboard()
    harm(document["widgets"][3]["definition"])
    try:
        found = list(unparsed(by_datadog(document, Dashboard)))
    except (ValueError, TypeError):
        return
    read = by_datadog(document, Dashboard).to_dict()
    assert ".widgets.3" in found or "queries" not in read["widgets"][3]["definition"]["requests"][0]


def test_datadogs_own_model_reads_every_monitor() -> None:
    monitors = datadog.monitors()
    assert [list(unparsed(by_datadog(each, Monitor))) for each in monitors] == [[]] * (len(ALERTS) + 1)
    for alert, monitor in zip(ALERTS, monitors, strict=False):
        assert monitor["query"].endswith(f" > {alert.above}")
        assert f"(last_{alert.window}):" in monitor["query"]
        assert monitor["options"]["thresholds"]["critical"] == alert.above
        assert "by {repository" in monitor["query"]


def test_grafanas_own_model_knows_every_word_of_the_dashboard() -> None:
    register_default_plugins()
    document = grafana.dashboard()
    read = json.loads(JSONEncoder().encode(grafana_models.Dashboard.from_json(document)))
    assert list(lost(document, read)) == []
    document["panels"][0]["titel"] = "misspelt"
    document["panels"][1]["targets"][0]["exprr"] = "misspelt"
    read = json.loads(JSONEncoder().encode(grafana_models.Dashboard.from_json(document)))
    assert sorted(lost(document, read)) == [".panels.0.titel", ".panels.1.targets.0.exprr"]


def lost(written: Any, read: Any, where: str = "") -> Iterator[str]:
    """What is in `written` and not in what a model read of it."""
    if isinstance(written, dict):
        for name, value in written.items():
            if not isinstance(read, dict) or name not in read:
                yield f"{where}.{name}"
            else:
                yield from lost(value, read[name], f"{where}.{name}")
    elif isinstance(written, list):
        for place, value in enumerate(written):
            yield from lost(value, read[place], f"{where}.{place}")
    elif written != read:
        yield where


def test_panels_do_not_lie_on_each_other() -> None:
    cells = [(p["gridPos"]["x"], p["gridPos"]["y"]) for p in grafana.dashboard()["panels"]]
    assert len(set(cells)) == len(cells) == len({p["id"] for p in grafana.dashboard()["panels"]})


def test_rules_name_series_that_there_are_and_are_well_formed() -> None:
    [group] = yaml.safe_load(files(("alerts",))["prometheus-alerts.yml"])["groups"]
    assert [rule["alert"] for rule in group["rules"]] == [*(alert.name for alert in ALERTS), "LaneshiftSilent"]
    for rule in group["rules"]:
        assert rule.keys() == {"alert", "expr", "for", "labels", "annotations"}
        assert re.fullmatch(r"\d+[mhd]", rule["for"])
        assert rule["expr"].count("(") == rule["expr"].count(")")
        assert rule["labels"]["severity"] in ("warning", "critical")
        assert set(re.findall(r"laneshift_\w+", rule["expr"])) <= series()


def series() -> set[str]:
    ends = {metric.prometheus: _ENDS if metric.kind == "histogram" else ("",) for metric in CATALOGUE}
    return {name + end for name, found in ends.items() for end in found}


def test_every_name_in_every_file_is_one_of_the_catalogue() -> None:
    told = files()
    names = {metric.datadog for metric in CATALOGUE}
    for name, data in told.items():
        text = data.decode()
        found = set(re.findall(r"\blaneshift_\w+", text)) - {"laneshift_dashboard"}
        assert found <= series(), name
        asked = set(re.findall(r":(laneshift\.[a-z_0-9]+(?:\.\w+)?)\{", text))
        assert {each.removesuffix(end) for each in asked for end in _AGENTS if each.endswith(end)} <= names
        assert {each for each in asked if not each.endswith(_AGENTS)} <= names, name
    assert {m for p in PANELS for _, q in p.lines for m in q.metrics()} == set(CATALOGUE), "each metric is shown"


def test_the_same_files_every_time_and_only_those_that_are_asked_for() -> None:
    assert files() == files(KINDS)
    assert {*files(("grafana",))} == {"grafana-dashboard.json"}
    assert {*files(("datadog",))} == {"datadog-dashboard.json", "datadog-monitors.json"}
    assert {*files()} == {*files(("grafana",)), *files(("datadog",)), *files(("alerts",))}


@pytest.mark.parametrize(
    "make",
    [
        lambda: Count(known.STEP_TIME),
        lambda: Now(known.STEPS_DONE),
        lambda: Age(known.QUEUE),
        lambda: Quantile(known.STEPS_DONE),
        lambda: Quantile(known.STEP_TIME, q=0.9),
        lambda: Count(known.STEPS_DONE, ("item",)),
        lambda: Count(known.STEPS_DONE, (), {"outcome": ("eroded",)}),
        lambda: Count(known.STEPS_DONE, (), {"plan": ("p",)}),
    ],
)
def test_a_question_that_cannot_be_answered_cannot_be_asked(make: Any) -> None:
    with pytest.raises(Bug) as caught:
        make()
    assert caught.value.code == "telemetry.query"


def test_questions_in_both_languages() -> None:
    failed: Query = Count(known.STEPS_DONE, ("step",), {"outcome": ("errored", "failed")})
    assert failed.promql(Frame("1h")) == (
        "sum by (step) (max by (repository, step, outcome) "
        '(increase(laneshift_steps_total{outcome=~"errored|failed"}[1h])))'
    )
    assert failed.datadog("$repository") == (
        "sum:laneshift.steps{$repository AND outcome IN (errored,failed)} by {step}.as_count()"
    )
    own = Quantile(known.APPEND)
    assert own.promql(Frame("5m", apart=True)) == (
        "histogram_quantile(0.95, sum by (repository, le) (rate(laneshift_journal_append_seconds_bucket[5m])))"
    )
    assert own.datadog("*") == "max:laneshift.journal_append_seconds.95percentile{*}"
    age = Age(known.KEY_MADE, ("purpose",))
    assert age.promql(Frame("5m")) == "time() - min by (purpose) (laneshift_key_created_timestamp_seconds)"
    assert age.datadog("*", apart=True) == "max:laneshift.key_created_age_seconds{*} by {repository,purpose}"


def test_the_thresholds_of_the_product_and_of_the_settings() -> None:
    above = {alert.name: alert.above for alert in ALERTS}
    assert (above["LaneshiftLatency"], above["LaneshiftErrors"], above["LaneshiftLaneViolations"]) == (0.25, 0.05, 0)
    day = 24 * 60 * 60
    assert (above["LaneshiftKeyAge"] / day, above["LaneshiftKeyOverdue"] / day) == (Keys().warn, Keys().days)
    assert {"LaneshiftLandingFailures", "LaneshiftQueueAge", "LaneshiftRollbacks"} <= above.keys()
    assert {"LaneshiftSilent"} <= {rule["alert"] for rule in prometheus.rules()["groups"][0]["rules"]}
    assert len(BY_NAME) == len(CATALOGUE)

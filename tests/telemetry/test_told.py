"""Everything that dashboards and alerts ask for is told by real runs, to Prometheus and to an agent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg
import pytest

from laneshift.reports.monitoring.panels import PANELS, Panel
from laneshift.reports.monitoring.query import Count
from laneshift.telemetry import catalogue as known
from laneshift.telemetry.catalogue import CATALOGUE
from laneshift.telemetry.metric import Metric
from laneshift.telemetry.port import Silent
from laneshift.wiring import serve_metrics
from tests.telemetry.receivers import Datagrams, Series, agent, collector, scraped
from tests.telemetry.requests import counted, heard
from tests.telemetry.scene import ROOT, SECRET, Scene, repository, telling, variables
from tests.telemetry.unanswered import unanswered
from tests.toy import copy_of, environment, shop_at

_PATIENCE_SECONDS = 240.0


@dataclass
class Replaced:
    """What a worker told that was replaced while it worked."""

    series: dict[Series, float]
    datagrams: Datagrams


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return repository(tmp_path_factory.mktemp("template") / "repo")


@pytest.fixture
def replaced(template: Path, tmp_path: Path, postgres_url: str) -> Iterator[Replaced]:
    """A real worker on PostgreSQL, scraped over HTTP, whose lease lapses while it has an item in hand."""
    path, url = copy_of(template, tmp_path / "repo"), postgres_url.replace("+psycopg", "")
    with agent() as datagrams, collector() as collected:
        env = environment({**variables(tmp_path, datagrams, collected), "LANESHIFT_DATABASE_URL": url})
        env["LANESHIFT_LEASE_SECONDS"], env["PYTHONPATH"] = "30", f"{env['PYTHONPATH']}:{ROOT}"
        # Killed in its first step, so that a worker finds something unfinished.
        victim = [sys.executable, "-m", "tests.chaos.victim", str(path), "run", "after", "step.began"]
        assert subprocess.run(victim, env=env, cwd=ROOT, timeout=300, check=False).returncode == -signal.SIGKILL
        assert lapse(url) == 1
        command = [sys.executable, "-m", "laneshift", "worker", "--metrics", "127.0.0.1:0"]
        worker = subprocess.Popen(command, cwd=path, env=env, stderr=subprocess.PIPE, text=True)
        try:
            yield Replaced(until_replaced(worker, url), datagrams)
        finally:
            worker.send_signal(signal.SIGTERM)
            worker.communicate(timeout=300)
    assert worker.returncode == 0


def lapse(url: str) -> int:
    """Have every lease that is held lapse at once; how many there were."""
    with psycopg.connect(url) as connection:
        return connection.execute("UPDATE laneshift.engine_workers SET expires = 0 WHERE NOT fenced").rowcount


def until_replaced(worker: subprocess.Popen[str], url: str) -> dict[Series, float]:
    """Take the lease of the worker once it has done a step, and scrape it until it says so."""
    assert worker.stderr is not None
    lines = iter(worker.stderr.readline, "")
    metrics = next(line.split()[-1] for line in lines if line.startswith("metrics are at "))
    began = time.monotonic()
    taken = 0
    while time.monotonic() - began < _PATIENCE_SECONDS:
        found = scraped(metrics)
        if of(found, known.LEASES):
            return found
        if not taken and of(found, known.STEPS_DONE):
            taken = lapse(url)
        time.sleep(0.1)
    raise AssertionError("the worker never said that it lost its lease")


def of(series: Mapping[Series, float], metric: Metric) -> float:
    """What all series of a metric come to: what was counted, how often something was observed, what a gauge is."""
    name = f"{metric.prometheus}_count" if metric.kind == "histogram" else metric.prometheus
    return sum(value for (each, _), value in series.items() if each == name)


def grown(series: Mapping[Series, float]) -> set[str]:
    """The metrics that have a value: above zero, unless it is a gauge that is there."""
    present = {name for name, _ in series}
    return {
        m.name for m in CATALOGUE if of(series, m) > 0 or (m.kind in ("gauge", "moment") and m.prometheus in present)
    }


def damaged(scene: Scene, tmp_path: Path, datagrams: Datagrams) -> dict[Series, float]:
    """A copy of the scene's repository in which the evidence of a step is gone: what is told of it."""
    from laneshift.telemetry.dogstatsd import Agent
    from laneshift.telemetry.meter import Meter

    path = copy_of(scene.path, tmp_path / "damaged")
    with telling(path) as shop:
        record = next(r for r in shop.journal.records(kind="step.ended") if r.facts["step"] == "gates")
        name = str(record.facts["notes"]).removeprefix("sha256:")
        [file] = [
            each
            for each in (shop.repository.state_dir / "evidence").rglob("*")
            if each.is_file() and name.endswith(each.name)
        ]
        file.unlink()
        Agent(Meter(shop.journal, shop.store, lambda: ()), "toy", datagrams.url).hear(record, 0.1)
        url, end = serve_metrics(shop, "127.0.0.1:0")
        found = scraped(url)
        end()
    return found


def test_every_panel_and_every_alert_asks_for_what_real_runs_tell(
    scene: Scene, replaced: Replaced, tmp_path: Path
) -> None:
    with agent() as datagrams:
        broken = damaged(scene, tmp_path, datagrams)
        datagrams.wait_for(known.MISSING.datadog)
        with heard(copy_of(scene.path, tmp_path / "served"), datagrams) as server:
            asked = counted(server, server.key(), 1)
        datagrams.wait_for(known.REQUEST_TIME.datadog)
    prometheus = grown(asked) | grown(scene.amid) | grown(scene.file) | grown(replaced.series) | grown(broken)
    assert unanswered(prometheus) == ()
    assert prometheus == {metric.name for metric in CATALOGUE}, "each metric that is declared"
    replaced.datagrams.wait_for(known.LEASES.datadog)
    names = scene.datagrams.grown() | replaced.datagrams.grown() | datagrams.grown()
    assert {metric.name for metric in CATALOGUE if metric.datadog in names} == prometheus


def test_a_panel_that_nothing_answers_is_found() -> None:
    ghost = Metric("ghosts", "counter", "Nobody tells of them.")
    panel = Panel("Ghosts", "None.", "bars", "number", (("", Count(ghost)),))
    told = {metric.name for metric in CATALOGUE}
    assert unanswered(told, (*PANELS, panel)) == ("panel 'Ghosts' asks for ghosts, which nothing tells",)
    alerts = unanswered(told - {"lane_violations"})
    assert alerts == (
        "panel 'Lane violations' asks for lane_violations, which nothing tells",
        "alert LaneshiftLaneViolations asks for lane_violations, which nothing tells",
    )


def test_the_numbers_are_those_of_the_scene(scene: Scene) -> None:
    def one(metric: Metric, **labels: str) -> float:
        return scene.file[metric.prometheus, frozenset({"repository": "toy", **labels}.items())]

    assert one(known.ITEMS, outcome="quarantined") == 1
    assert one(known.ITEMS, outcome="held") == one(known.CULPRITS) == 1
    assert one(known.LANDED) == one(known.TAKEN_BACK) == one(known.ROLLBACKS) == 1
    assert one(known.RETRIES) == 1
    assert one(known.VIOLATIONS) == 1
    assert (one(known.SUITES, outcome="red"), one(known.SUITES, outcome="green")) == (1, 3)
    assert (one(known.LANDINGS, result="landed"), one(known.LANDINGS, result="green")) == (1, 1)
    assert (one(known.ATTEMPTS, aim="land"), one(known.ATTEMPTS, aim="check")) == (1, 1)
    assert one(known.CANARIES, result="ok") == 1
    assert one(known.STEPS_DONE, step="check_deps", outcome="failed") == 1
    assert one(known.CEILING, ceiling="per_day") == 50
    kinds = {dict(labels)["kind"] for name, labels in scene.file if name == known.JOURNAL_RECORDS.prometheus}
    assert "other" not in kinds, "every kind of record is known"
    records = len(shop_at(scene.path).journal.records())
    assert sum(v for (name, _), v in scene.file.items() if name == known.JOURNAL_RECORDS.prometheus) == records


def test_an_agent_is_told_of_each_record_once_whichever_process_made_it(scene: Scene) -> None:
    lines = [line for line in scene.datagrams.lines if line.startswith(f"{known.JOURNAL_RECORDS.datadog}:")]
    kinds = [record.kind for record in shop_at(scene.path).journal.records()]
    told = sorted(line.partition("#kind:")[2].partition(",")[0] for line in lines)
    # The process that was killed may not have told of what it appended last, and a datagram may be lost.
    assert set(told) <= set(kinds)
    assert len(kinds) * 0.8 <= len(told) <= len(kinds)
    assert all(told.count(kind) <= kinds.count(kind) for kind in set(told))


def test_no_label_has_an_item_a_path_a_person_or_a_secret(scene: Scene) -> None:
    shop = shop_at(scene.path)
    plan = shop.plans.load("batch")
    lines = "\n".join(scene.datagrams.lines) + scene.text
    for secret in (SECRET, "labs", "core", "ada", plan.id, plan.base, "first, with"):
        assert secret not in lines.replace("labels", "")
    values = {pair for (_, labels) in scene.file for pair in labels if pair[0] != "le"}
    assert len(values) < 150


def test_in_the_middle_of_the_landing_the_queue_was_seen(scene: Scene) -> None:
    def landing(series: Mapping[Series, float]) -> float:
        return series[known.QUEUE.prometheus, frozenset({"repository": "toy", "state": "landing"}.items())]

    assert (landing(scene.amid), landing(scene.file)) == (0, 0)
    assert (known.QUEUE_SINCE.prometheus, frozenset({("repository", "toy")})) in scene.amid
    assert (known.QUEUE_SINCE.prometheus, frozenset({("repository", "toy")})) not in scene.file


QUIET = """\
import os, sys
# `leave` ends the process at once, so what was loaded is told where it is asked to leave.
os._exit = sys.exit
from laneshift.cli.app import main
sys.argv[1:] = ["status"]
try:
    main()
finally:
    print(sorted({"prometheus_client", "datadog", "opentelemetry"} & {*sys.modules}))
"""


def test_nothing_is_loaded_and_nobody_is_told_unless_asked(template: Path) -> None:
    env = {name: value for name, value in environment().items() if not name.startswith(("OTEL_", "LANESHIFT_M"))}
    done = subprocess.run(
        [sys.executable, "-c", QUIET], cwd=template, env=env, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.stdout.splitlines()[-1] == "[]", done.stdout + done.stderr


def test_a_workshop_without_telemetry_hears_nothing(template: Path, tmp_path: Path) -> None:
    shop = replace(shop_at(copy_of(template, tmp_path / "repo")), telemetry=Silent())
    shop.telemetry.close()
    assert shop.journal.append("a", "run.started", {}).kind == "run.started"
    assert "LANESHIFT_METRICS_FILE" not in os.environ

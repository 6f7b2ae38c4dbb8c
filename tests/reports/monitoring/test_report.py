"""How the work fares, from journals whose numbers are known: answers, what has no data, and which alerts would fire."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from laneshift.errors import Refused
from laneshift.evidence.journal import Journal
from laneshift.evidence.store import Store
from laneshift.reports.monitoring.alerts import ALERTS
from laneshift.reports.monitoring.data import data
from laneshift.reports.monitoring.model import Monitoring
from laneshift.reports.monitoring.observed import Observed, Period, Point, observed
from laneshift.reports.monitoring.pages import html, lead, markdown
from laneshift.reports.monitoring.panels import PANELS
from laneshift.reports.monitoring.report import report
from laneshift.telemetry import catalogue as known
from laneshift.telemetry.meter import Meter, Seen
from laneshift.telemetry.metric import Sample
from tests.reports.monitoring.history import DAY, MINUTE, NOW, STEPS, History, days_of_work

WEEK = Period(NOW, 7)
NOTES = {"facts": {"lane_violations": ["a imports b"], "lanes": "passed", "tests": "failed"}}


class Kept:
    """A journal and a store, to be filled and looked at."""

    def __init__(self, path: Path) -> None:
        self.journal = Journal.open(path / "journal.sqlite", actor="ada")
        self.store = Store(path / "evidence")
        self.notes = self.store.put(json.dumps({"facts": {"lane_violations": []}}))
        self.history = History(self.journal, self.notes)

    def seen(self, period: Period = WEEK, gauges: Iterable[Sample] = ()) -> Observed:
        return observed(self.journal.records(), Seen(self.journal, self.store), gauges, period)

    def report(self, period: Period = WEEK, gauges: Iterable[Sample] = ()) -> Monitoring:
        return report(self.seen(period, gauges))


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(tmp_path)


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """A week of work; nobody adds to it."""
    found = Kept(tmp_path_factory.mktemp("week"))
    days_of_work(found.journal, found.store.put(json.dumps(NOTES)))
    return found


def of(found: Monitoring, panel: str, words: str = "") -> dict[str, Any]:
    """The answer of a panel as plain data."""
    assert panel in {each.title for each in PANELS}
    [row] = [each for each in found.rows if each.panel == panel and (not words or each.words == words)]
    return data(found)["answers"][found.rows.index(row)]


def states(found: Monitoring) -> dict[str, str]:
    return {each.alert.name.removeprefix("Laneshift"): each.state for each in found.alerts}


def test_the_numbers_of_a_week(week: Kept) -> None:
    found = week.report()
    assert of(found, "Items landed")["value"] == "51"
    assert of(found, "Items landed")["by_day"] == ["4", None, "8", "30", None, None, "9"]
    assert of(found, "Items by outcome", "quarantined")["by_day"] == [None, None, "1", None, None, None, "3"]
    step = of(found, "Time of a step", "test")
    took = (STEPS["test"] + 20) / 1000
    assert (float(step["p50"]), float(step["p95"]), step["p99"], step["samples"]) == (took, took + 0.01, None, 55)
    assert of(found, "Steps that crashed")["value"] == f"{4 / 330:.6f}".rstrip("0")
    assert of(found, "Landings that failed")["value"] == "0"
    assert float(of(found, "Items taken back")["value"]) == pytest.approx(3 / 51, abs=1e-6)
    assert float(of(found, "Results remembered")["value"]) == pytest.approx(1 / 6, abs=1e-6)
    assert of(found, "Queue", "waiting")["by_day"] == ["0"] * 6 + ["2"]
    assert of(found, "Age of the queue")["value"] == str(5 * 60 * 60)
    assert of(found, "Lane violations")["value"] == "55"
    assert of(found, "Gates that failed", "tests")["value"] == "55"
    assert of(found, "Culprits")["value"] == "0", "whole suites ran, and nothing was blamed"


def test_what_was_not_measured_has_no_value_and_a_reason(kept: Kept) -> None:
    kept.history.batch("p", NOW - 30 * MINUTE, 3)
    found = kept.report()
    for panel in ("Items landed", "Culprits", "Landings that failed", "Rollbacks", "Canaries", "Items taken back"):
        told = of(found, panel)
        assert (told["state"], told["value"], set(told["by_day"])) == ("no data", None, {None}), panel
        assert told["why"]
    assert of(found, "Lane violations")["value"] == "0", "imports were checked, and none was wrong"
    assert of(found, "Time of a request")["why"] == "processes tell it of themselves, the journal does not"
    assert of(found, "Time of a step", "move")["p95"] is None, "three observations have no p95"
    assert of(found, "Age of the queue")["why"] == "nothing waits, runs or lands"
    assert of(found, "Age of keys")["why"] == "no key signs yet"
    assert states(found)["HttpLatency"] == states(found)["Latency"] == states(found)["LandingFailures"] == "no data"
    assert found.passes


def test_a_journal_without_a_record_makes_no_report(kept: Kept) -> None:
    with pytest.raises(Refused) as caught:
        kept.report(gauges=[known.KEY_MADE.sample(0, purpose="journal")])
    assert caught.value.code == "monitoring.nothing"
    assert "empty" in caught.value.what


@settings(derandomize=True, max_examples=15)
@given(back=st.integers(2, 300))
def test_a_journal_of_earlier_days_makes_none_and_says_how_far_to_look_back(
    tmp_path_factory: pytest.TempPathFactory, back: int
) -> None:
    found = Kept(tmp_path_factory.mktemp("old"))
    found.history.landing("p", NOW - back * DAY, 1)
    with pytest.raises(Refused) as caught:
        found.report(Period(NOW, back))
    asked = int(caught.value.cure.removeprefix("--since "))
    assert asked == back + 1
    assert of(found.report(Period(NOW, asked)), "Items landed")["value"] == "1"


def test_something_old_that_waits_is_told_however_short_the_period(kept: Kept) -> None:
    kept.history.add("p/run-1/started", "run.started", NOW - 30 * DAY, plan="p", items=["a"])
    found = kept.report(Period(NOW, 1))
    assert states(found)["QueueAge"] == "fires"
    assert not found.passes


def errored(kept: Kept, ago: int) -> None:
    kept.history.batch("p", NOW - ago - MINUTE, 2, crashed=1)


def failed(kept: Kept, ago: int) -> None:
    kept.history.landing("p", NOW - ago - MINUTE, 2, "stopped")


def waiting(kept: Kept, ago: int) -> None:
    kept.history.add("p/run-1/started", "run.started", NOW - ago, plan="p", items=["a"])


def back(kept: Kept, ago: int) -> None:
    kept.history.landing("p", NOW - 20 * DAY, 10)
    kept.history.taken_back("p", NOW - ago, 1)


def violated(kept: Kept, ago: int) -> None:
    History(kept.journal, kept.store.put(json.dumps(NOTES))).batch("p", NOW - ago - MINUTE, 1)


def missing(kept: Kept, ago: int) -> None:
    History(kept.journal, f"sha256:{'0' * 64}").batch("p", NOW - ago - MINUTE, 1)


def leases(kept: Kept, ago: int) -> None:
    for number in range(3):
        kept.history.add(f"w/{number}", "worker.lease-lost", NOW - ago)


CASES: list[tuple[str, Callable[[Kept, int], None], int, int, str]] = [
    ("Errors", errored, MINUTE, 17 * MINUTE, "no data"),
    ("LandingFailures", failed, MINUTE, 61 * MINUTE, "no data"),
    ("QueueAge", waiting, 121 * MINUTE, 119 * MINUTE, "rests"),
    ("Rollbacks", back, MINUTE, DAY + MINUTE, "no data"),
    ("LaneViolations", violated, MINUTE, 62 * MINUTE, "no data"),
    ("EvidenceMissing", missing, MINUTE, 62 * MINUTE, "no data"),
    ("LeasesLost", leases, MINUTE, 61 * MINUTE, "no data"),
]


@pytest.mark.parametrize(("name", "cause", "ago", "long_ago", "then"), CASES, ids=[each[0] for each in CASES])
def test_an_alert_fires_for_its_cause_within_its_window(
    name: str, cause: Callable[[Kept, int], None], ago: int, long_ago: int, then: str, tmp_path: Path
) -> None:
    (tmp_path / "now").mkdir()
    (tmp_path / "then").mkdir()
    now, before = Kept(tmp_path / "now"), Kept(tmp_path / "then")
    cause(now, ago)
    cause(before, long_ago)
    found = now.report()
    assert states(found)[name] == "fires"
    assert (found.passes, f"Laneshift{name}" in lead(found)) == (False, True)
    [judged] = [each for each in found.firing if each.alert.name == f"Laneshift{name}"]
    assert " is above " in judged.why
    assert judged.alert.do in html(found)
    assert states(before.report())[name] == then


def test_keys_fire_by_their_age_and_name_the_one(kept: Kept) -> None:
    kept.history.batch("p", NOW - 30 * MINUTE, 1)

    def judged(**days: int) -> Monitoring:
        return kept.report(
            gauges=[known.KEY_MADE.sample((NOW - day * DAY) / 1000, purpose=name) for name, day in days.items()]
        )

    assert judged(journal=79).passes
    old = judged(journal=20, attestation=81)
    assert (states(old)["KeyAge"], states(old)["KeyOverdue"]) == ("fires", "rests")
    assert "81.0 d (attestation) is above 80.0 d" in markdown(old).replace("&#40;", "(").replace("&#41;", ")")
    assert states(judged(journal=91))["KeyOverdue"] == "fires"


@pytest.mark.parametrize("name", ["", "sha256:0", "../journal.sqlite", "None"])
def test_what_no_evidence_can_be_called_is_missing_evidence(name: str, kept: Kept) -> None:
    History(kept.journal, name).batch("p", NOW - 2 * MINUTE, 1)
    assert of(kept.report(), "Evidence missing")["value"] == "2", "of the two steps whose evidence is counted"


def test_every_alert_is_judged_here_or_is_of_processes_alone() -> None:
    own = {each.name for each in ALERTS if all(metric.own for metric in each.question.metrics())}
    told = {f"Laneshift{name}" for name, *_ in CASES} | {"LaneshiftKeyAge", "LaneshiftKeyOverdue"}
    assert told | own == {each.name for each in ALERTS}
    assert own == {"LaneshiftLatency", "LaneshiftHttpLatency", "LaneshiftHttpErrors"}


def test_it_counts_as_those_who_are_scraped_do(week: Kept) -> None:
    meter = Meter(week.journal, week.store, lambda: ())
    meter.catch_up()
    counted = {values[0]: value for (m, values), value in meter.totals.counters.items() if m is known.JOURNAL_RECORDS}
    rows = [each for each in week.report().rows if each.panel == "Journal records"]
    assert {each.words: each.answer.value for each in rows} == counted
    assert sum(counted.values()) == week.report().records == len(week.journal.records())


@settings(derandomize=True, max_examples=60)
@given(st.lists(st.tuples(st.integers(-2 * DAY, 10 * DAY), st.integers(1, 9)), min_size=1, max_size=40))
def test_the_days_add_up_to_the_whole(events: list[tuple[int, int]]) -> None:
    first = WEEK.starts[0]
    points = tuple(
        Point(first + at, known.LANDED.sample(many)) for at, many in sorted(events) if WEEK.place(first + at) >= 0
    )
    if not points:
        return
    found = report(Observed(WEEK, points, (), ((),) * 6, len(points), NOW))
    [row] = [each for each in found.rows if each.panel == "Items landed"]
    assert sum(value or 0 for value in row.days) == row.answer.value == sum(each.sample.value for each in points)
    assert 0 not in row.days, "a day on which nothing was measured is no zero"


def test_the_documents_are_in_their_forms(week: Kept, kept: Kept) -> None:
    kept.history.batch("p", NOW - 30 * MINUTE, 1)
    schema = json.loads(files("laneshift.reports").joinpath("monitoring.schema.json").read_text("utf-8"))
    validator = Draft202012Validator(schema)
    for found in (week.report(), kept.report()):
        document = data(found)
        assert list(validator.iter_errors(document)) == []
        silent = next(each for each in document["answers"] if each["state"] == "no data")
        silent["value"] = "0"
        assert list(validator.iter_errors(document)), "no data is no zero"
    page = html(week.report())
    assert page.count("<svg") > 15
    assert "no data" in page
    assert "<script" not in page
    assert html(kept.report()).count("<svg") >= 2, "a journal of one day has charts as well"


def test_nothing_that_a_journal_names_is_markup(kept: Kept) -> None:
    evil = "<script>alert(1)</script>"
    notes = kept.store.put(json.dumps({"facts": {evil: "failed", "a|b": "failed"}}))
    History(kept.journal, notes).batch("p", NOW - 30 * MINUTE, 1)
    found = kept.report()
    assert of(found, "Gates that failed", "other")["value"] == "2"
    assert "<script" not in html(found) + markdown(found)

"""Samples, sums, queues and trees as pure functions: hostile records, and what must hold for every journal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laneshift.errors import Bug, Refused
from laneshift.evidence.records import Record, seal
from laneshift.steps.order import STEPS
from laneshift.telemetry import catalogue as known
from laneshift.telemetry.choice import Choice, address, choose
from laneshift.telemetry.metric import OTHER, Label, Metric, by_name, fit
from laneshift.telemetry.queue import Queue
from laneshift.telemetry.samples import samples
from laneshift.telemetry.spans import item_tree, landing_tree, root_of
from laneshift.telemetry.totals import Totals

SMALL = st.integers(-1000, 1000)
ZERO = f"sha256:{'0' * 64}"


@dataclass
class Known:
    """A look at what a test says there is."""

    times: Mapping[str, int] = field(default_factory=dict)
    evidence: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def at(self, key: str) -> int | None:
        return self.times.get(key)

    def notes(self, digest: str) -> Mapping[str, Any] | None:
        return self.evidence.get(digest)


def record(kind: str, key: str = "p/k", at: int = 5000, seq: int = 1, **facts: Any) -> Record:
    return seal(seq=seq, key=key, kind=kind, at=at, actor="a", tool="t", facts=facts, after=(ZERO, ""))


def told(found: Record, look: Known | None = None) -> list[tuple[str, float, tuple[str, ...]]]:
    made = samples(found, look or Known())[1:]
    return [(sample.metric.name, sample.value, sample.values) for sample in made]


def test_the_steps_are_those_that_there_are() -> None:
    assert tuple(STEPS) == known.STEPS


def test_a_step_gives_its_time_and_what_its_evidence_says() -> None:
    look = Known({"p/r/i/gates/began": 3000}, {"n": {"facts": {"lanes": "failed", "code": "x", "type": "y"}}})
    facts = {"plan": "p", "item": "i", "step": "gates", "status": "failed", "cached": True, "notes": "n"}
    assert told(record("step.ended", "p/r/i/gates/ended", **facts), look) == [
        ("steps", 1, ("gates", "failed")),
        ("result_lookups", 1, ("remembered",)),
        ("step", 2.0, ("gates",)),
        ("gate_verdicts", 1, ("lanes", "failed")),
    ]
    assert told(record("step.ended", "p/r/i/gates/ended", **facts))[-1] == ("evidence_missing", 1, ())


def test_an_item_that_a_landing_holds_is_a_culprit_only_with_evidence() -> None:
    held = {"plan": "p", "item": "i", "state": "held"}
    assert told(record("item.settled", "p/land-1/0/held/i", **held, evidence="e")) == [
        ("items_settled", 1, ("held",)),
        ("culprits", 1, ()),
    ]
    assert told(record("item.settled", "p/land-1/0/held/i", **held, evidence="")) == [("items_settled", 1, ("held",))]


def test_clocks_that_disagree_give_no_negative_time() -> None:
    settled = record("item.settled", "p/run-1/i/settled", at=1000, plan="p", item="i", state="verified")
    assert told(settled, Known({"p/run-1/claim/i": 9000}))[-1] == ("item", 0.0, ("verified",))


@given(
    st.sampled_from(known.KINDS),
    st.dictionaries(st.text(max_size=8), SMALL | st.text() | st.none() | st.lists(SMALL)),
)
def test_facts_of_any_shape_are_counted_and_never_raise(kind: str, facts: dict[str, Any]) -> None:
    names = {"items": 3, "state": [], "step": None, "notes": 7, "passed": "many", "blamed": {"a": 1}, "check": "?"}
    for shape in (facts, names, {**facts, **names}):
        made = samples(record(kind, **shape), Known())
        assert made[0].labels == {"kind": kind}
        queue = Queue()
        queue.hear(record(kind, **shape))
        assert all(sample.value >= 0 for sample in queue.samples())


@given(st.lists(st.floats(min_value=0, max_value=5000), max_size=60))
def test_a_histogram_counts_as_a_plain_count_does(values: Sequence[float]) -> None:
    totals = Totals()
    totals.add(known.STEP_TIME.sample(value, step="move") for value in values)
    if not values:
        assert totals.histograms == {}
        return
    [found] = totals.histograms.values()
    expected = [sum(v <= bound for v in values) for bound in known.STEP_TIME.buckets]
    assert list(found.cumulative()) == [*expected, len(values)]
    assert found.sum == pytest.approx(sum(values))


def test_labels_are_bounded() -> None:
    totals = Totals()
    totals.add(known.VERDICTS.sample(1, gate=f"gate-{number}", verdict="passed") for number in range(500))
    assert len(totals.counters) == 51
    assert totals.counters[known.VERDICTS, (OTHER, "passed")] == 450
    assert sum(totals.counters.values()) == 500
    assert known.ITEMS.sample(1, outcome="labs.secret").labels == {"outcome": OTHER}
    for hostile in ("", "a" * 65, "a|b", "a,b", "a\nb", 'a"b', "a{b"):
        assert known.VERDICTS.sample(1, gate=hostile, verdict="passed").labels["gate"] == OTHER
    assert (fit("my repo|x"), fit("|"), fit("")) == ("my_repo_x", "_", OTHER)


def test_a_metric_keeps_to_its_labels_and_its_name() -> None:
    with pytest.raises(Bug, match="has the labels"):
        known.LANDED.sample(1, item="labs.left")
    with pytest.raises(Bug, match="one name"):
        by_name([*known.CATALOGUE, Metric("items_landed", "counter", "Twice.")])
    assert {label.name for metric in known.CATALOGUE for label in metric.labels}.isdisjoint(
        {"item", "plan", "path", "actor", "repository", "le"}
    )
    assert Label("x", ("a",)).bounded("b") == OTHER


def story(*records: Record) -> dict[str, float]:
    queue = Queue()
    for each in records:
        queue.hear(each)
    return {f"{s.metric.name} {' '.join(s.values)}".strip(): s.value for s in queue.samples()}


def test_the_queue_is_what_was_asked_for_and_has_not_ended() -> None:
    started = record("run.started", "p/run-1/started", at=1000, plan="p", items=["a", "b"])
    claimed = record("item.claimed", "p/run-1/claim/a", at=2000, plan="p", item="a", worker=0)
    settled = record("item.settled", "p/run-1/a/settled", plan="p", item="a", state="ready-to-land")
    ended = record("run.ended", "p/run-1/ended", plan="p")
    begun = story(started, claimed)
    assert (begun["queue_items waiting"], begun["queue_items running"], begun["workers_active"]) == (1, 1, 1)
    assert begun["queue_oldest"] == 1.0
    over = story(started, claimed, settled, ended)
    assert "queue_oldest" not in over
    assert (over["queue_items ready"], over["workers_active"]) == (1, 0)
    land = record("land.started", "p/land-1/started", at=7000, plan="p", items=["a"])
    landing = story(started, claimed, settled, ended, land)
    assert (landing["queue_items landing"], landing["queue_items ready"], landing["queue_oldest"]) == (1, 0, 7.0)
    landed = record("land.recorded", "p/land-1/recorded", plan="p", items=["a"])
    done = story(started, claimed, settled, ended, land, landed, record("land.ended", "p/land-1/ended", plan="p"))
    assert {name: value for name, value in done.items() if value} == {}


def test_two_plans_with_items_of_one_name_do_not_mix() -> None:
    first = record("item.settled", "p/run-1/a/settled", plan="p", item="a", state="ready-to-land")
    second = record("item.settled", "q/run-1/a/settled", plan="q", item="a", state="ready-to-land")
    landed = record("land.recorded", "p/land-1/recorded", plan="p", items=["a"])
    assert story(first, second, landed)["queue_items ready"] == 1


def test_a_tree_is_the_same_whoever_tells_it_and_an_item_named_like_a_step_is_one() -> None:
    began = record("step.began", "p/run-1/move/move/began", 1000, 1, plan="p", item="move", step="move")
    end = record("item.settled", "p/run-1/move/settled", 3000, 2, plan="p", item="move", state="quarantined", cause="c")
    assert root_of(end) == "p/run-1/move/"
    tree = item_tree(end, [end, began], None)
    assert tree == item_tree(end, [began, end], None)
    assert [(span.name, span.begin, span.end, span.error) for span in tree] == [
        ("item", 1000, 3000, "c"),
        ("move", 1000, 3000, "it never ended"),
    ]
    assert [span.parent for span in tree] == [None, tree[0].id]
    assert len({span.id for span in tree}) == 2
    assert 0 < tree[0].trace < 1 << 128
    again = record("item.settled", "p/run-2/move/settled", plan="p", item="move", state="verified")
    assert item_tree(again, [], None)[0].trace != tree[0].trace, "another run is another tree"
    assert root_of(began) == root_of(record("item.settled", "p/land-1/0/held/a", plan="p", item="a")) == ""


def test_a_landing_without_records_is_its_root_alone() -> None:
    end = record("land.ended", "p/land-1/ended", plan="p", result="stopped")
    [root] = landing_tree(end, [])
    assert (root.name, root.parent, root.error) == ("land", None, "stopped")


def test_the_environment_says_who_is_told() -> None:
    assert choose({}) == Choice()
    assert choose({"LANESHIFT_METRICS_FILE": "", "OTEL_EXPORTER_OTLP_ENDPOINT": ""}) == Choice()
    url = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://localhost:4318"}
    assert choose(url).traces
    assert not choose({**url, "OTEL_SDK_DISABLED": "TRUE"}).traces
    assert not choose({**url, "OTEL_TRACES_EXPORTER": "none"}).traces
    spoken = choose({**url, "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"})
    assert (spoken.traces, "grpc" in spoken.remark) == (False, True)


@pytest.mark.parametrize("text", ["", "9464", ":9464", "host:", "host:x", "host:65536", "host:-1", "host:²"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(Refused) as caught:
        address(text)
    assert caught.value.code == "telemetry.address"


def test_addresses() -> None:
    assert address("127.0.0.1:9464") == ("127.0.0.1", 9464)
    assert address("[::1]:0") == ("::1", 0)

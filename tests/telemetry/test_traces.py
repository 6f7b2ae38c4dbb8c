"""Traces of a run that was killed and resumed: one tree for each item, whole, and one for the landing."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from laneshift.telemetry.catalogue import STEPS
from tests.repo.builders import repo_at
from tests.telemetry.receivers import collector
from tests.telemetry.scene import Scene, telling


def told(span: Span) -> dict[str, str]:
    return {pair.key.removeprefix("laneshift."): pair.value.string_value for pair in span.attributes}


def roots(spans: Iterable[Span]) -> list[Span]:
    return [span for span in spans if not span.parent_span_id]


def test_each_item_is_one_whole_tree(scene: Scene) -> None:
    found: dict[str, list[list[str]]] = {}
    for spans in scene.collected.trees().values():
        [root] = roots(spans)
        children = [span for span in spans if span is not root]
        assert {span.parent_span_id for span in children} == {root.span_id}
        assert all(root.start_time_unix_nano <= span.start_time_unix_nano for span in children)
        assert all(span.end_time_unix_nano <= root.end_time_unix_nano for span in children)
        if root.name == "item":
            found.setdefault(told(root)["item"], []).append([span.name for span in children])
    assert {item: sorted(trees) for item, trees in found.items()} == {
        "labs.left": [list(STEPS)],
        "labs.right": [list(STEPS)],
        "labs.leans": [["review", "check_deps"]],
    }
    assert scene.killed in found


def test_what_went_wrong_is_an_error_with_its_cause(scene: Scene) -> None:
    items = {told(s)["item"]: s for s in scene.collected.spans if s.name == "item" and not s.parent_span_id}
    assert {item: span.status.code for item, span in items.items()} == {
        "labs.left": 0,
        "labs.right": 0,
        "labs.leans": 2,
    }
    assert "lane forbids it" in items["labs.leans"].status.message
    [bad] = [s for s in scene.collected.spans if s.name == "check_deps" and told(s)["status"] == "failed"]
    assert (bad.status.code, told(bad)["item"]) == (2, "labs.leans")


def test_a_landing_is_a_tree_with_its_suites_and_its_culprit(scene: Scene) -> None:
    trees = [spans for spans in scene.collected.trees().values() if roots(spans)[0].name == "land"]
    results = sorted(told(roots(spans)[0])["result"] for spans in trees)
    assert results == ["green", "landed"], "that of the canary, and the one that landed"
    [landing] = [spans for spans in trees if told(roots(spans)[0])["result"] == "landed"]
    names = [span.name for span in landing]
    assert names.count("suite.ran") == 3
    assert names.count("land.observed") == 2
    [culprit] = [span for span in landing if span.name == "item.settled"]
    assert culprit.status.code == 2


def test_the_service_is_named(scene: Scene) -> None:
    assert {resource["service.name"] for resource in scene.collected.resources} == {"laneshift"}


def test_what_a_collector_did_not_take_is_sent_by_the_next_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "repo"
    repo_at(path, {"a.txt": "a\n"})
    with collector() as collected:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collected.url)
        collected.broken = True
        with telling(path) as shop:
            shop.journal.append("p/run-1/claim/a", "item.claimed", {"plan": "p", "item": "a"})
            facts = {"plan": "p", "item": "a", "state": "verified"}
            shop.journal.append("p/run-1/a/settled", "item.settled", facts)
        assert (collected.asked > 0, collected.spans) == (True, [])
        collected.broken = False
        with telling(path) as shop:
            shop.journal.append("p/run-1/ended", "run.ended", {"plan": "p"})
        [span] = collected.spans
        assert (span.name, told(span)["item"]) == ("item", "a")
        with telling(path) as shop:
            shop.journal.append("p/run-2/ended", "run.ended", {"plan": "p"})
        assert len(collected.spans) == 1

"""Traces belong to whoever asked, and come back as they were kept."""

from __future__ import annotations

import asyncio

import pytest

from laneshift.matriz.orchestrator import Orchestrator
from laneshift.matriz.trace import Origin, Trace, is_run, trace_of

from .fakes import FakeNode, after, by_name, graph, raises, step

TRACE, SPAN = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"


def traced(text: str = "hello", origin: Origin | None = None) -> Trace:
    """A trace of a step that answers, one that fails and one that is then not fed."""
    nodes = by_name(FakeNode("node"), FakeNode("bad", raises))
    orchestrator = Orchestrator(nodes)
    try:
        steps = [step("one", "node"), step("two", "bad"), step("three", "node", takes=after("two"))]
        return asyncio.run(orchestrator.run(graph(nodes, "one", steps), text, origin=origin)).trace
    finally:
        orchestrator.crew.close(wait=300)


@pytest.mark.parametrize("flags", ["01", "00", "ff"])
def test_a_run_is_a_child_of_the_span_that_asked(flags: str) -> None:
    origin = Origin.of(f"00-{TRACE}-{SPAN}-{flags}")
    assert (origin.trace, origin.parent) == (TRACE, SPAN)
    assert is_run(origin.run)
    assert origin.run != SPAN
    assert origin.traceparent() == f"00-{TRACE}-{origin.run}-{'00' if flags == '00' else '01'}"
    assert Origin.of(origin.traceparent("1" * 16)).parent == "1" * 16


@pytest.mark.parametrize(
    "header",
    [
        "",
        "nonsense",
        f"ff-{TRACE}-{SPAN}-01",
        f"00-{TRACE}-{SPAN}-01-more",
        f"00-{'0' * 32}-{SPAN}-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"00-{TRACE.upper()}-{SPAN}-01",
        f"00-{TRACE}-{SPAN}",
        f"00-{TRACE}-{SPAN}-01\nx",
    ],
)
def test_of_a_malformed_header_nothing_is_taken(header: str) -> None:
    origin = Origin.of(header)
    assert origin.trace != TRACE
    assert (origin.parent, origin.sampled) == ("", True)


def test_a_later_version_of_the_header_is_read_as_far_as_it_is_known() -> None:
    assert Origin.of(f"01-{TRACE}-{SPAN}-01-what-the-future-brings").trace == TRACE


def test_the_same_text_gives_the_same_origin_and_spans_differ_by_name() -> None:
    origin = Origin.seeded("a dream")
    assert origin == Origin.seeded("a dream")
    assert origin != Origin.seeded("another")
    assert origin.span("a") != origin.span("b")
    assert len({Origin.fresh().run for _ in range(50)}) == 50


def test_a_trace_is_the_same_after_it_was_told() -> None:
    trace = traced(origin=Origin.of(f"00-{TRACE}-{SPAN}-00"))
    told = trace.as_json()
    assert trace_of(told) == trace
    assert told["traceparent"] == f"00-{TRACE}-{trace.id}-00"
    assert [record.ended for record in trace.records] == ["done", "failed", "unfed"]
    assert trace.partial


@pytest.mark.parametrize("told", [{}, {"records": []}, {"records": [{}], "why": [], "ended": "done"}])
def test_what_is_no_trace_is_told_from_one(told: dict[str, object]) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        trace_of(told)


def test_the_question_is_not_in_the_trace_but_its_digest_is() -> None:
    one, same, other = traced("who am I?"), traced("who am I?"), traced("who are you?")
    assert one.asked == same.asked != other.asked
    assert one.asked.startswith("sha256:")
    assert "who am I" not in str(one.records[2]), "a step that was not asked tells nothing of it"

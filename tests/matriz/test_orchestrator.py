"""What becomes of an answer when nodes are late, fail, give nonsense or are not needed."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laneshift.errors import Refused
from laneshift.matriz.breaker import Rules
from laneshift.matriz.budget import Stage
from laneshift.matriz.graph import Step
from laneshift.matriz.node import Context
from laneshift.matriz.orchestrator import Outcome
from laneshift.matriz.trace import Ended, Origin, Trace
from tests.sweeps import swept

from .fakes import (
    FakeNode,
    Hanging,
    Said,
    Words,
    after,
    answers,
    gives_a_text,
    graph,
    raises,
    step,
)
from .orchestrated import ends, orchestrated, run

CLOSING = (Stage.VALIDATION, Stage.REFLECTION)


def test_each_step_is_given_what_is_declared() -> None:
    with orchestrated(FakeNode("first"), FakeNode("last")) as (orchestrator, _, kept):
        steps = (step("first", stage=Stage.INTENT), step("last", stage=Stage.REFLECTION, takes=after("first")))
        outcome = run(orchestrator, "last", *steps)
    assert outcome.answer == Said(confidence=0.5, reasons=("it was asked",), text="hello!!")
    assert not outcome.partial
    assert outcome.why == ()
    first, last = outcome.trace.records
    assert (first.parents, last.parents) == ((), (first.id,))
    assert last.outputs == {"confidence": 0.5, "reasons": ["it was asked"], "text": "hello!!"}
    assert kept == [outcome.trace]


def test_steps_of_one_stage_run_at_once_unless_they_need_each_other() -> None:
    met = threading.Barrier(2)

    async def meets(given: Words, context: Context) -> Said:
        met.wait(300)
        return await answers(given, context)

    with orchestrated(FakeNode("one", meets), FakeNode("other", meets), FakeNode("last")) as (orchestrator, _, _):
        outcome = run(orchestrator, "last", step("one"), step("other"), step("last", takes=after("other")))
    assert outcome.answer is not None
    assert not outcome.partial


@pytest.mark.parametrize("awaits", [False, True], ids=["computes", "awaits"])
def test_a_stage_that_hangs_is_cut_at_its_budget(awaits: bool) -> None:
    hanging = Hanging(awaits=awaits)
    nodes = (FakeNode("hang", hanging), FakeNode("last"))
    with orchestrated(*nodes) as (orchestrator, clock, _):
        steps = [step("hang"), step("last", stage=Stage.REFLECTION)]
        wanted = graph(dict(orchestrator.nodes), "last", steps)

        async def story() -> Outcome:
            running = asyncio.create_task(orchestrator.run(wanted, "hello"))
            await hanging.runs()
            await clock.awaited(0.120)
            clock.pass_(0.119)
            assert not running.done()
            clock.pass_(0.002)
            return await running

        outcome = asyncio.run(story())
        if awaits:
            assert hanging.cancelled.acquire(timeout=300)
        else:
            assert orchestrator.crew.standing().hanging == {"hang": 1}
        hanging.release()
    assert outcome.answer is not None, "the stages after it have their time"
    assert outcome.partial
    assert outcome.why == ("hang: hang cut: the time of its stage was up",)
    assert ends(outcome) == {"hang": Ended.CUT, "last": Ended.DONE}
    assert outcome.trace.records[0].duration == pytest.approx(0.121)
    assert orchestrator.crew.standing().threads == 0


def test_a_node_has_no_more_than_its_own_time_and_another_stands_in() -> None:
    hanging = Hanging(awaits=True)
    with orchestrated(FakeNode("slow", hanging, timeout=0.02), FakeNode("quick")) as (orchestrator, clock, _):
        wanted = graph(dict(orchestrator.nodes), "slow", [step("slow", fallback="quick")])

        async def story() -> Outcome:
            running = asyncio.create_task(orchestrator.run(wanted, "hello"))
            await clock.awaited(0.02)
            clock.pass_(0.02)
            return await running

        outcome = asyncio.run(story())
    assert outcome.answer is not None
    assert not outcome.partial
    assert outcome.why == ("slow: slow cut: its own time was up",)
    assert [(record.node, record.instead, record.ended) for record in outcome.trace.records] == [
        ("slow", False, Ended.CUT),
        ("quick", True, Ended.DONE),
    ]


async def _too_sure(given: Words, _: Context) -> Said:
    return Said.model_construct(confidence=2.0, reasons=(), text=given.text)


async def _not_a_number(given: Words, _: Context) -> Said:
    return Said.model_construct(confidence=float("nan"), reasons=(), text=given.text)


async def _too_much(given: Words, _: Context) -> Said:
    return Said(confidence=1, text="x" * (1 << 20))


async def _leaves(_given: Words, _context: Context) -> Said:
    raise SystemExit(3)


async def _cancels_itself(_given: Words, _context: Context) -> Said:
    raise asyncio.CancelledError


async def _nothing(_given: Words, _context: Context) -> None:
    return None


@pytest.mark.parametrize(
    ("does", "why"),
    [
        (raises, "KeyError: 'what it looked for'"),
        (gives_a_text, "WrongOutputError: it gave a str, not Said"),
        (_nothing, "WrongOutputError: it gave nothing, not Said"),
        (_too_sure, "ValidationError: "),
        (_not_a_number, "ValidationError: "),
        (_too_much, "WrongOutputError: it gave 1048"),
        (_leaves, "matriz.node-ended: it raised SystemExit: 3"),
        (_cancels_itself, "matriz.node-ended: it raised CancelledError: "),
    ],
)
def test_a_node_that_fails_ends_its_step_alone(does: Callable[..., Awaitable[object]], why: str) -> None:
    with orchestrated(FakeNode("bad", does), FakeNode("good")) as (orchestrator, _, _):
        outcome = run(orchestrator, "good", step("bad"), step("good"), step("behind", "good", takes=after("bad")))
        told = orchestrator.health.of("bad").told()
    assert outcome.answer is not None
    assert outcome.partial
    assert ends(outcome) == {"bad": Ended.FAILED, "behind": Ended.UNFED, "good": Ended.DONE}
    assert any(each.startswith(f"bad: bad failed: {why}") for each in outcome.why), outcome.why
    assert "behind: good unfed: bad gave nothing" in outcome.why
    assert (told.calls, told.failures, told.success) == (1, 1, 0.0)
    assert told.trouble.startswith(why)


def test_what_is_optional_may_be_missing_and_what_is_not_needed_is_no_gap() -> None:
    def no(_: object) -> bool:
        return False

    with orchestrated(FakeNode("node")) as (orchestrator, _, _):
        steps = (
            step("first", "node", stage=Stage.INTENT),
            step("never", "node", when=no),
            step("behind", "node", takes=after("never")),
            step("last", "node", stage=Stage.REFLECTION, after=("never",), when=lambda seen: "never" not in seen),
        )
        outcome = run(orchestrator, "last", *steps)
    assert ends(outcome) == {
        "first": Ended.DONE,
        "never": Ended.NOT_NEEDED,
        "behind": Ended.NOT_NEEDED,
        "last": Ended.DONE,
    }
    assert not outcome.partial
    assert outcome.answer is not None


def test_a_condition_that_fails_is_a_gap_of_its_step() -> None:
    def broken(_: object) -> bool:
        raise ValueError("no idea")

    with orchestrated(FakeNode("node")) as (orchestrator, _, _):
        outcome = run(orchestrator, "last", step("odd", "node", when=broken), step("last", "node"))
    assert outcome.why == ("odd: node unfed: whether it is needed cannot be said: ValueError: no idea",)
    assert outcome.partial


def test_time_for_checking_and_telling_is_kept() -> None:
    """Intent and decision hang: processing gets what is left, and the last two stages still have theirs."""
    hanging = Hanging(awaits=True)
    stages = (Stage.INTENT, Stage.DECISION, Stage.PROCESSING, *CLOSING)
    with orchestrated(FakeNode("hang", hanging), rules=Rules(failures=100)) as (orchestrator, clock, _):
        steps = [step(stage.value, "hang", stage=stage) for stage in stages]
        wanted = graph(dict(orchestrator.nodes), "reflection", steps)

        async def story() -> Outcome:
            running = asyncio.create_task(orchestrator.run(wanted, "hello"))
            for seconds in (0.050, 0.100, 0.030, 0.040, 0.030):
                await hanging.runs()
                await clock.awaited(seconds)
                clock.pass_(seconds)
            return await running

        outcome = asyncio.run(story())
    assert outcome.answer is None
    assert outcome.trace.ended is Ended.CUT
    assert outcome.trace.duration == pytest.approx(0.250)
    assert len(outcome.why) == 5


def test_when_no_time_is_left_nothing_is_begun() -> None:
    node = FakeNode("node")
    with orchestrated(node) as (orchestrator, clock, _):
        real = clock.now

        def jumping() -> float:
            clock.pass_(0.2)
            return real()

        clock.now = jumping  # type: ignore[method-assign]
        outcome = run(orchestrator, "only", step("only", "node"))
    assert outcome.why == ("only: node cut: no time was left for it",)
    assert node.calls == []


def test_a_question_that_the_first_step_cannot_take_is_refused() -> None:
    with orchestrated(FakeNode("node")) as (orchestrator, _, kept):
        wanted = graph(dict(orchestrator.nodes), "only", [step("only", "node")])
        with pytest.raises(Refused) as refused:
            asyncio.run(orchestrator.run(wanted, {"asked": 3}))
    assert refused.value.code == "matriz.mismatch"
    assert [str(fault.where) for fault in refused.value.faults] == ["only.text"]
    assert kept == []


def test_a_call_knows_what_it_is_part_of() -> None:
    node = FakeNode("node")
    with orchestrated(node) as (orchestrator, clock, _):
        origin = Origin.of("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
        outcome = run(orchestrator, "only", step("only", "node"), origin=origin, seed=7, at=1234.5)
    (context,) = node.calls
    (record,) = outcome.trace.records
    assert context.run == outcome.trace.id == origin.run
    assert context.traceparent == f"00-0af7651916cd43dd8448eb211c80319c-{record.id}-01"
    assert outcome.trace.parent == "b7ad6b7169203331"
    assert context.at == outcome.trace.at == 1234.5
    assert context.ends == pytest.approx(clock.now() + 0.120)


STEPS = (
    step("intent", "node", stage=Stage.INTENT),
    step("one", "node", stage=Stage.DECISION, takes=after("intent")),
    step("two", "bad", stage=Stage.DECISION, fallback="node"),
    step("three", "node", stage=Stage.PROCESSING, takes=after("two")),
    step("four", "bad", stage=Stage.PROCESSING, takes=after("one")),
    step("five", "node", stage=Stage.PROCESSING, takes=after("three")),
    step("last", "draws", stage=Stage.REFLECTION, takes=after("five")),
)


async def _draws(given: Words, context: Context) -> Said:
    return Said(confidence=1, text=f"{given.text} {context.seed} {context.at}")


@pytest.mark.chaos
@settings(max_examples=swept(1000, 50), derandomize=True, deadline=None)
@given(st.permutations(STEPS), st.integers(0, 3))
def test_the_same_graph_and_question_leave_the_same_trace(steps: list[Step], seed: int) -> None:
    def traced(listed: tuple[Step, ...] | list[Step]) -> Trace:
        nodes = (FakeNode("node"), FakeNode("bad", raises), FakeNode("draws", _draws))
        with orchestrated(*nodes, rules=Rules(failures=100)) as (orchestrator, _, _):
            origin = Origin.seeded("the same")
            return run(orchestrator, "last", *listed, origin=origin, seed=seed, at=5.0).trace

    first, second = traced(STEPS), traced(steps)
    assert first.timeless() == second.timeless()
    assert str(seed) in str(first.seed)

"""Many runs at once, cancelled runs, open breakers and hanging threads: nobody is held up, and nothing is left."""

from __future__ import annotations

import asyncio
import json
import threading

import pytest

from laneshift.matriz.breaker import Rules, State
from laneshift.matriz.budget import Stage
from laneshift.matriz.crew import Crew
from laneshift.matriz.node import Context
from laneshift.matriz.orchestrator import Outcome
from laneshift.matriz.trace import Ended
from tests import warm
from tests.toy import with_tests

from .fakes import (
    FakeNode,
    Hanging,
    Said,
    Words,
    after,
    answers,
    graph,
    raises,
    step,
)
from .orchestrated import orchestrated, run


def test_hundred_runs_at_once_share_bounded_threads() -> None:
    lock, at_once, most = threading.Lock(), 0, 0

    async def counts(given: Words, context: Context) -> Said:
        nonlocal at_once, most
        with lock:
            at_once += 1
            most = max(most, at_once)
        await asyncio.sleep(0)
        with lock:
            at_once -= 1
        return await answers(given, context)

    crew = Crew(size=6, each=3)
    nodes = (FakeNode("count", counts), FakeNode("bad", raises), FakeNode("last"))
    with orchestrated(*nodes, crew=crew, rules=Rules(failures=1000)) as (orchestrator, _, kept):
        steps = [
            step("one", "count"),
            step("two", "count", takes=after("one")),
            step("bad"),
            step("last", stage=Stage.REFLECTION, takes=after("two")),
        ]
        wanted = graph(dict(orchestrator.nodes), "last", steps)

        async def story() -> list[Outcome]:
            runs = [orchestrator.run(wanted, f"{number}") for number in range(100)]
            found = await asyncio.gather(*runs)
            assert len(asyncio.all_tasks()) == 1
            return found

        outcomes = asyncio.run(story())
        assert crew.standing().threads <= 6
        assert crew.standing().hanging == {}
    assert [outcome.answer.text for outcome in outcomes if isinstance(outcome.answer, Said)] == [
        f"{number}!!!" for number in range(100)
    ]
    assert 1 <= most <= 3
    assert all(outcome.partial and len(outcome.trace.records) == 4 for outcome in outcomes)
    assert len({outcome.trace.id for outcome in outcomes}) == 100
    assert sorted(trace.id for trace in kept) == sorted(outcome.trace.id for outcome in outcomes)


def test_cancelling_a_run_ends_all_of_it_and_is_held_against_nobody() -> None:
    hanging, deaf = Hanging(awaits=True), Hanging()
    nodes = (FakeNode("await", hanging), FakeNode("compute", deaf), FakeNode("last"))
    with orchestrated(*nodes, rules=Rules(failures=1)) as (orchestrator, _, kept):
        steps = [step("await"), step("compute"), step("last", stage=Stage.REFLECTION)]
        wanted = graph(dict(orchestrator.nodes), "last", steps)

        async def story() -> None:
            running = asyncio.create_task(orchestrator.run(wanted, "hello"))
            await hanging.runs()
            await deaf.runs()
            running.cancel()
            with pytest.raises(asyncio.CancelledError):
                await running
            assert asyncio.all_tasks() == {asyncio.current_task()}

        asyncio.run(story())
        assert hanging.cancelled.acquire(timeout=300)
        assert nodes[1].calls[0].cancelled(), "a node that computes can see that nobody waits"
        states = {node.name: orchestrator.health.of(node.name).told() for node in nodes}
        deaf.release()
    assert [state.state for state in states.values()] == [State.CLOSED] * 3
    assert all(state.failures == 0 for state in states.values())
    (trace,) = kept
    assert trace.ended is Ended.CANCELLED
    assert {record.step: record.ended for record in trace.records} == dict.fromkeys(
        ("await", "compute", "last"), Ended.CANCELLED
    )
    assert trace.records[0].inputs.startswith("sha256:")


def test_an_open_breaker_keeps_calls_away_until_its_probe_went_well() -> None:
    node = FakeNode("node", raises)
    rules = Rules(failures=2, cooldown=5.0)
    with orchestrated(node, rules=rules) as (orchestrator, clock, _):
        breaker = orchestrator.health.of("node").breaker

        def asked() -> Outcome:
            return run(orchestrator, "only", step("only", "node"))

        asked()
        assert breaker.state is State.CLOSED
        asked()
        assert breaker.state is State.OPEN
        refused = asked()
        assert refused.why == ("only: node refused: its breaker is open",)
        assert refused.partial
        assert len(node.calls) == 2
        clock.pass_(5.0)
        assert breaker.state is State.HALF_OPEN
        asked()
        assert (len(node.calls), breaker.state) == (3, State.OPEN), "the probe failed"
        clock.pass_(5.0)
        asked()
        assert len(node.calls) == 3, "after a probe that failed the wait is twice as long"
        clock.pass_(5.0)
        node.does = answers
        assert not asked().partial
        assert breaker.state is State.CLOSED


def test_only_one_of_many_runs_is_the_probe() -> None:
    hanging = Hanging(awaits=True)
    node = FakeNode("node", raises)
    with orchestrated(node, rules=Rules(failures=1, cooldown=5.0)) as (orchestrator, clock, _):
        run(orchestrator, "only", step("only", "node"))
        clock.pass_(5.0)
        node.does = hanging
        wanted = graph(dict(orchestrator.nodes), "only", [step("only", "node")])

        async def story() -> list[Outcome]:
            probe = asyncio.create_task(orchestrator.run(wanted, "probe"))
            await hanging.runs()
            others = await asyncio.gather(*(orchestrator.run(wanted, "other") for _ in range(20)))
            probe.cancel()
            await asyncio.wait([probe])
            return others

        others = asyncio.run(story())
        assert {outcome.why for outcome in others} == {("only: node refused: its breaker is open",)}
        assert len(node.calls) == 2
        node.does = answers
        after_all = run(orchestrator, "only", step("only", "node"))
    assert not after_all.partial, "a probe that was cancelled leaves room for another"


def test_a_node_whose_calls_all_hang_is_left_alone_and_others_are_not() -> None:
    hanging = Hanging()
    crew = Crew(size=3, each=2)
    nodes = (FakeNode("hang", hanging), FakeNode("good"))
    with orchestrated(*nodes, crew=crew, rules=Rules(failures=100)) as (orchestrator, clock, _):
        wanted = graph(dict(orchestrator.nodes), "good", [step("hang"), step("good", stage=Stage.REFLECTION)])

        async def story() -> list[Outcome]:
            found = []
            for _ in range(2):
                running = asyncio.create_task(orchestrator.run(wanted, "hello"))
                await hanging.runs()
                clock.pass_(0.2)
                found.append(await running)
            return [*found, *await asyncio.gather(*(orchestrator.run(wanted, "hello") for _ in range(10)))]

        outcomes = asyncio.run(story())
        standing = crew.standing()
        hanging.release()
    assert standing.hanging == {"hang": 2}
    assert standing.threads <= 3
    assert len(nodes[0].calls) == 2
    assert {outcome.why[0] for outcome in outcomes[2:]} == {
        "hang: hang refused: as many calls of it as there may be hang"
    }
    assert all(outcome.answer is not None for outcome in outcomes)


def test_who_waits_for_a_thread_until_the_end_is_not_blamed() -> None:
    hanging = Hanging()
    crew = Crew(size=1, each=1)
    nodes = (FakeNode("hang", hanging), FakeNode("good"))
    with orchestrated(*nodes, crew=crew, rules=Rules(failures=1)) as (orchestrator, clock, _):
        wanted = graph(dict(orchestrator.nodes), "good", [step("hang"), step("good", stage=Stage.REFLECTION)])

        async def story() -> Outcome:
            running = asyncio.create_task(orchestrator.run(wanted, "hello"))
            await hanging.runs()
            clock.pass_(0.2)
            await clock.awaited(0.030)
            clock.pass_(0.1)
            return await running

        outcome = asyncio.run(story())
        state = orchestrator.health.of("good").told().state
        hanging.release()
    assert outcome.why[1] == "good: good cut: no thread was free for it"
    assert state is State.CLOSED


def test_nothing_is_left_behind() -> None:
    """In a process of its own: here, threads and handles of other tests come and go."""
    done = warm.run("tests.matriz.left_behind", [], warm.ROOT, with_tests())
    assert done.code == 0, done.err
    told = json.loads(done.out)
    assert told["while"]["threads"] > 0
    assert told["while"]["handles"] > told["before"]["handles"]
    assert told["after"] == told["before"]


def test_one_orchestrator_serves_one_event_loop_after_another() -> None:
    with orchestrated(FakeNode("node")) as (orchestrator, _, _):
        found = [run(orchestrator, "only", step("only", "node")).answer for _ in range(3)]
    assert found == [found[0]] * 3
    assert found[0] is not None


def test_after_the_end_runs_are_told_that_nobody_works() -> None:
    with orchestrated(FakeNode("node")) as (orchestrator, _, _):
        orchestrator.close()
        outcome = run(orchestrator, "only", step("only", "node"))
    assert outcome.why == ("only: node refused: the threads of the nodes have ended",)


def test_closing_ends_what_runs() -> None:
    hanging = Hanging(awaits=True)
    with orchestrated(FakeNode("hang", hanging)) as (orchestrator, _, _):
        wanted = graph(dict(orchestrator.nodes), "hang", [step("hang")])

        async def story() -> Outcome:
            running = asyncio.create_task(orchestrator.run(wanted, "hello"))
            await hanging.runs()
            await asyncio.to_thread(orchestrator.close)
            return await running

        outcome = asyncio.run(story())
    assert outcome.trace.ended in (Ended.REFUSED, Ended.FAILED)
    assert outcome.partial
    assert orchestrator.crew.standing().threads == 0

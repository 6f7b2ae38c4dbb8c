"""Sound flows as hypothesis draws them."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from laneshift.flows.model import Body, Flow, Input, Retry, Step
from laneshift.flows.schedules import Schedule

names = st.from_regex(r"[a-z][a-z0-9_-]{0,8}", fullmatch=True)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20).map(lambda text: text.replace("${", "$"))
numbers = st.integers(-(2**50), 2**50) | st.floats(-1e12, 1e12)
values: st.SearchStrategy[Any] = st.recursive(
    st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=6,
)
settings = st.dictionaries(st.from_regex(r"x[a-z]{0,6}", fullmatch=True), values, max_size=3)
retries = st.builds(
    Retry,
    st.integers(0, 100),
    st.floats(0, 1000),
    st.floats(1, 100),
    st.floats(0, 1000),
    st.lists(names, max_size=2, unique=True).map(tuple),
)
seconds = st.none() | st.floats(0.001, 1e6)
bodies = st.builds(Body, st.just("command"), settings, retries, seconds)
inputs = st.one_of(
    st.builds(Input, names, st.just("string"), texts, st.booleans(), texts),
    st.builds(Input, names, st.just("integer"), st.integers(-(2**50), 2**50)),
    st.builds(Input, names, st.just("boolean"), st.booleans()),
    st.builds(Input, names, st.just("list"), st.lists(values, max_size=2)),
)
schedules = st.none() | st.builds(Schedule, st.just("30 2 * * 1"), st.just("Europe/Berlin"), st.just("all"), st.just(3))


@st.composite
def flows(draw: st.DrawFn) -> Flow:
    """A flow without a fault; each step needs some of those before it, or does not say."""
    found: list[Step] = []
    for name in draw(st.lists(names, min_size=1, max_size=7, unique=True)):
        before = [step.name for step in found]
        needs = draw(st.none() | st.lists(st.sampled_from(before), unique=True).map(tuple)) if before else None
        each = draw(st.sampled_from(["", "[1, 2]"]))
        found.append(
            Step(
                name=name,
                kind=draw(st.sampled_from(["command", "http"])),
                settings=draw(settings),
                needs=needs,
                when=draw(st.sampled_from(["", "flow.attempt == 1", "true"])),
                each=each,
                at_once=draw(st.integers(1, 64)) if each else 1,
                retry=draw(retries),
                timeout_seconds=draw(seconds),
                compensate=draw(st.none() | bodies),
                again=draw(st.sampled_from(["safe", "look", "ask"])),
                may_fail=draw(st.booleans()),
                description=draw(texts),
            )
        )
    return Flow(
        name=draw(names),
        steps=tuple(found),
        description=draw(texts),
        inputs=tuple(draw(st.lists(inputs, max_size=3, unique_by=lambda each: each.name))),
        schedule=draw(schedules),
        on_failure=draw(st.sampled_from(["compensate", "keep"])),
        timeout_seconds=draw(seconds),
    )

"""Which steps an answer takes, what each is given, and in which order they come. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from laneshift.errors import Fault, Refused
from laneshift.matriz.budget import STAGES, Stage
from laneshift.matriz.node import AnyNode, Output

ASKED = ""
"""The name of what was asked, as the source of a field."""

Seen = Mapping[str, Output]
"""Outputs by step; of steps that gave nothing there is none."""


@dataclass(frozen=True, slots=True)
class From:
    """Where a field of an input comes from: the output of `step`, or what was asked, and in it the field at `path`.

    `path` are names joined by dots, "" for all of it. A text and a list of messages are asked as the fields `asked`,
    `earlier` and `system` (`adapting`). One that is `optional` is left to the default of the model when there is none.
    """

    step: str = ASKED
    path: str = ""
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One node in a graph. `takes` says for each field of its input where that comes from: nothing is guessed.

    `fallback` names a node with the same input, which is asked when the first one fails, is too late, or is not asked
    at all. `when` decides by the outputs of the steps that `takes` and `after` name whether this step is needed.
    """

    name: str
    node: str
    stage: Stage
    takes: Mapping[str, From] = field(default_factory=dict)
    after: tuple[str, ...] = ()
    when: Callable[[Seen], bool] | None = None
    fallback: str = ""

    @property
    def needs(self) -> tuple[str, ...]:
        """The steps that come before this one, by name."""
        named = {source.step for source in self.takes.values() if source.step != ASKED}
        return tuple(sorted(named | set(self.after)))


@dataclass(frozen=True)
class Graph:
    """The steps of one kind of answer, which is what the step `answer` gives. Made by `graph_of`."""

    name: str
    steps: tuple[Step, ...]
    answer: str

    def step(self, name: str) -> Step:
        """The step with this name. Raises `KeyError`."""
        return {step.name: step for step in self.steps}[name]

    def in_stage(self, stage: Stage) -> tuple[Step, ...]:
        """The steps of a stage, each after those that it needs."""
        return tuple(step for step in self.steps if step.stage is stage)


def graph_of(name: str, steps: Iterable[Step], answer: str, nodes: Mapping[str, AnyNode]) -> Graph:
    """A graph whose steps stand in the one order that their stages, needs and names give, however they were listed.

    Raises `Refused` (`matriz.bad-graph`) with everything that is wrong with it.
    """
    listed = sorted(steps, key=lambda step: (STAGES.index(step.stage), step.name))
    faults = [*_names(listed, answer)]
    if not faults:
        faults = [fault for step in listed for fault in _step(step, listed, nodes)]
    ordered, circle = _ordered(listed)
    if not faults and circle:
        faults = [Fault("matriz.bad-graph", step, "it needs itself, by way of others") for step in circle]
    if faults:
        raise Refused("matriz.bad-graph", f"the graph {name} cannot be run", faults=faults)
    return Graph(name, tuple(ordered), answer)


def _names(steps: list[Step], answer: str) -> Iterable[Fault]:
    names = [step.name for step in steps]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield Fault("matriz.bad-graph", name, "two steps have this name")
    if ASKED in names:
        yield Fault("matriz.bad-graph", "''", "a step has no name")
    if answer not in names:
        yield Fault("matriz.bad-graph", answer, "the answer is of no step")


def _step(step: Step, steps: list[Step], nodes: Mapping[str, AnyNode]) -> Iterable[Fault]:
    stages = {each.name: STAGES.index(each.stage) for each in steps}
    for need in step.needs:
        if need not in stages:
            yield Fault("matriz.bad-graph", step.name, f"it needs {need}, which is no step")
        elif stages[need] > stages[step.name]:
            yield Fault("matriz.bad-graph", step.name, f"it needs {need} of a later stage")
    node, other = nodes.get(step.node), nodes.get(step.fallback)
    if node is None:
        yield Fault("matriz.bad-graph", step.name, f"there is no node {step.node}")
        return
    for name in sorted(set(step.takes) - set(node.takes.model_fields)):
        yield Fault("matriz.bad-graph", f"{step.name}.{name}", f"{node.takes.__name__} has no such field")
    for name, wanted in node.takes.model_fields.items():
        if wanted.is_required() and (name not in step.takes or step.takes[name].optional):
            yield Fault("matriz.bad-graph", f"{step.name}.{name}", "it is needed, and nothing gives it for certain")
    if step.fallback and other is None:
        yield Fault("matriz.bad-graph", step.name, f"there is no node {step.fallback} to fall back on")
    elif other is not None and (other.takes is not node.takes or not issubclass(other.gives, node.gives)):
        yield Fault("matriz.bad-graph", step.name, f"{step.fallback} does not take and give what {step.node} does")


def _ordered(steps: list[Step]) -> tuple[list[Step], list[str]]:
    """The steps, each after those it needs; and the names of those in a circle."""
    found: list[Step] = []
    waiting = list(steps)
    while waiting:
        known = {step.name for step in found}
        ready = [step for step in waiting if known.issuperset(step.needs)]
        if not ready:
            return found, [step.name for step in waiting]
        found += ready
        waiting = [step for step in waiting if step not in ready]
    return found, []

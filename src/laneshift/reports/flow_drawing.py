"""A flow as a graph: a box for each step, below what it needs, with what became of it. Pure.

States differ by word, and those that go on by their frame, as well as by colour. Whoever hears the drawing is told
every step in order, with what it needs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from laneshift.flows.model import Flow, Step
from laneshift.reports.graph_drawing import Box, drawn

_PLAIN = 0
_COLOURS = dict.fromkeys(("pending", "skipped", "cancelled"), 9)
_COLOURS |= dict.fromkeys(("failed", "timed-out", "not-undone"), 7)
_COLOURS |= {"working": 3, "waiting": 5, "paused": 1, "undoing": 1, "done": 2, "undone": 6}
"""The series of `svg` whose colour a state has."""
_BOLD = frozenset({"working", "waiting", "paused", "undoing"})


def svg_of(flow: Flow, states: Mapping[str, str] | None = None, details: Mapping[str, str] | None = None) -> str:
    """The drawing of a flow; of a run of it with `states`: the name of the state by the name of the step.

    `details` are further words for a step, such as how many of a fan-out are done.
    """
    states, details = states or {}, details or {}
    needs = flow.needs()
    boxes = [_box(step, states.get(step.name, ""), details.get(step.name, "")) for step in flow.steps]
    return drawn(f"The flow {flow.name}", flow.name, _told(boxes, needs), boxes, needs)


def _box(step: Step, state: str, detail: str) -> Box:
    return Box(
        name=step.name,
        lines=tuple(_words(step, state, detail)),
        said=step.description or step.name,
        colour=_COLOURS.get(state, _PLAIN),
        bold=state in _BOLD,
        dashed=bool(step.when),
        several=bool(step.each),
    )


def _words(step: Step, state: str, detail: str) -> list[str]:
    """What stands below the name."""
    first = " · ".join(part for part in (step.kind, state, detail) if part)
    lines = [first]
    if step.when:
        lines.append(f"when {step.when}")
    if step.each:
        lines.append(f"each of {step.each}")
    if step.compensate is not None:
        lines.append(f"taken back by {step.compensate.kind}")
    return lines


def _told(boxes: Sequence[Box], needs: Mapping[str, Sequence[str]]) -> str:
    """The drawing in words."""
    told = []
    for at, box in enumerate(boxes, 1):
        after = f", after {' and '.join(needs[box.name])}" if needs[box.name] else ""
        told.append(f"{at}. {box.name}{after}: {', '.join(box.lines)}.")
    return " ".join(told)

"""The trace of an answer as a graph: a box for each step, below those whose outputs it was given. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from laneshift.matriz.trace import GAPS, Ended, Record, Trace
from laneshift.reports.graph_drawing import Box, drawn

_COLOURS = {Ended.DONE: 2, Ended.FAILED: 7, Ended.CUT: 1, Ended.REFUSED: 5, Ended.UNFED: 5}
_FAINT = 9
"""The series of `svg` whose colour an end has; the last one is for what was not needed, or not waited for."""


def svg_of(trace: Trace) -> str:
    """The drawing of a trace. A step for which another node stood in has a line for each of the two."""
    records = {name: [record for record in trace.records if record.step == name] for name in _steps(trace)}
    step_of = {record.id: record.step for record in trace.records}
    needs = {
        name: tuple(dict.fromkeys(step_of[parent] for parent in found[0].parents if parent in step_of))
        for name, found in records.items()
    }
    boxes = [_box(name, found, name == trace.answer) for name, found in records.items()]
    return drawn(f"The trace {trace.id}", f"{trace.graph} {trace.id}", _told(boxes, needs), boxes, needs)


def _steps(trace: Trace) -> list[str]:
    return list(dict.fromkeys(record.step for record in trace.records))


def _box(name: str, records: Sequence[Record], answers: bool) -> Box:
    last = records[-1]
    lines = [f"{last.kind} · {last.stage}", *(_line(record) for record in records)]
    if last.confidence is not None:
        lines.append(f"confidence {last.confidence:.2f}")
    return Box(
        name=name,
        lines=tuple(lines),
        said=last.why or "; ".join(last.reasons) or name,
        colour=_COLOURS.get(last.ended, _FAINT),
        bold=answers,
        dashed=last.ended in GAPS or last.ended is Ended.NOT_NEEDED,
    )


def _line(record: Record) -> str:
    took = f" · {record.duration * 1000:.1f} ms" if record.inputs else ""
    return f"{record.node} {record.ended}{took}"


def _told(boxes: Sequence[Box], needs: Mapping[str, Sequence[str]]) -> str:
    """The drawing in words."""
    told = []
    for at, box in enumerate(boxes, 1):
        given = f", given what {' and '.join(needs[box.name])} said" if needs[box.name] else ""
        told.append(f"{at}. {box.name}{given}: {', '.join(box.lines)}.")
    return " ".join(told)

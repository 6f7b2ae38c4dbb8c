"""A flow as a graph: a box for each step, below what it needs, with what became of it. Pure.

States differ by word, and those that go on by their frame, as well as by colour. Whoever hears the drawing is told
every step in order, with what it needs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from laneshift.flows.layout import Layout, Place, laid_out
from laneshift.flows.model import Flow, Step
from laneshift.reports.svg import LINE, MARGIN, document, label, number, short, text

_BOX, _GAP = 232.0, 18.0
_LEAST = 308.0
"""As wide as the longest title."""
_HEAD, _TALL, _BETWEEN = 40.0, 34.0, 34.0
_STRIPE, _ARROW = 6.0, 5.0
_PLAIN, _LINES = 0, 9
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
    layout = laid_out(needs)
    words = {step.name: _words(step, states.get(step.name, ""), details.get(step.name, "")) for step in flow.steps}
    tops, height = _rows(layout, words)
    width = max(2 * MARGIN + layout.width * (_BOX + _GAP) - _GAP, _LEAST)
    boxes = _Boxes(layout, tops, words)
    body = [label(MARGIN, 24, short(flow.name), kind="title")]
    for pair in layout.lines:
        body += boxes.line(*pair)
    for step in flow.steps:
        body += boxes.step(step, states.get(step.name, ""))
    return document(f"The flow {flow.name}", _told(flow, needs, states, details), height, body, width, fixed=True)


class _Boxes:
    """Boxes and lines, once it is known where they stand."""

    def __init__(self, layout: Layout, tops: Sequence[float], words: Mapping[str, Sequence[str]]) -> None:
        self._layout = layout
        self._tops = tops
        self._words = words

    def step(self, step: Step, state: str) -> Iterator[str]:
        """A box: a stripe in the colour of the state, the name, and a line for each thing that is to be told."""
        place = self._layout.places[step.name]
        left, top, tall = _x(place) - _BOX / 2, self._tops[place.row], _tall(self._words[step.name])
        colour = _COLOURS.get(state, _PLAIN)
        if step.each:
            yield _box(left + 5, top + 5, tall, "rule", 1)
        yield _box(left, top, tall, f"l{colour}" if state in _BOLD else "rule", 2.5 if state in _BOLD else 1, step)
        place_and_size = f'x="{number(left)}" y="{number(top)}" width="{_STRIPE:g}" height="{number(tall)}"'
        yield f'<rect class="s{colour}" {place_and_size}/>'
        yield label(left + 16, top + 20, short(step.name), kind="name")
        for at, line in enumerate(self._words[step.name], 1):
            yield label(left + 16, top + 20 + at * LINE, short(line), kind="faint")

    def line(self, source: str, target: str) -> Iterator[str]:
        """From the foot of what is needed, through the gaps it passes, to an arrow at the head of what needs it."""
        way = self._layout.lines[source, target]
        begin, end = way[0], way[-1]
        x, y = _x(begin), self._tops[begin.row] + _tall(self._words[source])
        parts = [f"M{number(x)} {number(y)}"]
        for place in way[1:]:
            top = self._tops[place.row] - (_ARROW if place is end else 0)
            middle = max((y + top) / 2, top - _BETWEEN / 2)
            parts.append(
                f"C{number(x)} {number(middle)} {number(_x(place))} {number(middle)} {number(_x(place))} {number(top)}"
            )
            x, y = _x(place), top
            if place is not end:
                y = self._foot(place.row)
                parts.append(f"V{number(y)}")
        yield f'<path class="l{_LINES}" fill="none" stroke-width="1.5" d="{"".join(parts)}"/>'
        points = ((x - _ARROW, y - 2), (x + _ARROW, y - 2), (x, y + _ARROW))
        yield f'<polygon class="faint" points="{" ".join(f"{number(a)},{number(b)}" for a, b in points)}"/>'

    def _foot(self, row: int) -> float:
        """Where the boxes of a row end."""
        names = [name for name, place in self._layout.places.items() if place.row == row]
        return self._tops[row] + max(_tall(self._words[name]) for name in names)


def _rows(layout: Layout, words: Mapping[str, Sequence[str]]) -> tuple[list[float], float]:
    """Where every row begins, and where the drawing ends."""
    tallest = [0.0] * layout.rows
    for name, place in layout.places.items():
        tallest[place.row] = max(tallest[place.row], _tall(words[name]))
    tops, y = [], _HEAD
    for tall in tallest:
        tops.append(y)
        y += tall + _BETWEEN
    return tops, y - _BETWEEN + MARGIN


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


def _told(flow: Flow, needs: Mapping[str, Sequence[str]], states: Mapping[str, str], details: Mapping[str, str]) -> str:
    """The drawing in words."""
    told = []
    for at, step in enumerate(flow.steps, 1):
        after = f", after {' and '.join(needs[step.name])}" if needs[step.name] else ""
        words = ", ".join(_words(step, states.get(step.name, ""), details.get(step.name, "")))
        told.append(f"{at}. {step.name}{after}: {words}.")
    return " ".join(told)


def _box(left: float, top: float, tall: float, kind: str, border: float, step: Step | None = None) -> str:
    dashes = ' stroke-dasharray="5 3"' if step is not None and step.when else ""
    said = f"<title>{text(step.description or step.name)}</title>" if step is not None else ""
    place = f'x="{number(left)}" y="{number(top)}" width="{number(_BOX)}" height="{number(tall)}"'
    return f'<rect class="paper {kind}" {place} rx="4" stroke-width="{number(border)}"{dashes}>{said}</rect>'


def _tall(words: Sequence[str]) -> float:
    return _TALL + LINE * len(words) - 4


def _x(place: Place) -> float:
    return MARGIN - _GAP / 2 + place.x * (_BOX + _GAP)

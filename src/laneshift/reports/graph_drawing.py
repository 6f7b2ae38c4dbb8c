"""A graph of steps: a box for each, below those that it needs, with lines between them. Pure.

What a box is to tell stands in it as words; frames and colours only say it again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from laneshift.flows.layout import Layout, Place, laid_out
from laneshift.reports.svg import LINE, MARGIN, document, label, number, short, text

_BOX, _GAP = 232.0, 18.0
_LEAST = 308.0
"""As wide as the longest title."""
_HEAD, _TALL, _BETWEEN = 40.0, 34.0, 34.0
_STRIPE, _ARROW = 6.0, 5.0
_LINES = 9


@dataclass(frozen=True, slots=True)
class Box:
    """A step: its name, what stands below it line by line, and what is told to whoever points at it.

    `colour` is a series of `svg`. A frame is `bold` in that colour, or `dashed`; one that stands for `several` has
    another one behind it.
    """

    name: str
    lines: tuple[str, ...]
    said: str
    colour: int = 0
    bold: bool = False
    dashed: bool = False
    several: bool = False


def drawn(title: str, heading: str, told: str, boxes: Sequence[Box], needs: Mapping[str, Sequence[str]]) -> str:
    """The drawing of `boxes` by what each needs, with its `heading`; `title` and `told` are for those who hear it."""
    layout = laid_out(needs)
    by_name = {box.name: box for box in boxes}
    tops, height = _rows(layout, by_name)
    width = max(2 * MARGIN + layout.width * (_BOX + _GAP) - _GAP, _LEAST)
    placed = _Placed(layout, tops, by_name)
    body = [label(MARGIN, 24, short(heading), kind="title")]
    for pair in layout.lines:
        body += placed.line(*pair)
    for box in boxes:
        body += placed.box(box)
    return document(title, told, height, body, width, fixed=True)


class _Placed:
    """Boxes and lines, once it is known where they stand."""

    def __init__(self, layout: Layout, tops: Sequence[float], boxes: Mapping[str, Box]) -> None:
        self._layout = layout
        self._tops = tops
        self._boxes = boxes

    def box(self, box: Box) -> Iterator[str]:
        """A box: a stripe in its colour, the name, and a line for each thing that is to be told."""
        place = self._layout.places[box.name]
        left, top, tall = _x(place) - _BOX / 2, self._tops[place.row], _tall(box)
        if box.several:
            yield _frame(left + 5, top + 5, tall, "rule", 1)
        kind, border = (f"l{box.colour}", 2.5) if box.bold else ("rule", 1.0)
        yield _frame(left, top, tall, kind, border, box)
        place_and_size = f'x="{number(left)}" y="{number(top)}" width="{_STRIPE:g}" height="{number(tall)}"'
        yield f'<rect class="s{box.colour}" {place_and_size}/>'
        yield label(left + 16, top + 20, short(box.name), kind="name")
        for at, line in enumerate(box.lines, 1):
            yield label(left + 16, top + 20 + at * LINE, short(line), kind="faint")

    def line(self, source: str, target: str) -> Iterator[str]:
        """From the foot of what is needed, through the gaps it passes, to an arrow at the head of what needs it."""
        way = self._layout.lines[source, target]
        begin, end = way[0], way[-1]
        x, y = _x(begin), self._tops[begin.row] + _tall(self._boxes[source])
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
        return self._tops[row] + max(_tall(self._boxes[name]) for name in names)


def _rows(layout: Layout, boxes: Mapping[str, Box]) -> tuple[list[float], float]:
    """Where every row begins, and where the drawing ends."""
    tallest = [0.0] * layout.rows
    for name, place in layout.places.items():
        tallest[place.row] = max(tallest[place.row], _tall(boxes[name]))
    tops, y = [], _HEAD
    for tall in tallest:
        tops.append(y)
        y += tall + _BETWEEN
    return tops, y - _BETWEEN + MARGIN


def _frame(left: float, top: float, tall: float, kind: str, border: float, box: Box | None = None) -> str:
    dashes = ' stroke-dasharray="5 3"' if box is not None and box.dashed else ""
    said = f"<title>{text(box.said)}</title>" if box is not None else ""
    place = f'x="{number(left)}" y="{number(top)}" width="{number(_BOX)}" height="{number(tall)}"'
    return f'<rect class="paper {kind}" {place} rx="4" stroke-width="{number(border)}"{dashes}>{said}</rect>'


def _tall(box: Box) -> float:
    return _TALL + LINE * len(box.lines) - 4


def _x(place: Place) -> float:
    return MARGIN - _GAP / 2 + place.x * (_BOX + _GAP)

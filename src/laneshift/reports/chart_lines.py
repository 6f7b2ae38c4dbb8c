"""Charts of what changes: lines with axes, and a sparkline that fits into a line of text. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from laneshift.reports.svg import COLOURS, MARGIN, WIDTH, Series, checked, document, label, legend, number, short

_LEFT = 70
_TOP = 66
_TALL = 200
_STEPS = 4
_LABELS = 6


def lines(
    title: str,
    description: str,
    labels: Sequence[str],
    series: Sequence[Series],
    unit: str = "",
    *,
    gaps: bool = False,
    counts: bool = False,
) -> str:
    """A line for each series over the labels, from the least to the greatest value, with both ends told as text.

    With `counts`, the values are whole things, and the grid begins at 0, in whole numbers. With `gaps`, a value that
    is NaN was not measured: the line has a gap there, and a value between two gaps is a dot.
    Raises `Bug` (`charts.no-data`, `charts.bad-series`, `charts.no-number`) for what cannot be drawn.
    """
    checked(labels, series, least=None, gaps=gaps)
    values = [value for each in series for value in each.values if not math.isnan(value)]
    low, high = (0.0, _steps_of(max(values))) if counts else _range(values)
    body = [label(MARGIN, 24, title, kind="title"), *legend([each.name for each in series], 46)]
    body.extend(_grid(low, high, unit))
    body.extend(_under(labels))
    for at, each in enumerate(series):
        ends = (0.0, 0.0)
        for part in _parts(each.values):
            points = [_point(place, each.values[place], len(labels), low, high) for place in part]
            body.append(_line(points, at) if len(points) > 1 or not gaps else _dot(points[0], at))
            ends = points[-1]
        last = next(value for value in reversed(each.values) if not math.isnan(value))
        body.append(label(ends[0] - 4, ends[1] - 6, f"{number(last)}{unit}", "end", "faint"))
    return document(title, description, _TOP + _TALL + 40, body)


def sparkline(title: str, description: str, values: Sequence[float], width: int = 120, height: int = 24) -> str:
    """One line of values as small as a word; the words for it are in its title and description."""
    checked([""] * len(values), [Series(title, tuple(values))], least=None)
    low, high = _range(values)
    step = (width - 4) / max(len(values) - 1, 1)
    points = [(2 + at * step, 2 + (height - 4) * (1 - (value - low) / (high - low))) for at, value in enumerate(values)]
    x, y = points[-1]
    dot = f'<circle class="s0" cx="{number(x)}" cy="{number(y)}" r="2"/>'
    return document(title, description, height, [_line(points, 0), dot], width)


def _steps_of(most: float) -> float:
    """The least count that is no less and that the steps of the grid divide."""
    return float(max(math.ceil(most / _STEPS), 1) * _STEPS)


def _range(values: Sequence[float]) -> tuple[float, float]:
    """The ends of the axis: 0 is among them unless all values are far from it; never an empty range."""
    low, high = min(values), max(values)
    if low > 0 and low < high / 2:
        low = 0.0
    return (low, high) if high > low else (low - 1, high + 1)


def _point(at: int, value: float, count: int, low: float, high: float) -> tuple[float, float]:
    wide = WIDTH - _LEFT - MARGIN
    x = _LEFT + (wide * at / (count - 1) if count > 1 else wide / 2)
    return x, _TOP + _TALL * (1 - (value - low) / (high - low))


def _parts(values: Sequence[float]) -> Iterator[list[int]]:
    """The places of values that follow each other without a gap."""
    part: list[int] = []
    for place, value in enumerate(values):
        if math.isnan(value):
            if part:
                yield part
            part = []
        else:
            part.append(place)
    if part:
        yield part


def _dot(point: tuple[float, float], series: int) -> str:
    return f'<circle class="s{series % COLOURS}" cx="{number(point[0])}" cy="{number(point[1])}" r="3"/>'


def _line(points: Sequence[tuple[float, float]], series: int) -> str:
    written = " ".join(f"{number(x)},{number(y)}" for x, y in points)
    dashes = f' stroke-dasharray="{4 * series + 2} 3"' if series else ""
    return f'<polyline class="l{series % COLOURS}" points="{written}"{dashes}/>'


def _grid(low: float, high: float, unit: str) -> Iterator[str]:
    for step in range(_STEPS + 1):
        y = _TOP + _TALL * step / _STEPS
        value = high - (high - low) * step / _STEPS
        ends = f'x1="{_LEFT}" y1="{number(y)}" x2="{WIDTH - MARGIN}" y2="{number(y)}"'
        yield f'<line class="rule" {ends}/>'
        yield label(_LEFT - 6, y + 4, f"{number(value)}{unit}", "end", "faint")


def _under(labels: Sequence[str]) -> Iterator[str]:
    """At most six labels, the first and the last among them."""
    last = len(labels) - 1
    chosen = sorted({round(last * at / (_LABELS - 1)) for at in range(_LABELS)}) if last else [0]
    for at in chosen:
        x, _ = _point(at, 0, len(labels), -1, 1)
        yield label(x, _TOP + _TALL + 20, short(labels[at]), _anchor(at, last), "faint")


def _anchor(at: int, last: int) -> str:
    if not last:
        return "middle"
    return "start" if at == 0 else "end" if at == last else "middle"

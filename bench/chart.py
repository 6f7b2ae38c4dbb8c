"""A line chart as an SVG text: both axes logarithmic, every point named where there is room."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 760, 420, 70, 210, 40, 50
_COLOURS = ("#0b6e99", "#b3541e", "#3f7d20", "#7a3e9d", "#8a6d00", "#b0206e", "#444444")
_ABOVE, _BELOW, _TALL = -7, 15, 11

Points = Sequence[tuple[float, float]]


def chart(title: str, x_label: str, y_label: str, lines: Mapping[str, Points]) -> str:
    """Each line by its name. A value without room above or below its point is left out.

    Values must be above zero; `ValueError` when there is nothing to draw.
    """
    points = [point for line in lines.values() for point in line]
    if not points or any(x <= 0 or y <= 0 for x, y in points):
        raise ValueError("a logarithmic chart needs values above zero")
    across = _Scale([x for x, _ in points], _LEFT, _WIDTH - _RIGHT)
    upward = _Scale([y for _, y in points], _HEIGHT - _BOTTOM, _TOP)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" font-size="12">',
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#ffffff"/>',
        _text(_WIDTH / 2, 20, title, "middle"),
        _text((_LEFT + _WIDTH - _RIGHT) / 2, _HEIGHT - 10, x_label, "middle"),
        _text(_LEFT - 50, _TOP - 12, y_label, "start"),
    ]
    parts += [_text(across.at(x), _HEIGHT - _BOTTOM + 18, f"{x:g}", "middle") for x in sorted({x for x, _ in points})]
    taken: set[tuple[float, float]] = set()
    for number, (name, line) in enumerate(lines.items()):
        parts += _line(name, line, across, upward, _COLOURS[number % len(_COLOURS)], taken)
    return "\n".join([*parts, "</svg>", ""])


class _Scale:
    def __init__(self, values: Sequence[float], start: float, end: float) -> None:
        self._low, self._high = math.log(min(values)), math.log(max(values))
        self._start, self._end = start, end

    def at(self, value: float) -> float:
        """The place of a value."""
        width = (self._high - self._low) or 1.0
        return self._start + (math.log(value) - self._low) / width * (self._end - self._start)


def _line(
    name: str, line: Points, across: _Scale, upward: _Scale, colour: str, taken: set[tuple[float, float]]
) -> list[str]:
    places = [(across.at(x), upward.at(y)) for x, y in line]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    found = [f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>']
    for (x, y), (_, value) in zip(places, line, strict=True):
        found.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>')
        room = next((at for at in (y + _ABOVE, y + _BELOW) if _is_free(x, at, taken)), None)
        if room is not None:
            taken.add((x, room))
            found.append(_text(x, room, f"{value:.2f}", "middle", colour))
    found.append(_text(places[-1][0] + 24, places[-1][1] + 4, name, "start", colour))
    return found


def _is_free(x: float, y: float, taken: set[tuple[float, float]]) -> bool:
    return all(other != x or abs(at - y) >= _TALL for other, at in taken)


def _text(x: float, y: float, text: str, anchor: str, colour: str = "#222222") -> str:
    safe = text.replace("&", "&amp;").replace("<", "&lt;")
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}">{safe}</text>'

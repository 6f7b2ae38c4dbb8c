"""Charts of amounts: bars side by side, and shares of a whole. Pure: the same values give the same bytes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal

from laneshift.reports.svg import LINE, MARGIN, WIDTH, Series, block, checked, document, label, legend, number, short

_NAMES = 210
"""Pixels for the names on the left."""
_VALUES = 64
"""Pixels for the numbers on the right."""
_TOP = 62
_BAR = 14


def bars(title: str, description: str, labels: Sequence[str], series: Sequence[Series], unit: str = "") -> str:
    """Horizontal bars, one group for each label and one bar in it for each series, with its value beside it.

    Values are 0 or more. Raises `Bug` (`charts.no-data`, `charts.bad-series`, `charts.bad-value`) for what cannot be
    drawn.
    """
    checked(labels, series)
    group = _BAR * len(series) + 10
    height = _TOP + group * len(labels) + MARGIN
    most = max(max(each.values) for each in series) or 1.0
    body = [*_head(title, series), *_grouped(labels, series, most, unit)]
    return document(title, description, height, body)


def stacked(title: str, description: str, labels: Sequence[str], series: Sequence[Series]) -> str:
    """A bar for each label that is all of it, divided by the shares of the series, each share told in per cent.

    Values are amounts, 0 or more; a label whose amounts are all 0 has an empty bar and says so. Raises as `bars` does.
    """
    checked(labels, series)
    row = LINE + 18
    height = _TOP + LINE * ((len(series) - 1) // 4) + row * len(labels) + MARGIN
    top = height - MARGIN - row * len(labels)
    body = [label(MARGIN, 24, title, kind="title"), *_legends(series)]
    for at, name in enumerate(labels):
        body.append(label(MARGIN, top + at * row + 15, short(name)))
        body.extend(_shares([each.values[at] for each in series], series, name, top + at * row))
    return document(title, description, height, body)


def percent(part: float, whole: float) -> str:
    """A share in per cent with one decimal, rounded half up. Of nothing it is `n/a`: there is no share of it."""
    if not whole:
        return "n/a"
    share = Decimal(repr(part)) * 100 / Decimal(repr(whole))
    return f"{share.quantize(Decimal('0.1'), rounding=ROUND_HALF_UP)} %"


def _head(title: str, series: Sequence[Series]) -> list[str]:
    names = [each.name for each in series] if len(series) > 1 else []
    return [label(MARGIN, 24, title, kind="title"), *legend(names, 46)]


def _legends(series: Sequence[Series]) -> Iterator[str]:
    """Four names a line, so that they fit."""
    for at, each in enumerate(series):
        x, y = MARGIN + (at % 4) * (WIDTH - 2 * MARGIN) / 4, 46 + LINE * (at // 4)
        yield block(x, y - 10, 12, 12, at, each.name)
        yield label(x + 18, y, short(each.name)[:18])


def _grouped(labels: Sequence[str], series: Sequence[Series], most: float, unit: str) -> Iterator[str]:
    group = _BAR * len(series) + 10
    for row, name in enumerate(labels):
        top = _TOP + row * group
        yield label(MARGIN, top + _BAR * len(series) / 2 + 4, short(name))
        for at, each in enumerate(series):
            value = each.values[row]
            y = top + at * _BAR
            wide = (WIDTH - _NAMES - _VALUES - MARGIN) * value / most
            told = f"{number(value)}{unit}"
            yield block(_NAMES, y, wide, _BAR - 2, at, f"{name}, {each.name}: {told}")
            yield label(_NAMES + wide + 6, y + _BAR - 3, told, kind="faint")


def _shares(amounts: Sequence[float], series: Sequence[Series], name: str, y: float) -> Iterator[str]:
    whole = sum(amounts)
    x, room = float(_NAMES), WIDTH - _NAMES - MARGIN
    if not whole:
        yield label(x, y + 15, "nothing", kind="faint")
    for at, amount in enumerate(amounts):
        if not amount:
            continue
        wide, told = room * amount / whole, percent(amount, whole)
        yield block(x, y, wide, LINE, at, f"{name}, {series[at].name}: {told}")
        if wide > 44:
            yield label(x + wide / 2, y + LINE + 13, told, "middle", "faint")
        x += wide

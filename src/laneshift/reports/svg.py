"""An SVG document that reads well in light and dark, aloud, and twice the same. Pure.

A chart has a title and a description for those who hear it, every value stands in it as text, and colours are CSS
variables that follow `prefers-color-scheme`. Series differ by order and by word as well as by colour.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from html import escape

from laneshift.errors import Bug

WIDTH = 720
LINE = 18
"""Pixels from one line of text to the next."""
MARGIN = 16
COLOURS = 10
"""How many series have a colour of their own; more begin again."""

_NAMES = ("paper", "ink", "faint", "rule", *(f"s{at}" for at in range(COLOURS)))
_LIGHT_COLOURS = (
    "#fff #1f2328 #59636e #d1d9e0 #0969da #bc4c00 #1a7f37 #8250df #bf3989 #9a6700 #0a7b83 #cf222e #5c7c0f #6e7781"
)
_DARK_COLOURS = (
    "#0d1117 #e6edf3 #9198a1 #3d444d #58a6ff #f0883e #3fb950 #bc8cff #f778ba #d29922 #39c5cf #ff7b72 #a5d14a #8b949e"
)
_LIGHT = dict(zip(_NAMES, _LIGHT_COLOURS.split(), strict=True))
_DARK = dict(zip(_NAMES, _DARK_COLOURS.split(), strict=True))
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_LONGEST_LABEL = 28


@dataclass(frozen=True, slots=True)
class Series:
    """Values under one name, in the order of the labels of the chart."""

    name: str
    values: tuple[float, ...]


def document(
    title: str, description: str, height: float, body: Iterable[str], width: float = WIDTH, *, fixed: bool = False
) -> str:
    """The SVG of a chart that is `width` by `height` pixels large, with its parts and the words for it.

    It fills the place where it is shown; with `fixed` it is shown as large as it is.
    """
    key = "c" + sha256(f"{title}\0{description}".encode("utf-8", "replace")).hexdigest()[:10]
    size = f"{number(width)} {number(height)}"
    large = f' width="{number(width)}" height="{number(height)}"' if fixed else ""
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size}"{large} role="img" class="{key}"'
        f' aria-labelledby="{key}-t {key}-d">'
    )
    lines = [
        head,
        f'<title id="{key}-t">{text(title)}</title>',
        f'<desc id="{key}-d">{text(description)}</desc>',
        f"<style>{stylesheet('.' + key)}</style>",
        f'<rect class="paper" width="{number(width)}" height="{number(height)}"/>',
        *body,
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def label(x: float, y: float, words: str, anchor: str = "start", kind: str = "") -> str:
    """A line of text; `y` is its base line."""
    style = f' class="{kind}"' if kind else ""
    return f'<text x="{number(x)}" y="{number(y)}" text-anchor="{anchor}"{style}>{text(words)}</text>'


def block(x: float, y: float, width: float, height: float, series: int, words: str) -> str:
    """A filled rectangle in the colour of a series, with what it means for whoever points at it."""
    place = f'x="{number(x)}" y="{number(y)}" width="{number(max(width, 0))}" height="{number(height)}"'
    return f'<rect class="s{series % COLOURS}" {place}><title>{text(words)}</title></rect>'


def legend(names: Sequence[str], y: float) -> list[str]:
    """The names of the series with their colours, in one line."""
    parts = []
    x = float(MARGIN)
    for at, name in enumerate(names):
        parts.append(block(x, y - 10, 12, 12, at, name))
        parts.append(label(x + 18, y, short(name)))
        x += 34 + 8 * len(short(name))
    return parts


def number(value: float) -> str:
    """A number with at most two decimals and no more than it needs. Raises `Bug` for what is no number."""
    if not math.isfinite(value):
        raise Bug("charts.no-number", f"{value!r} cannot be drawn")
    written = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if written in ("-0", "") else written


def short(words: str) -> str:
    """A label that fits: cut in the middle, since the ends of paths tell them apart."""
    if len(words) <= _LONGEST_LABEL:
        return words
    half = (_LONGEST_LABEL - 1) // 2
    return f"{words[:half]}…{words[-half:]}"


def text(words: str) -> str:
    """Words as XML may hold them: escaped, without characters that cannot be seen."""
    return escape(_UNSEEN.sub("\N{REPLACEMENT CHARACTER}", words), quote=True)


def checked(labels: Sequence[str], series: Sequence[Series], least: float | None = 0, *, gaps: bool = False) -> None:
    """Raise `Bug` for a chart of nothing, series that do not fit the labels, and values below `least`.

    With `gaps`, NaN is a value that is not there; a series has to have one that is.
    """
    if not labels or not series:
        raise Bug("charts.no-data", "a chart has to show something")
    for each in series:
        if len(each.values) != len(labels):
            raise Bug("charts.bad-series", f"{each.name!r} has {len(each.values)} values for {len(labels)} labels")
        if gaps and all(map(math.isnan, each.values)):
            raise Bug("charts.no-data", f"{each.name!r} has nothing but gaps")
        for value in each.values:
            if gaps and math.isnan(value):
                continue
            number(value)
            if least is not None and value < least:
                raise Bug("charts.bad-value", f"{each.name!r} has {value!r}, the least there can be is {least}")


def stylesheet(scope: str) -> str:
    """The style of charts that the selector `scope` finds.

    Every colour stands twice: renderers that know no variables keep the first one, which is that of light paper.
    """
    rules = (
        f"text{{{_ink('fill', 'ink')};font:13px system-ui,sans-serif}}",
        ".title{font-weight:600;font-size:15px}",
        ".name{font-weight:600}",
        f".faint{{{_ink('fill', 'faint')}}}",
        f".paper{{{_ink('fill', 'paper')}}}",
        f".rule{{{_ink('stroke', 'rule')}}}",
        "polyline{fill:none;stroke-width:2}",
        *(f".s{at}{{{_ink('fill', f's{at}')}}}" for at in range(COLOURS)),
        *(f".l{at}{{{_ink('stroke', f's{at}')}}}" for at in range(COLOURS)),
    )
    light, dark = ("".join(f"--{name}:{colour};" for name, colour in each.items()) for each in (_LIGHT, _DARK))
    themes = f"{scope}{{{light}}}@media (prefers-color-scheme:dark){{{scope}{{{dark}}}}}"
    return themes + "".join(f"{scope} {rule}" for rule in rules)


def _ink(property_: str, name: str) -> str:
    return f"{property_}:{_LIGHT[name]};{property_}:var(--{name})"

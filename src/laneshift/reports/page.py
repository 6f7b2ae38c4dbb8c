"""A report as one HTML file: no script, nothing fetched, light and dark, readable at 400 pixels and on paper. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

_STYLE = """
:root { color-scheme: light dark; --ink: #1f2328; --paper: #fff; --faint: #59636e; --rule: #d1d9e0; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --paper: #0d1117; --faint: #9198a1; --rule: #3d444d; } }
body { margin: 0 auto; padding: 1rem; max-width: 60rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
.lead { color: var(--faint); overflow-wrap: anywhere; } svg { max-width: 100%; height: auto; }
.wide { overflow-x: auto; } table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid var(--rule); }
td { overflow-wrap: break-word; min-width: 4rem; max-width: 28rem; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
"""


def page(title: str, lead: str, parts: Iterable[str]) -> str:
    """The file. `parts` are HTML already: what `section`, `table` and the charts give."""
    return "\n".join(
        [
            "<!doctype html>",
            '<html lang="en">',
            '<head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{words(title)}</title>",
            f"<style>{_STYLE}</style></head>",
            f"<body><main><h1>{words(title)}</h1>",
            f'<p class="lead">{words(lead)}</p>',
            *parts,
            "</main></body></html>",
            "",
        ]
    )


def section(heading: str, *parts: str) -> str:
    """A part of a page under its heading."""
    return "\n".join([f"<section><h2>{words(heading)}</h2>", *parts, "</section>"])


def table(caption: str, head: Sequence[str], rows: Iterable[Sequence[str]], numbers: Sequence[int] = ()) -> str:
    """A table of plain words; `numbers` are the columns that stand on the right."""
    lines = [
        f'<div class="wide" tabindex="0" role="region" aria-label="{words(caption)}"><table>',
        f"<thead><tr>{''.join(_cell('th', at, cell, numbers) for at, cell in enumerate(head))}</tr></thead><tbody>",
        *(f"<tr>{''.join(_cell('td', at, cell, numbers) for at, cell in enumerate(row))}</tr>" for row in rows),
        "</tbody></table></div>",
    ]
    return "\n".join(lines)


def words(text: str) -> str:
    """Text as it is read: nothing in it is markup, and nothing steers."""
    return escape("".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text))


def _cell(kind: str, at: int, text: str, numbers: Sequence[int]) -> str:
    scope = ' scope="col"' if kind == "th" else ""
    style = ' class="number"' if at in numbers else ""
    return f"<{kind}{scope}{style}>{words(text)}</{kind}>"

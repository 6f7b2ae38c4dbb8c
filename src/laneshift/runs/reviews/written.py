"""Texts of others in Markdown, so that they stay texts. Pure.

A name is a span of code: nobody is called by it, nothing is closed by it, and no mark-up in it counts. What could end
the span, or a cell of a table, is written as its number, as in `a\\x7cb`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

_PLAIN = frozenset(" ._-/+=,:;@#~^<>()[]{}*&%$!?'\"→")
_LONGEST = 160


def named(text: str) -> str:
    """`text` as a span of code in one line."""
    shown = text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
    plain = "".join(c if c in _PLAIN or c.isalnum() or c == "…" else _number(c) for c in shown).strip()
    return f"`{plain}`" if plain else "`-`"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """The lines of a table. Cells are Markdown; what is not ours in them is `named`."""
    lines = [_row(heads), _row(["---"] * len(heads))]
    return lines + [_row(row) for row in rows]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _number(char: str) -> str:
    code = ord(char)
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}"

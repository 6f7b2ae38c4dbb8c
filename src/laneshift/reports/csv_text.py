"""CSV that a spreadsheet takes for text and nothing else. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What begins a formula in a spreadsheet; the last four are the wide forms, which some read alike."""


def csv_text(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """RFC 4180 with line feeds. A cell that a spreadsheet would compute gets an apostrophe in front of it.

    Characters that cannot be seen are replaced, so that a row is always one line.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(head)
    writer.writerows([cell(text) for text in row] for row in rows)
    return out.getvalue()


def cell(text: str) -> str:
    """One cell."""
    guarded = f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in guarded)

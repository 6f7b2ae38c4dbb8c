"""The edits of a move as a table, for a person. Apart from the rest: tables take long to load."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from laneshift.cli.session import console
from laneshift.code.moves.records import Edit
from laneshift.runs.paths import visible

_SHOWN = 200


def explain(edits: Sequence[Edit]) -> None:
    """File, line, form, before and after of each edit, as many as a person would read."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("file", overflow="fold")
    table.add_column("line", justify="right")
    for name in ("form", "before", "after"):
        table.add_column(name, overflow="fold")
    for edit in edits[:_SHOWN]:
        cells = (edit.path, str(edit.line), edit.form, edit.before, edit.after)
        table.add_row(*(Text(visible(cell)) for cell in cells))
    out = console(sys.stdout)
    out.print(table)
    if len(edits) > _SHOWN:
        out.print(f"… and {len(edits) - _SHOWN} more; --json has them all")

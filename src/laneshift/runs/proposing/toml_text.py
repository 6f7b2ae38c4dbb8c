"""A proposal as the text of `laneshift.toml`, each setting below its reason. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from laneshift.runs.paths import visible
from laneshift.runs.proposing.proposal import Line, Proposal, Table, Value

_HEAD = """\
# Settings of laneshift, proposed by `laneshift init` from what this repository shows. Change what does not suit:
# docs/settings.md of laneshift lists every key. They count once they are committed.
"""
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_WIDTH = 116


def toml_text(proposal: Proposal) -> str:
    """The whole file."""
    return "\n".join([_HEAD, *("\n".join([*_table(table), ""]) for table in proposal.tables)])


def _table(table: Table) -> Iterator[str]:
    mark = "" if table.active else "# "
    if table.why:
        yield f"# {visible(table.why)}"
    if table.name:
        yield f"{mark}[{'.'.join(map(_key, table.name))}]"
    for line in table.lines:
        yield from _lines(line)


def _lines(line: Line) -> Iterator[str]:
    if line.why:
        yield f"# {visible(line.why)}"
    mark = "" if line.active else "# "
    whole = f"{line.key} = {value_text(line.value)}"
    if len(whole) <= _WIDTH or not isinstance(line.value, tuple):
        yield f"{mark}{whole}"
        return
    yield f"{mark}{line.key} = ["
    yield from (f"{mark}    {_text(each)}," for each in line.value)
    yield f"{mark}]"


def value_text(value: Value) -> str:
    """A value as TOML."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _text(value)
    return f"[{', '.join(map(_text, value))}]"


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _key(part: str) -> str:
    return part if _BARE.fullmatch(part) else _text(part)

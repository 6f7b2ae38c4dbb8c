"""On which line of a TOML file each key stands, so that a fault can be told with its line. Pure.

The text has been read by a real parser before: this only looks where things begin, and what it does not understand has
the line of the table around it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

Path = tuple[str | int, ...]

_HEADER = re.compile(r"\s*(\[\[?)\s*(?P<name>[^\]]+?)\s*\]\]?\s*(?:#.*)?\Z")
_KEY = re.compile(
    r"""\s*(?P<name>(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*'))*)\s*="""
)
_PART = re.compile(r"""[A-Za-z0-9_-]+|"[^"]*"|'[^']*'""")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"|\'[^\']*\'|#.*')


def lines_of(text: str) -> dict[Path, int]:
    """The line, from 1, of every table and key, by its path; members of arrays of tables are numbers from 0."""
    found: dict[Path, int] = {(): 1}
    members: dict[Path, int] = {}
    table: Path = ()
    open_quote, depth = "", 0
    for number, line in enumerate(text.splitlines(), start=1):
        if open_quote:
            if line.count(open_quote) % 2:
                open_quote = ""
            continue
        if depth > 0:
            depth += _opened(line)
            continue
        header, key = _HEADER.match(line), _KEY.match(line)
        if header is not None:
            table = _table(_names(header["name"]), members, many=header[1] == "[[")
            found.setdefault(table, number)
        elif key is not None:
            found.setdefault((*table, *_names(key["name"])), number)
            rest = line[key.end() :]
            open_quote = next((mark for mark in ('"""', "'''") if rest.count(mark) % 2), "")
            depth = 0 if open_quote else max(0, _opened(rest))
    return found


def line_of(found: Mapping[Path, int], path: Path) -> int:
    """The line of `path`, or of the nearest thing around it that has one."""
    while path not in found:
        path = path[:-1]
    return found[path]


def _table(names: Path, members: dict[Path, int], *, many: bool) -> Path:
    table: Path = ()
    for number, name in enumerate(names):
        table = (*table, name)
        if many and number == len(names) - 1:
            members[table] = members.get(table, -1) + 1
        if table in members:
            table = (*table, members[table])
    return table


def _names(text: str) -> Path:
    return tuple(part.strip("\"'") for part in _PART.findall(text))


def _opened(text: str) -> int:
    bare = _QUOTED.sub("", text)
    return sum(bare.count(mark) for mark in "[{") - sum(bare.count(mark) for mark in "]}")

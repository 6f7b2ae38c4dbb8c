"""Pages of documentation that are named for a module: `docs/api/a.b.c.rst`, and what leads to them by that name.

A page stays where it is when its module moves, since addresses of it are known outside the repository. So an entry in
a table of contents, a role or a link goes on naming the page; that is told, for a person to rename both.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable

from laneshift.code.moves.formats import PAGES
from laneshift.repo.late_patterns import late

_NAME = late(rb"[A-Za-z0-9_\x80-\xff]+(?:\.[A-Za-z0-9_\x80-\xff]+)*")
_SUFFIX = late(r"\.(?:rst|md|txt|html)\Z")
_ROLE = late(rb"(?::doc:|\{doc\})`(?:[^`<\r\n]*<)?\Z")
_TITLE = late(rb"[ \t]*[^<\r\n]*<\Z")
_INDENT = late(rb"[ \t]*")
_FENCE = late(rb"[ \t]*(?:`{3,}|:{3,}|~{3,})[ \t]*(\S*)")


def names_page(data: bytes, at: int, path: str, exists: Callable[[str], object]) -> bool:
    """Whether the name at offset `at` in the file at `path` leads to a page beside that file, and means no module."""
    found = _NAME.match(data, at)
    if found is None:
        return False
    name = found.group().decode("utf-8", "surrogateescape")
    stem = _SUFFIX.sub("", name)
    folder = posixpath.dirname(path)
    if not any(exists(posixpath.join(folder, stem + suffix)) for suffix in PAGES):
        return False
    start = max(data.rfind(b"\n", 0, at), data.rfind(b"\r", 0, at)) + 1
    return stem != name or _ROLE.search(data, start, at) is not None or _is_entry(data, start, at, found.end())


def _is_entry(data: bytes, start: int, at: int, end: int) -> bool:
    """Whether the name is all there is on its line, or what a title there leads to, below a `toctree`."""
    before, after = data[start:at], data[end : end + 1]
    alone = not before.strip() and after in (b"", b"\r", b"\n", b" ", b"\t")
    titled = _TITLE.match(before) is not None and after == b">"
    return (alone or titled) and _in_toctree(data[:start].splitlines(), _indent(data[start:end]))


def _in_toctree(above: list[bytes], indent: int) -> bool:
    """Whether a line with this indentation, below these, belongs to a directive or to a fence named `toctree`."""
    for line in reversed(above):
        fence = _FENCE.match(line)
        if fence is not None:
            return fence.group(1) == b"{toctree}"
        if line.strip() and _indent(line) < indent:
            return line.strip().startswith(b".. toctree::")
    return False


def _indent(line: bytes) -> int:
    found = _INDENT.match(line)
    return len(found.group().expandtabs()) if found else 0

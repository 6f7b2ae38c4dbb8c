"""A name that stands for the package, and the module reached through it: `m = a.b`, and then `m.c`.

What a variable stands for when `m.c` runs is nobody's to say from the text, so this is reported and not edited.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_TARGETS = re.compile(rb"[ \t]*((?:[A-Za-z_][A-Za-z0-9_.]*[ \t]*(?::[^=\r\n]*)?=[ \t]*)+)")
_TARGET = re.compile(rb"([A-Za-z_][A-Za-z0-9_.]*)[ \t]*(?::[^=\r\n]*)?=")
_LONGEST = 400
_END = re.compile(rb"[ \t]*(?:[#;\r\n]|\Z)")


def through_aliases(data: bytes, package: bytes, last: bytes) -> Iterator[int]:
    """Where `last` of the dotted name `package` is read through a name that a line of `data` binds to the package."""
    names: set[bytes] = set()
    at = data.find(package)
    while at >= 0:
        names.update(_bound(data, at, at + len(package)))
        at = data.find(package, at + 1)
    if not names:
        return
    one = b"|".join(re.escape(name) for name in sorted(names))
    use = re.compile(
        rb"(?<![A-Za-z0-9_.])(?:(?:self|cls)\.)?(?:" + one + rb")\." + re.escape(last) + rb"(?![A-Za-z0-9_])"
    )
    yield from (found.start() for found in use.finditer(data))


def _bound(data: bytes, start: int, end: int) -> list[bytes]:
    """The names to which the line binds what stands from `start` to `end`, where that is all that it binds."""
    if not _END.match(data, end):
        return []
    low = max(0, start - _LONGEST)
    line = max(data.rfind(b"\n", low, start), data.rfind(b"\r", low, start)) + 1
    targets = _TARGETS.fullmatch(data, line, start) if line or not low else None
    return _TARGET.findall(targets.group(1)) if targets else []

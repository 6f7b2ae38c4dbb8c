"""A name that stands for the package, and the module reached through it: `m = a.b`, and then `m.c`.

What a variable stands for when `m.c` runs is nobody's to say from the text, so this is reported and not edited.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from laneshift.repo.late_patterns import late

_TARGETS = late(rb"[ \t]*((?:[A-Za-z_][A-Za-z0-9_.]*[ \t]*(?::[^=\r\n]*)?=[ \t]*)+)")
_TARGET = late(rb"([A-Za-z_][A-Za-z0-9_.]*)[ \t]*(?::[^=\r\n]*)?=")
_RENAMED = re.compile(rb"[ \t]+as[ \t]+([A-Za-z0-9_]+)")
_GOES_BEFORE = late(rb"[A-Za-z0-9_.]")
_CLAUSE = rb"[ \t]+import\b[ \t]*(\([^)]*\)|[^\r\n#;]*)"
_LONGEST = 400
_END = late(rb"[ \t]*(?:[#;\r\n]|\Z)")


def through_aliases(data: bytes, package: bytes, last: bytes) -> Iterator[int]:
    """Where `last` of the dotted name `package` is read through a name that a line of `data` binds to the package."""
    names: set[bytes] = set()
    known = _names_of(data, package)
    at = data.find(package)
    while at >= 0:
        end = at + len(package)
        names.update(_bound(data, at, end))
        if (renamed := _RENAMED.match(data, end)) and not _GOES_BEFORE.match(data, at - 1):
            known.add(renamed[1])
        at = data.find(package, at + 1)
    for name in known:
        value = re.compile(rb"=[ \t]*(" + re.escape(name) + rb")(?![A-Za-z0-9_])")
        names.update(each for found in value.finditer(data) for each in _bound(data, found.start(1), found.end(1)))
    if not names:
        return
    one = b"|".join(re.escape(name) for name in sorted(names))
    use = re.compile(
        rb"(?<![A-Za-z0-9_.])(?:(?:self|cls)\.)?(?:" + one + rb")\." + re.escape(last) + rb"(?![A-Za-z0-9_])"
    )
    yield from (found.start() for found in use.finditer(data))


def _names_of(data: bytes, package: bytes) -> set[bytes]:
    """The names for the package that imports take from the one above: `from a import b`, `from a import b as k`."""
    above, _, own = package.rpartition(b".")
    if not above or b"from " + above not in data:
        return set()
    clause, member = _patterns(above, own)
    return {found[1] or own for names in clause.findall(data) for found in member.finditer(names)}


@cache
def _patterns(above: bytes, own: bytes) -> tuple[re.Pattern[bytes], re.Pattern[bytes]]:
    """What stands behind `import` in imports from `above`, and there the names for `own`."""
    member = rb"(?<![A-Za-z0-9_])(?<!as )" + re.escape(own) + rb"(?:\s+as\s+([A-Za-z0-9_]+))?(?![A-Za-z0-9_])"
    return re.compile(rb"from " + re.escape(above) + _CLAUSE), re.compile(member)


def _bound(data: bytes, start: int, end: int) -> list[bytes]:
    """The names to which the line binds what stands from `start` to `end`, where that is all that it binds."""
    if not _END.match(data, end):
        return []
    low = max(0, start - _LONGEST)
    line = max(data.rfind(b"\n", low, start), data.rfind(b"\r", low, start)) + 1
    targets = _TARGETS.fullmatch(data, line, start) if line or not low else None
    return _TARGET.findall(targets.group(1)) if targets else []

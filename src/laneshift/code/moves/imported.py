"""What the imports of a repository say about a folder without marker: by which name its contents are reached."""

from __future__ import annotations

import re

from laneshift.code.moves import scan
from laneshift.repo.late_patterns import late
from laneshift.repo.objects import Tree

_TOP_LEVEL = late(rb"^[ \t]*(?:from|import)[ \t]+([A-Za-z0-9_]+)", re.MULTILINE)
_WORD = late(rb"[A-Za-z0-9_]+")


def imported(tree: Tree, name: str, inside: frozenset[str], mentions: scan.Mentions | None) -> frozenset[str]:
    """Those of `inside` that some Python file imports as part of the folder `name`; of no folder when it is empty."""
    wanted = {each.encode("utf-8", "surrogateescape"): each for each in inside}
    pattern = _pattern(name.encode("utf-8", "surrogateescape")) if name else _TOP_LEVEL
    words = (name.rpartition(".")[2],)
    found: set[str] = set()
    for path, _, data in scan.mentioned(tree, words, mentions if name else None):
        if path.endswith(".py"):
            named = (
                word for match in pattern.finditer(data) for word in _WORD.findall(match.group(match.lastindex or 0))
            )
            found.update(wanted[word] for word in named if word in wanted)
        if len(found) == len(inside):
            break
    return frozenset(found)


def _pattern(name: bytes) -> re.Pattern[bytes]:
    """What is imported of the folder `name`: `name.this`, or the names on the line of `from name import`."""
    of = re.escape(name)
    return re.compile(
        rb"(?:from|import)[ \t]+" + of + rb"\.([A-Za-z0-9_]+)|from[ \t]+" + of + rb"[ \t]+import\b([^\r\n#]*)"
    )

"""What the imports of a repository say about a folder without marker: by which name its contents are reached."""

from __future__ import annotations

import re

from laneshift.code.moves import scan
from laneshift.repo.objects import Tree

_TOP_LEVEL = re.compile(rb"^[ \t]*(?:from|import)[ \t]+([A-Za-z0-9_]+)", re.MULTILINE)
_WORD = re.compile(rb"[A-Za-z0-9_]+")


def imported(tree: Tree, name: str, inside: frozenset[str], mentions: scan.Mentions | None) -> bool:
    """Whether some Python file imports one of `inside` as part of the folder `name`; of no folder when it is empty."""
    wanted = {each.encode("utf-8", "surrogateescape") for each in inside}
    if not name:
        files = scan.mentioned(tree, ("",), None)
        return any(path.endswith(".py") and not wanted.isdisjoint(_TOP_LEVEL.findall(data)) for path, _, data in files)
    pattern = _pattern(name.encode("utf-8", "surrogateescape"))
    return any(
        path.endswith(".py")
        and any(not wanted.isdisjoint(_WORD.findall(b" ".join(found))) for found in pattern.findall(data))
        for path, _, data in scan.mentioned(tree, (name.rpartition(".")[2],), mentions)
    )


def _pattern(name: bytes) -> re.Pattern[bytes]:
    """What is imported of the folder `name`: `name.this`, or the names on the line of `from name import`."""
    of = re.escape(name)
    return re.compile(
        rb"(?:from|import)[ \t]+" + of + rb"\.([A-Za-z0-9_]+)|from[ \t]+" + of + rb"[ \t]+import\b([^\r\n#]*)"
    )

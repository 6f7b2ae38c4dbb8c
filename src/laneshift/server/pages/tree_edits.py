"""What differs between two trees, file by file, with files that moved told as such."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from laneshift.repo.differences import differences
from laneshift.repo.folders import MODE_SUBMODULE, Entry
from laneshift.repo.objects import Tree
from laneshift.repo.similarity import renames
from laneshift.server.pages.edits import MOST_LINES, Row, side_by_side

MOST_FILES = 40
_LARGEST = 512 * 1024


@dataclass(frozen=True, slots=True)
class Edit:
    """One file. `old` and `new` are its paths, "" where there is none; `why` says why no rows are shown."""

    old: str
    new: str
    rows: tuple[Row, ...]
    why: str = ""

    @property
    def changed(self) -> int:
        """How many rows differ."""
        return sum(row.kind == "changed" for row in self.rows)


def edits_between(before: Tree, after: Tree) -> tuple[list[Edit], int]:
    """The first `MOST_FILES` files that differ, by new path, and how many there are."""
    found = differences(before, after)
    sources = {new: old for new, old in renames(before, after).items() if old in found and new in found}
    moved = {*sources.values()}
    paths = sorted(path for path in found if path not in moved)
    pairs = [(sources.get(path, path), path) for path in paths]
    return [_edit(before, after, found, pair) for pair in pairs[:MOST_FILES]], len(pairs)


def _edit(
    before: Tree, after: Tree, found: Mapping[str, tuple[Entry | None, Entry | None]], pair: tuple[str, str]
) -> Edit:
    old, new = pair
    was, now = found[old][0], found[new][1]
    texts = [_text(before, old, was), _text(after, new, now)]
    names = (old if was else "", new if now else "")
    if any(text is None for text in texts):
        return Edit(*names, (), "it is no text, or too large to be shown")
    try:
        rows = tuple(side_by_side(texts[0] or "", texts[1] or ""))
    except ValueError:
        return Edit(*names, (), f"it has more than {MOST_LINES} lines")
    return Edit(*names, rows, "" if rows else "its lines are the same")


def _text(tree: Tree, path: str, entry: Entry | None) -> str | None:
    """The text of a file, "" where there is none, None for what is not shown as text."""
    if entry is None:
        return ""
    if entry.mode == MODE_SUBMODULE or tree.repository.blob_size(entry.oid) > _LARGEST:
        return None
    data = tree.read(path)
    return None if b"\0" in data else data.decode("utf-8", "replace")

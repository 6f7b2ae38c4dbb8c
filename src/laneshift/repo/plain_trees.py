"""What two trees do not share, where that is no more than what some files hold, read by ourselves."""

from __future__ import annotations

import os
import re
from itertools import chain

from laneshift.repo.plain_objects import PlainObjects
from laneshift.repo.plain_records import NamedTuple

_ROW = re.compile(rb"([0-7]+) ([^\0]*)\0(.{20})", re.DOTALL)
_BETWEEN = len(b" \0")
_FOLDER, _REGULAR = b"40000", (b"100644", b"100755", b"100664", b"")
_NOTHING = b"", b""
_COMMIT, _TREE, _BLOB = 1, 2, 3
_HEAD = b"tree "
_HEX = 40


Ids = tuple[str, str]
"""Hexadecimal ids of a file before and after, empty where it was not there."""


class Row(NamedTuple):
    """One entry of a folder: git mode as it is written, and hexadecimal id."""

    mode: bytes
    oid: str


def tree_of(objects: PlainObjects, rev: str) -> str | None:
    """The tree of a commit, or of a tree itself, by full ids; None where that is not plain."""
    found = objects.read(rev)
    if found is None or found[0] == _TREE:
        return found and rev
    return found[1][len(_HEAD) :][:_HEX].decode("ascii") if found[0] == _COMMIT and found[1][:5] == _HEAD else None


def blob(objects: PlainObjects, oid: str) -> bytes | None:
    """The bytes of a blob; None where the library has to be asked."""
    found = objects.read(oid)
    return found[1] if found is not None and found[0] == _BLOB else None


def entry(objects: PlainObjects, tree: str, path: str) -> Row | None:
    """The entry at a path. Raises `ValueError` for a folder that cannot be read."""
    row = Row(_FOLDER, tree)
    for part in path.split("/"):
        if row.mode != _FOLDER:
            return None
        found = {name: Row(mode, oid.hex()) for mode, name, oid in _rows(objects, row.oid)}.get(os.fsencode(part))
        if found is None:
            return None
        row = found
    return row


def edited(objects: PlainObjects, old: str, new: str, most: int) -> dict[str, Ids] | None:
    """Path and ids of each regular file that is not the same in both trees.

    None where the two differ in more: more than `most` files, a whole folder, a link, a submodule, another mode. Raises
    `ValueError` for a folder that cannot be read.
    """
    found: dict[str, Ids] = {}
    waiting = [("", old, new)] if old != new else []
    while waiting:
        prefix, *ids = waiting.pop()
        before, after = (set(_rows(objects, oid)) for oid in ids)
        was, now = ({name: (mode, oid) for mode, name, oid in rows} for rows in (before - after, after - before))
        for name in was.keys() | now.keys():
            (mode, gone), (other, came) = was.get(name, _NOTHING), now.get(name, _NOTHING)
            path = prefix + os.fsdecode(name)
            if mode == other == _FOLDER:
                waiting.append((f"{path}/", gone.hex(), came.hex()))
            elif mode in _REGULAR and other in _REGULAR and (mode == other or b"" in (mode, other)):
                found[path] = gone.hex(), came.hex()
            else:
                return None
        if len(found) > most:
            return None
    return found


def _rows(objects: PlainObjects, oid: str) -> list[tuple[bytes, bytes, bytes]]:
    found = objects.read(oid)
    if found is None or found[0] != _TREE:
        raise ValueError("a folder that cannot be read")
    rows: list[tuple[bytes, bytes, bytes]] = _ROW.findall(found[1])
    if sum(map(len, chain.from_iterable(rows))) + _BETWEEN * len(rows) != len(found[1]):
        raise ValueError("a folder that is cut short")
    return rows

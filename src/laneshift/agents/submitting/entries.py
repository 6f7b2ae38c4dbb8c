"""Trees as bytes: what git would never write, but a hostile program can.

A tree with two entries of one name, or with `..` in it, is another one to each program that reads it. Only folders that
changed are looked at.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from laneshift.agents.submitting.objecting import objection
from laneshift.agents.submitting.submission import Objection
from laneshift.repo.kinds import Kind
from laneshift.repo.objects import Repository
from laneshift.runs.paths import MAX_DEPTH

_ROW = re.compile(rb"([^ \0]*) ([^\0]*)\0(.{20})", re.DOTALL)
_MODES = {b"100644": Kind.BLOB, b"100755": Kind.BLOB, b"120000": Kind.BLOB, b"40000": Kind.TREE, b"160000": None}
_FOLDER = b"40000"
_MOST_FOLDERS = 20_000
_MOST_SHOWN = 20
# Letters that macOS leaves out when it compares names, as git knows them.
_IGNORED = re.compile("[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]")
_CURE = "make the tree with git itself"


@dataclass(frozen=True, slots=True)
class _Row:
    mode: bytes
    name: bytes
    oid: str


def tree_objections(repository: Repository, before: str, after: str) -> tuple[Objection, ...]:
    """What is broken in the folders of tree `after` that tree `before` does not have. Never recursive."""
    found: list[Objection] = []
    waiting, seen = [(before, after, "", 0)], 0
    while waiting and len(found) < _MOST_SHOWN:
        old, oid, prefix, depth = waiting.pop()
        if oid == old:
            continue
        seen += 1
        if depth > MAX_DEPTH or seen > _MOST_FOLDERS:
            found.append(
                objection("too-deep", prefix, f"more than {MAX_DEPTH} folders above a file, or too many", _CURE)
            )
            break
        rows = _rows(repository, oid)
        if rows is None:
            found.append(objection("broken-tree", prefix, f"tree {oid[:12]} cannot be read", _CURE))
            continue
        known = {row.name: row.oid for row in (_rows(repository, old) if old else None) or ()}
        found += _listing(repository, [row for row in rows if known.get(row.name) != row.oid], rows, prefix)
        waiting += [
            (known.get(row.name, ""), row.oid, _path(prefix, row.name) + "/", depth + 1)
            for row in rows
            if row.mode == _FOLDER
        ]
    return tuple(found)


def _rows(repository: Repository, oid: str) -> list[_Row] | None:
    try:
        kind, data = repository.stored.read(oid)
    except (KeyError, ValueError):
        return None
    found, at = [], 0
    while at < len(data):
        row = _ROW.match(data, at)
        if row is None:
            return None
        found.append(_Row(row[1], row[2], row[3].hex()))
        at = row.end()
    return found if kind == Kind.TREE else None


def _listing(repository: Repository, new: list[_Row], rows: list[_Row], prefix: str) -> Iterator[Objection]:
    """What is wrong with the rows of one folder, and with those that are `new` in it."""
    order = [row.name + b"/" if row.mode == _FOLDER else row.name for row in rows]
    twice = sorted(name for name, number in Counter(row.name for row in rows).items() if number > 1)
    for name in twice:
        yield objection("broken-tree", _path(prefix, name), "the tree has two entries of this name", _CURE)
    if not twice and order != sorted(order):
        yield objection("broken-tree", prefix, "the entries are not in git's order", _CURE)
    for row in new:
        path = _path(prefix, row.name)
        if why := _unsafe(row.name):
            yield objection("unsafe-path", path, why, "give files plain names")
        if row.mode not in _MODES:
            mode = row.mode.decode("ascii", "replace")
            yield objection("odd-mode", path, f"{mode} is no mode that git writes", _CURE)
        elif not _is_there(repository, row):
            yield objection("broken-tree", path, "the object of this entry is not here, or of another kind", _CURE)


def _is_there(repository: Repository, row: _Row) -> bool:
    wanted = _MODES[row.mode]
    if wanted is None:
        return True  # a submodule's commit belongs to another repository
    try:
        return repository.stored.read_header(row.oid)[0] == wanted
    except (KeyError, ValueError):
        return False


def _unsafe(name: bytes) -> str:
    """Why a program may take this name for another place; empty where none does."""
    if name in (b"", b".", b"..") or b"/" in name or b"\\" in name:
        return "the name leads to another folder"
    if len(name) > 255:
        return "the name is longer than file systems take"
    text = _IGNORED.sub("", os.fsdecode(name)).casefold().partition(":")[0].rstrip(" .")
    return "the name stands for git's own folder" if re.fullmatch(r"\.git|git~\d+", text) else ""


def _path(prefix: str, name: bytes) -> str:
    return prefix + os.fsdecode(name)

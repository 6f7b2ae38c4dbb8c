"""Patches as people would have written them, cut from the difference of two releases. Pure, but for reading objects."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass

from laneshift.code.moves import Mentions, Move, move
from laneshift.errors import Refused
from laneshift.repo.differences import differences
from laneshift.repo.objects import Entry, Tree

_FILES = 6
"""Files of one folder that go into one patch at most."""

Change = Mapping[str, Entry | None]


@dataclass(frozen=True, slots=True)
class Written:
    """One patch: a name, and what it puts at each path (None: it deletes the file)."""

    name: str
    change: Change


def patches(older: Tree, newer: Tree, package: str, seed: int, count: int) -> list[Written]:
    """`count` patches of one folder each that touch Python files; each file is in one of them at most."""
    groups: dict[str, dict[str, Entry | None]] = {}
    for path, (_, after) in sorted(differences(older, newer).items()):
        groups.setdefault(path.rpartition("/")[0], {})[path] = after
    found = []
    for folder, changes in sorted(groups.items()):
        paths = sorted(changes)
        for start in range(0, len(paths), _FILES):
            part = {path: changes[path] for path in paths[start : start + _FILES]}
            if any(path.endswith(".py") for path in part):
                found.append(Written(f"{folder or '.'}#{start // _FILES}", part))
    inside = [each for each in found if each.name.startswith(package)]
    outside = [each for each in found if not each.name.startswith(package)]
    chance = random.Random(seed)
    chosen = chance.sample(inside, min(len(inside), count))
    chosen += chance.sample(outside, min(len(outside), count - len(chosen)))
    return sorted(chosen, key=lambda each: each.name)


def moves(tree: Tree, written: list[Written], package: str, seed: int, count: int, mentions: Mentions) -> list[Move]:
    """`count` moves that the tree allows one after the other, of modules that the patches change first of all."""
    touched = {path for each in written for path in each.change}
    modules = [path for path in tree.entries if path.startswith(f"{package}/") and _movable(path)]
    chance = random.Random(seed)
    chance.shuffle(modules)
    modules.sort(key=lambda path: path not in touched)
    found: list[Move] = []
    for path in modules:
        if len(found) == count:
            break
        folder, _, name = path.rpartition("/")
        there = f"{package}/relocated/{folder.rpartition('/')[2]}_{len(found)}/{name}"
        try:
            tree = move(tree, Move(path, there), mentions=mentions).tree
        except Refused:
            continue
        found.append(Move(path, there))
    return found


def _movable(path: str) -> bool:
    parts = path.split("/")
    plain = path.endswith(".py") and parts[-1].removesuffix(".py").isidentifier()
    return plain and not parts[-1].startswith(("__", "test")) and "tests" not in parts and "migrations" not in parts

"""Recognise: which moves are inside a change that somebody made by hand.

Git's likeness of files proposes them. A move counts when the engine can do it on the tree before, and most of the
references that it then rewrites were rewritten in the same way by hand. The rest is not a move, but a change.
"""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from laneshift.code.intents import Intent, Rules
from laneshift.code.moves import Mentions, Move, MoveResult, move
from laneshift.errors import Refused
from laneshift.repo.objects import Tree
from laneshift.repo.similarity import renames

_MARKER = "__init__.py"


@dataclass(frozen=True, slots=True)
class Recognised:
    """One rename that may be a move: how many of the lines that the move rewrites were rewritten alike by hand.

    `why` tells why it is none, and is empty where it is one.
    """

    intent: Intent
    alike: int
    lines: int
    why: str = ""

    @property
    def is_move(self) -> bool:
        """Whether the intent stands for what was done by hand."""
        return not self.why


def recognise(before: Tree, after: Tree, rules: Rules, mentions: Mentions | None = None) -> list[Recognised]:
    """The moves that lead from `before` towards `after`, and the renames that look like moves and are none. Pure."""
    pairs = {old: new for new, old in renames(before, after).items()}
    found = []
    tree = before
    for src, dst in _candidates(before, after, pairs):
        intent = Intent(_item(src), src, dst)
        try:
            result = move(tree, Move(src, dst), roots=rules.roots, mentions=mentions)
        except Refused as refusal:
            found.append(Recognised(intent, 0, 0, refusal.what))
            continue
        alike, lines = _reproduced(result, after)
        told = Recognised(intent, alike, lines)
        if 2 * alike < lines:
            told = Recognised(intent, alike, lines, f"only {alike} of {lines} references were rewritten with it")
        else:
            tree = result.tree
        found.append(told)
    return found


def _candidates(before: Tree, after: Tree, pairs: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Packages first, the outermost, then modules that did not move with their package."""
    packages = dict(_packages(before, after, pairs))
    yield from sorted(packages.items())
    for old, new in sorted(pairs.items()):
        inside = any(old.startswith(f"{src}/") and new == dst + old[len(src) :] for src, dst in packages.items())
        modules = old.endswith(".py") and new.endswith(".py")
        if modules and not inside and _MARKER not in (posixpath.basename(old), posixpath.basename(new)):
            yield old, new


def _packages(before: Tree, after: Tree, pairs: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Package folders that are gone and whose files all turn up under one other folder."""
    folders = sorted({posixpath.dirname(old) for old in pairs if "/" in old}, key=lambda folder: folder.count("/"))
    taken: list[str] = []
    for folder in folders:
        inside = [path for path, _ in before.below(folder)]
        if f"{folder}/{_MARKER}" not in inside or after.is_folder(folder) or any(folder.startswith(t) for t in taken):
            continue
        where = {_stripped(pairs[old], old[len(folder) :]) for old in inside if old in pairs}
        if len(where) == 1 and (there := where.pop()) and f"{there}/{_MARKER}" in after:
            taken.append(f"{folder}/")
            yield folder, there


def _stripped(path: str, tail: str) -> str:
    return path.removesuffix(tail) if path.endswith(tail) else ""


def _reproduced(result: MoveResult, after: Tree) -> tuple[int, int]:
    """Of the lines that the move rewrites: how many stand in the tree made by hand, and how many there are."""
    origin = {new: old for old, new in result.relocations.items()}
    alike = lines = 0
    for path, data in {**result.python, **result.other}.items():
        old = Counter(_lines(result.before.read(origin.get(path, path))))
        rewritten = Counter(_lines(data)) - old
        entry = after.entry(path)
        there = Counter(_lines(after.read(path))) if entry is not None and entry.is_regular else Counter[bytes]()
        lines += rewritten.total()
        alike += (rewritten & there).total()
    return alike, lines


def _lines(data: bytes) -> list[bytes]:
    """Lines without regard to blanks, which people align as they like."""
    return [b" ".join(line.split()) for line in data.splitlines()]


def _item(src: str) -> str:
    return src.removesuffix(".py").replace("/", ".")

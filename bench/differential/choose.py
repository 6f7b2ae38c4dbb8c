"""Which moves to try: a pure function of the paths of a project and a seed."""

from __future__ import annotations

import keyword
import random
from collections.abc import Sequence

from laneshift.code.moves import Move

_PACKAGES = 0.2
_RENAMED = 0.3
_NEW_FOLDER = 0.2
_ATTEMPTS = 50
_MARKER = "/__init__.py"


def choose(paths: Sequence[str], package: str, seed: int, count: int) -> list[Move]:
    """`count` moves of modules and packages below the folder `package`, each to a free path there.

    Fewer when the project has too little to move. The same arguments always give the same moves.
    """
    inside = sorted(path for path in paths if path.startswith(f"{package}/") and path.endswith(".py"))
    folders = [path.removesuffix(_MARKER) for path in inside if path.endswith(_MARKER)]
    modules = [path for path in inside if _is_module(path)]
    packages = [folder for folder in folders if folder != package and _is_name(folder.rpartition("/")[2])]
    taken = set(paths) | {
        "/".join(path.split("/")[:depth]) for path in paths for depth in range(1, path.count("/") + 1)
    }
    chance = random.Random(seed)
    found: dict[Move, None] = {}
    for _ in range(count * _ATTEMPTS):
        if len(found) == count or not (modules and folders):
            break
        kind = packages if packages and chance.random() < _PACKAGES else modules
        move = _draw(chance, chance.choice(kind), folders)
        if _is_free(move, taken):
            found[move] = None
    return list(found)


def _draw(chance: random.Random, src: str, folders: Sequence[str]) -> Move:
    stem = src.rpartition("/")[2].removesuffix(".py")
    suffix = ".py" if src.endswith(".py") else ""
    name = f"{stem}_moved" if chance.random() < _RENAMED else stem
    folder = chance.choice(folders)
    if chance.random() < _NEW_FOLDER:
        folder = f"{folder}/fresh{chance.randrange(100)}"
    return Move(src, f"{folder}/{name}{suffix}")


def _is_free(move: Move, taken: set[str]) -> bool:
    stem = move.dst.removesuffix(".py")
    nested = f"{move.dst}/".startswith(f"{move.src}/") or f"{move.src}/".startswith(f"{move.dst}/")
    return not nested and not {move.dst, stem, f"{stem}.py"} & taken


def _is_module(path: str) -> bool:
    name = path.rpartition("/")[2].removesuffix(".py")
    return _is_name(name) and not name.startswith("__")


def _is_name(name: str) -> bool:
    return name.isidentifier() and not keyword.iskeyword(name)

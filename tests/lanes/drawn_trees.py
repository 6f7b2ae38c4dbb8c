"""Trees drawn from a seed, and changes of them: files come, go, move and are rewritten."""

from __future__ import annotations

import random

from laneshift.repo.objects import Tree
from tests.lanes.ground import tree_with

_FOLDERS = ("labs", "core", "serve", "tools", "core/deep", "tools/lab")
_NAMES = ("__init__", "a", "b", "c")
_FORMS = (
    "import {name}\n",
    "from {name} import X\n",
    "from {name} import *\n",
    "from {parent} import {last}\n",
    "import {name}.missing\n",
    "def f():\n    import {name}\n",
    "import typing\nif typing.TYPE_CHECKING:\n    import {name}\n",
    "__import__('{name}')\n",
    "print '\nimport {name}\n",
    "from . import {last}\n",
    "import json\nX = 1\n",
)


def _text(dice: random.Random) -> str:
    lines = []
    for _ in range(dice.choice((0, 1, 1, 2))):
        name = f"{dice.choice(_FOLDERS).replace('/', '.')}.{dice.choice(_NAMES[1:])}"
        parent, _, last = name.rpartition(".")
        lines.append(dice.choice(_FORMS).format(name=name, parent=parent, last=last))
    return "".join(lines)


def drawn(dice: random.Random, base: Tree) -> Tree:
    """A tree of a dozen files in three lanes and two folders outside them."""
    paths = [f"{folder}/{name}.py" for folder in _FOLDERS for name in _NAMES]
    return tree_with(base, {path: _text(dice) for path in dice.sample(paths, dice.randint(8, 16))})


def changed(dice: random.Random, tree: Tree) -> Tree:
    """The tree with up to three of its files rewritten, deleted, moved, or new ones put beside them."""
    paths = [path for path in tree.entries if path.endswith(".py")]
    files: dict[str, str | bytes | None] = {}
    for _ in range(dice.randint(1, 3)):
        path = dice.choice(paths)
        other = f"{dice.choice(_FOLDERS)}/{dice.choice(_NAMES)}.py"
        match dice.randint(0, 3):
            case 0 | 1:
                files[path] = _text(dice)
            case 2:
                files[path] = None
            case _:
                files[path] = None
                files[other] = tree.read(path)
    return tree_with(tree, files)

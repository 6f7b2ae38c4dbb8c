"""A move that puts a module where it hides one of the standard library: every `import json` would mean ours."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator

from laneshift.code.moves.records import Notice
from laneshift.repo.objects import Tree


def hidden_standard(tree: Tree, new: str, root: str, arriving: Collection[str]) -> Iterator[Notice]:
    """The notice for the top of the dotted name `new` below the source root `root`, where the standard library has a
    module of that name and `tree`, the one before the move, has none there yet.

    `arriving` are the paths of all files that come. A module that is built into Python cannot be hidden: then ours
    could not be imported, which is worth the same look.
    """
    top = new.partition(".")[0]
    if top not in sys.stdlib_module_names:
        return
    place = f"{root}/{top}".lstrip("/")
    module, marker = f"{place}.py", f"{place}/__init__.py"
    there = any(tree.entry(path) is not None for path in (module, marker))
    if there or (tree.is_folder(place) and marker not in arriving):
        return
    first = next(path for path in (module, marker, *sorted(arriving)) if path in arriving)
    yield Notice(first, 0, "hides-standard", f"{top} is a module of the standard library")

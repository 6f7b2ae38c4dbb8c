"""Folders of modules without a package: scripts and tests, which find each other because their folder is searched."""

from __future__ import annotations

import re
import sys

from laneshift.repo.objects import Tree

_IMPORT = re.compile(rb"^[ \t]*(?:from|import)[ \t]+(\.|[A-Za-z0-9_]+)", re.MULTILINE)


def imports_itself(tree: Tree, folder: str) -> bool:
    """Whether a module in `folder` imports another, or a folder, in it by its name alone, and none does relatively.

    Names of the standard library and of what lies at the top of the tree do not count: those may be meant.
    """
    inside = tree.folder(folder)
    names = {name.removesuffix(".py") for name in inside if name.removesuffix(".py").isidentifier()}
    top = {name.removesuffix(".py") for name in tree.folder("")}
    telling = {name.encode("ascii", "ignore") for name in names - top - sys.stdlib_module_names}
    files = (f"{folder}/{name}" for name, entry in inside.items() if name.endswith(".py") and entry.is_regular)
    found: set[bytes] = set()
    for path in files if telling else ():
        found.update(each.group(1) for each in _IMPORT.finditer(tree.read(path)))
        if b"." in found:
            return False
    return not telling.isdisjoint(found)

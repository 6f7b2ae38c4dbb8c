"""By which names the files of a tree import the packages of it, read quickly: enough to tell how often, not how."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from laneshift.code.dotted import is_standard
from laneshift.repo.objects import Tree

_IMPORT = re.compile(
    rb"^[ \t]*(?:from[ \t]+([A-Za-z_]\w*)(?:\.([A-Za-z_]\w*)|[ \t]+import[ \t(]+([A-Za-z_]\w*))"
    rb"|import[ \t]+([A-Za-z_]\w*)(?:\.([A-Za-z_]\w*))?)",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Named:
    """The files that import a top-level name, and how many import one name below another."""

    importers: dict[str, frozenset[str]]
    below: dict[tuple[str, str], int]

    def votes(self, folder: str, packages: Collection[str]) -> tuple[int, int]:
        """How many files import the packages of a folder by themselves, and how many as part of the folder.

        Names of the standard library are nobody's vote.
        """
        own = [name for name in packages if not is_standard(name)]
        alone = set[str]().union(*(self.importers.get(name, frozenset()) for name in own))
        return len(alone), sum(self.below.get((folder, name), 0) for name in own)


def read_names(tree: Tree, paths: Iterable[str], wanted: Collection[str]) -> Named:
    """Look through `paths` for imports of the `wanted` names, as top-level names or below one of them."""
    importers: dict[str, set[str]] = {}
    below: dict[tuple[str, str], int] = {}
    for path in paths if wanted else ():
        entry = tree.entry(path)
        if entry is None or not entry.is_regular:
            continue
        for groups in set(_IMPORT.findall(tree.repository.blob(entry.oid))):
            parts = [part.decode("ascii") for part in groups if part]
            if parts and parts[0] in wanted:
                importers.setdefault(parts[0], set()).add(path)
                if len(parts) > 1:
                    below[parts[0], parts[1]] = below.get((parts[0], parts[1]), 0) + 1
    return Named({name: frozenset(files) for name, files in importers.items()}, below)

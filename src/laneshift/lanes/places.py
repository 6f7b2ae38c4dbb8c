"""Where a dotted name may lie: by the modules of a tree, or by its folders alone.

A folder without `__init__.py` that holds packages counts as a source root, so its packages are known without its name.
Python finds them under the longer name as well when it is started above that folder.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from laneshift.code.dotted import is_standard
from laneshift.code.modules import Modules


@dataclass(frozen=True)
class Places:
    """The Python paths of a tree, the modules that they are, and the first folders below every source root."""

    modules: Modules
    paths: Collection[str]
    tops: frozenset[str]

    @classmethod
    def of(cls, paths: Iterable[str], roots: Iterable[str] = ()) -> Places:
        """The places of these Python paths. `roots` are the configured source roots; without any they are found."""
        known = dict.fromkeys(paths)
        modules = Modules.of(known, roots)
        tops = {path.partition("/")[0] for path in known if "/" in path}
        for root in filter(None, modules.roots):
            below = len(root) + 1
            tops.update(path[below:].partition("/")[0] for path in known if path.startswith(f"{root}/"))
        return cls(modules, known.keys(), frozenset(tops))

    def may_hold(self, top: str) -> bool:
        """Whether a name that starts so may be found by folders alone. The standard library goes first."""
        return top in self.tops and not is_standard(top)

    def tried(self, name: str) -> Iterator[str]:
        """Every path that a dotted name may have, nearest first, then those of the packages above it."""
        while name:
            below = name.replace(".", "/")
            for root in self.modules.roots:
                stem = f"{root}/{below}" if root else below
                yield f"{stem}/__init__.py"
                yield f"{stem}.py"
            name = name.rpartition(".")[0]

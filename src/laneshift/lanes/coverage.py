"""How much of a tree a check has looked at. What was not looked at is named, and nothing at all is an error."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice

from laneshift.code.index import Index
from laneshift.errors import CheckFailed
from laneshift.lanes.atlas import Atlas

_EXPLAINED = 100
_UNEXPLAINED = "does not parse"


@dataclass(frozen=True, slots=True)
class Coverage:
    """Python paths of a tree, those behind symlinks included.

    `checked` of `python` were read. Of these, `scanned` do not parse and may hold more imports than are plainly there:
    path to reason. `unchecked` could not be read: path to reason. `blind` are imports by call whose
    argument cannot be known, `bent` changes of where modules are looked for: path to lines.
    """

    python: int
    checked: int
    scanned: Mapping[str, str] = field(default_factory=dict)
    unchecked: Mapping[str, str] = field(default_factory=dict)
    blind: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    bent: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    def __str__(self) -> str:
        """One line."""
        return f"checked {self.checked} of {self.python} Python file(s)"


def coverage(atlas: Atlas, index: Index, known: Mapping[str, str] | None = None) -> Coverage:
    """What the survey looked at. `known` are reasons why files do not parse that were found before.

    Raises `CheckFailed` (`lanes.nothing-checked`) when that is no file at all.
    """
    unchecked = {path: "a symlink that leads out of the tree" for path in atlas.linked.outside if _may_be_code(path)}
    unchecked |= dict.fromkeys(atlas.linked.submodules, "a submodule: what it holds is in another repository")
    scanned = dict.fromkeys(sorted(atlas.scanned), _UNEXPLAINED)
    for path in islice(scanned, _EXPLAINED):
        told = known.get(path) if known else None
        if told and told != _UNEXPLAINED:
            scanned[path] = told
            continue
        problem = index.refusal(atlas.tree, path)
        if problem is not None:
            scanned[path] = f"line {problem.line}: {problem.reason}"
    checked = len(atlas.out)
    if not checked:
        raise CheckFailed(
            "lanes.nothing-checked",
            "no Python file was checked",
            where=atlas.tree.oid,
            why="the tree holds none that can be read",
            cure="see that the right tree is named",
        )
    blind, bent = (dict(sorted(lines.items())) for lines in (atlas.blind, atlas.bent))
    return Coverage(checked + len(unchecked), checked, scanned, unchecked, blind, bent)


def _may_be_code(path: str) -> bool:
    """Whether Python could import what a link stands for: a module, or a folder with the name of a package."""
    name = path.rpartition("/")[2]
    return name.endswith(".py") or name.isidentifier()

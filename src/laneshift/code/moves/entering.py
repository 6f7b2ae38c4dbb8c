"""Imports that would fail after a move because packages above the new place run first, and lead back to who asked.

Who imports `a.m` after the move to `a.b.m` runs the file of `a.b` on the way. Where that imports names from the very
module that asked, by however many steps, it asks for what is not there yet. The imports are gone through here as
Python goes through them, module by module and line by line, without running anything; before the move and after it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from laneshift.code.dotted import parents
from laneshift.code.moves.at_import import MOST_FILES, NOTHING, AtImport, Step, at_import
from laneshift.code.moves.site import MARKER_NAME, module_name
from laneshift.repo.objects import Tree

_MOST_ENTRIES = 200
_MOST_TOLD = 10
"""Where more fail, these show why as well as all of them."""


class Place(NamedTuple):
    """A module and the source root that it lies below: `a.b.c` in `src`."""

    name: str
    root: str


def fails_first(tree: Tree, old: Place, new: Place, importers: Iterable[str]) -> Iterator[tuple[str, int]]:
    """Each of `importers` that fails after the move where it is imported first, and its line for `old`.

    Only for packages above `new` that were not above `old`, and no module that fails before the move already. Names
    are dotted ones, below one of the two source roots.
    """
    above = [name for name in _prefixes(new.name)[:-1] if not f"{old.name}.".startswith(f"{name}.")]
    before, after = _Project(tree, old, old), _Project(tree, old, new)
    if not any(map(after.runs_others, above)):
        return
    lines = ((name, after.line_for_moved(name)) for name in islice(importers, _MOST_ENTRIES))
    failing = ((name, line) for name, line in lines if line and after.fails(name) and not before.fails(name))
    yield from islice(failing, _MOST_TOLD)


def module_names(path: str, roots: Iterable[str]) -> Iterator[str]:
    """What the module at a path is called below each of these source roots that it lies in."""
    for root in roots:
        if path.endswith(".py") and (not root or path.startswith(f"{root}/")):
            yield module_name(path, root)


class _Project:
    """The modules below the roots of a move as they are called after it; `old` and `new` alike: before it."""

    def __init__(self, tree: Tree, old: Place, new: Place) -> None:
        self._tree = tree
        self._old, self._new = old, new
        self._known: dict[str, AtImport | None] = {}
        self._read = 0

    def module(self, name: str) -> AtImport:
        """What the module does; nothing, where there is none."""
        return self._find(name) or NOTHING

    def runs_others(self, name: str) -> bool:
        """Whether a module runs anything else of the project."""
        return any(self._find(each) is not None for step in self.module(name).steps for each in self._run_by(step))

    def line_for_moved(self, name: str) -> int:
        """The first line on which a module runs what moves; 0 where it does not."""
        steps = self.module(name).steps
        return next((step.line for step in steps if any(map(self._is_new, self._run_by(step)))), 0)

    def fails(self, name: str) -> bool:
        """Whether an import of this module, the first one of a process, asks a module for what it does not have yet."""
        at: dict[str, int] = {}
        done: set[str] = set()
        pending = [self._going(each, at, done) for each in reversed(_prefixes(name))]
        while pending:
            following = next(pending[-1], None)
            if following is None:
                pending.pop()
            elif not following:
                return True
            elif following not in at:
                pending.append(self._going(following, at, done))
        return False

    def _going(self, name: str, at: dict[str, int], done: set[str]) -> Iterator[str]:
        """The modules that one runs, in order, while it is on the lines `at`; "" where it fails."""
        if name in at:
            return
        at[name] = 0
        for step in self.module(name).steps:
            at[name] = step.line
            yield from self._run_by(step)
            if not step.guarded and step.module in at and step.module not in done and self._lacks(step, at):
                yield ""
        done.add(name)

    def _lacks(self, step: Step, at: dict[str, int]) -> bool:
        """Whether the module, which has only come to its line, has not yet bound a name that is taken from it."""
        asked = self.module(step.module)
        names = [name for name in step.names if self._find(f"{step.module}.{name}") is None]
        return not asked.is_open and any(asked.bound.get(name, 0) >= at[step.module] for name in names)

    def _run_by(self, step: Step) -> Iterator[str]:
        """The modules that an import runs, outer ones first."""
        yield from _prefixes(step.module)
        yield from (name for each in step.names if self._find(name := f"{step.module}.{each}") is not None)

    def _is_new(self, name: str) -> bool:
        return f"{name}.".startswith(f"{self._new.name}.")

    def _renamed(self, name: str) -> str:
        inside = f"{name}.".startswith(f"{self._old.name}.")
        return self._new.name + name[len(self._old.name) :] if inside else name

    def _find(self, name: str) -> AtImport | None:
        if name not in self._known:
            self._known[name] = self._load(name)
        return self._known[name]

    def _load(self, name: str) -> AtImport | None:
        comes = self._is_new(name)
        was = self._old.name + name[len(self._new.name) :] if comes else name
        for root in dict.fromkeys([self._old.root] if comes else [self._new.root, self._old.root]):
            stem = f"{root}/{was.replace('.', '/')}".lstrip("/")
            for path, package in ((f"{stem}/{MARKER_NAME}", was), (f"{stem}.py", was.rpartition(".")[0])):
                entry = self._tree.entry(path)
                if entry is not None and entry.is_regular:
                    return self._look(self._tree.read(path), package)
        return None

    def _look(self, data: bytes, package: str) -> AtImport:
        self._read += 1
        found = at_import(data, package) if self._read <= MOST_FILES else NOTHING
        return found._replace(steps=tuple(map(self._followed, found.steps)))

    def _followed(self, step: Step) -> Step:
        """An import as it is after the move: of the module where it goes, also `from package import module`."""
        if not step.names:
            return step._replace(module=self._renamed(step.module))
        module, _, name = self._renamed(f"{step.module}.{step.names[0]}").rpartition(".")
        return step._replace(module=module, names=(name,))


def _prefixes(name: str) -> list[str]:
    return [name, *parents(name)][::-1]

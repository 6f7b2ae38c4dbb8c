"""Tests: every test that was there still runs, and still asserts what it did. New ones are welcome."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from laneshift.agents.submitting.ground import Ground, Touch
from laneshift.agents.submitting.objecting import line_of, objection
from laneshift.agents.submitting.submission import Objection
from laneshift.agents.submitting.tests.names import Names
from laneshift.agents.submitting.tests.outline import Outline, Unit, outline
from laneshift.agents.submitting.tests.places import is_expected, is_test
from laneshift.agents.submitting.tests.weakened import Lost, fresh, lost
from laneshift.code.modules import Modules

NAME = "tests"
_CURE = "leave tests as they were, and add to them"


def check(ground: Ground) -> Iterator[Objection]:
    """Every test file that the whole of the submission touches, before and after."""
    files = [touch for touch in ground.ends if is_test(touch.path)]
    if files:
        yield from _Compared(ground, files).objections()
    for touch in ground.ends:
        named = touch.path in ground.pack.owned
        if is_expected(touch.path) and touch.before is not None and not named:
            what = "tests may read from this file what they expect"
            yield objection("test-data", touch.path, what, "add files beside it", 1 if touch.old is not None else 0)


class _Compared:
    """The test files of one submission, those that were moved together with where they went."""

    def __init__(self, ground: Ground, files: list[Touch]) -> None:
        before, after = (Modules.of(tree.entries, ground.roots) for tree in (ground.base, ground.tip))
        there, here = frozenset(before.by_path.values()), frozenset(after.by_path.values())
        self._sides = (Names(there, there - here), Names(here, here - there))
        self._modules = (before, after)
        self._files = files
        self._old = {each.path: self._read(each, 0) for each in files if each.before is not None}
        self._new = {each.path: self._read(each, 1) for each in files if each.after is not None}
        self._by_path = {each.path: each for each in files}

    def _read(self, touch: Touch, side: int) -> Outline | None:
        text = (touch.old, touch.new)[side]
        if text is None:
            return None
        return outline(text, self._sides[side], self._modules[side].package_of(touch.path))

    def objections(self) -> Iterator[Objection]:
        """Each file against what became of it."""
        moved = self._moved()
        elsewhere = self._elsewhere()
        for path, old in self._old.items():
            touch = self._by_path[path]
            to = moved.get(path, path)
            new = self._new.get(to)
            if old is None or (to in self._new and new is None):
                what = "the tests cannot be read, before or after, so nobody can say what they lost"
                yield objection("test-unreadable", path, what, "keep tests in files that Python can read")
                continue
            found = lost(old, new or Outline(), elsewhere)
            yield from self._told(found, touch, self._by_path[to])
        for path, new in self._new.items():
            if new is None:
                if path not in self._old:
                    yield objection("test-unreadable", path, "the tests cannot be read", "mend the file")
            elif path not in self._old:
                found = fresh(new, shared=path.rpartition("/")[2] == "conftest.py")
                yield from self._told(found, self._by_path[path], self._by_path[path])

    def _told(self, found: Iterator[Lost], old: Touch, new: Touch) -> Iterator[Objection]:
        for each in found:
            touch, text = (old, old.old) if each.before else (new, new.new)
            yield objection(each.code, touch.path, each.what, _CURE, each.line, line_of(text, each.line))

    def _moved(self) -> Mapping[str, str]:
        """Test files that went, to the new ones that have their tests."""
        gone = [path for path in self._old if path not in self._new]
        new = {path: each for path, each in self._new.items() if path not in self._old and each is not None}
        found: dict[str, str] = {}
        for path in gone:
            before = self._old[path]
            if before is None or not before.tests:
                continue
            best = max(new, key=lambda to: len(new[to].tests & before.tests), default="")
            if best and new[best].tests & before.tests and best not in found.values():
                found[path] = best
        return found

    def _elsewhere(self) -> dict[str, Unit]:
        """Definitions that are new in their file, by name: where a test may have gone."""
        found: dict[str, Unit] = {}
        for path, new in self._new.items():
            old = self._old.get(path)
            known = old.units if old is not None else {}
            found |= {name: unit for name, unit in (new.units if new else {}).items() if name and name not in known}
        return found

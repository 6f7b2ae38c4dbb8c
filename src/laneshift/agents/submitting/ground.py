"""What the checks look at: the commits of a submission as git holds them, and the rules of the pack's base."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from laneshift.agents.packs.pack import Pack
from laneshift.agents.submitting.submission import Objection
from laneshift.config import Settings
from laneshift.repo.differences import Differences, differences
from laneshift.repo.objects import Entry, Tree

LARGEST_TEXT = 1 << 20
"""Bytes of the longest file that is read line by line; longer ones are refused for their size."""


@dataclass(frozen=True, slots=True)
class Who:
    """The agent that submits, by the settings of the pack's base. `max_files` is what one submission may change; 0: no
    limit of its own."""

    name: str
    kind: str
    email: str
    max_files: int = 0


@dataclass(frozen=True, slots=True)
class Made:
    """One commit as its bytes tell it: names of its headers, both people as `(name, email)`, and its text."""

    oid: str
    tree: str
    parents: tuple[str, ...]
    headers: tuple[str, ...]
    author: tuple[str, str]
    committer: tuple[str, str]
    message: str


@dataclass(frozen=True)
class Step:
    """One commit with the trees before and after it."""

    made: Made
    before: Tree
    after: Tree

    @cached_property
    def changed(self) -> Differences:
        """Path to entries before and after. There are no renames: one is a deletion and an addition."""
        return differences(self.before, self.after)


@dataclass(frozen=True, slots=True)
class Touch:
    """One path as one commit changes it, with the text before and after.

    A text is None where there is no such file, or one that is no text of a bearable size.
    """

    path: str
    before: Entry | None
    after: Entry | None
    old: str | None
    new: str | None


@dataclass(frozen=True)
class Ground:
    """A submission as the checks see it. `settings`, `scopes` and `roots` are those of the pack's base.

    `engine` is what laneshift itself makes of the pack's items from where the work begins, where it can.
    """

    pack: Pack
    who: Who
    base: Tree
    steps: tuple[Step, ...]
    settings: Settings
    scopes: frozenset[str]
    roots: tuple[str, ...] = ()
    report: Mapping[str, Any] | None = None
    engine: Tree | None = None
    _texts: dict[str, str | None] = field(default_factory=dict, repr=False, compare=False)

    @property
    def tip(self) -> Tree:
        """What would land."""
        return self.steps[-1].after

    @cached_property
    def whole(self) -> Differences:
        """What all commits come to."""
        return differences(self.base, self.tip)

    @cached_property
    def touches(self) -> tuple[Touch, ...]:
        """Every change of every commit, each once: what a later commit takes back is looked at as well."""
        found: dict[tuple[str, Entry | None, Entry | None], Touch] = {}
        for changed in [*(step.changed for step in self.steps), self.whole]:
            for path, (before, after) in changed.items():
                key = (path, before, after)
                if key not in found:
                    found[key] = Touch(path, before, after, self.text(before), self.text(after))
        return tuple(sorted(found.values(), key=lambda each: each.path))

    @cached_property
    def ends(self) -> tuple[Touch, ...]:
        """Every change from the base to the tip, by path."""
        return tuple(
            Touch(path, before, after, self.text(before), self.text(after))
            for path, (before, after) in sorted(self.whole.items())
        )

    def is_engines(self, path: str) -> bool:
        """Whether the file, or that there is none, is just what laneshift itself would have made of it."""
        return self.engine is not None and self.engine.entry(path) == self.tip.entry(path)

    def text(self, entry: Entry | None) -> str | None:
        """The text of a regular file; None where there is none, or where it is no UTF-8 or too long."""
        if entry is None or not entry.is_regular:
            return None
        if entry.oid not in self._texts:
            self._texts[entry.oid] = self._read(entry.oid)
        return self._texts[entry.oid]

    def _read(self, oid: str) -> str | None:
        repository = self.base.repository
        if repository.blob_size(oid) > LARGEST_TEXT:
            return None
        data = repository.blob(oid)
        if b"\0" in data:
            return None
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            return None


def added_lines(touch: Touch) -> Iterator[tuple[int, str]]:
    """Number (from 1) and text of the lines that the file did not have so often before. Linear in both texts."""
    known: dict[str, int] = {}
    for line in (touch.old or "").split("\n"):
        known[line] = known.get(line, 0) + 1
    for number, line in enumerate((touch.new or "").split("\n"), 1):
        left = known.get(line, 0)
        if left:
            known[line] = left - 1
        else:
            yield number, line


Check = Callable[[Ground], Iterator[Objection]]
"""Gives the objections of one question."""

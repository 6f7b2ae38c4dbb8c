"""Which tests passed, before and after, when the change has moved some of them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_PASSED = re.compile(r"(?:^|[ ,=])(\d+) passed\b")
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Moved:
    """A file or folder of the repository that went from `src` to `dst`."""

    src: str
    dst: str

    def renamed(self, path: str) -> str | None:
        """Where `path` stands now; None when this move has nothing to do with it."""
        if path == self.src or path.startswith(f"{self.src}/"):
            return self.dst + path[len(self.src) :]
        return None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Ids after the change: passing before and after, passing before only, and new ones that pass."""

    same: frozenset[str]
    lost: tuple[str, ...]
    new: tuple[str, ...]
    renamed: int

    def __str__(self) -> str:
        """One line with the numbers, and the first ids that were lost."""
        lost = f": {', '.join(self.lost[:_SHOWN])}" if self.lost else ""
        kept = f"{len(self.same)} of {len(self.same) + len(self.lost)} ids pass again ({self.renamed} at a new path)"
        return f"{kept}, {len(self.lost)} lost{lost}; {len(self.new)} new ids pass"


def passed(output: str) -> frozenset[str]:
    """The ids that pytest lists as passed under `-rp`.

    Raises `ValueError` when they are not as many as its last line counts: then the output cannot be trusted.
    """
    lines = output.splitlines()
    ids = frozenset(line.removeprefix("PASSED ") for line in lines if line.startswith("PASSED "))
    said = next((int(found[1]) for line in reversed(lines) if (found := _PASSED.search(line))), 0)
    if len(ids) != said:
        raise ValueError(f"pytest lists {len(ids)} passed tests and counts {said}")
    return ids


def compare(before: Iterable[str], after: Iterable[str], moves: Iterable[Moved]) -> Comparison:
    """Hold the ids that passed before, at the paths they have now, against those that pass after."""
    known, names = list(moves), list(before)
    expected = {_renamed(name, known) for name in names}
    found = set(after)
    lost, new = sorted(expected - found), sorted(found - expected)
    return Comparison(frozenset(expected & found), tuple(lost), tuple(new), len(expected - set(names)))


def _renamed(name: str, moves: Iterable[Moved]) -> str:
    path, mark, inner = name.partition("::")
    return next((new for move in moves if (new := move.renamed(path)) is not None), path) + mark + inner

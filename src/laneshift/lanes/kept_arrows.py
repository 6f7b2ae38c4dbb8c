"""The imports of a tree as columns that were kept, made into arrows file by file when they are asked for.

A check of a change asks for few files of many thousands; to make all takes longer than the check.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, KeysView, Mapping
from functools import cached_property
from itertools import accumulate, chain
from typing import Self

from laneshift.lanes.arrows import PARTS, Arrow, as_numbers, from_numbers

_Arrows = tuple[Arrow, ...]
_NUMBERS = "I"
_FEW = 20


class KeptArrows(Mapping[str, _Arrows]):
    """Path to arrows. `counts` says how many each path has; `flat` has target, line and kind of each, as numbers."""

    def __init__(self, paths: list[str], counts: Iterable[int], flat: array[int]) -> None:
        self._paths = paths
        self._rows = {path: row for row, path in enumerate(paths)}
        self._starts = [0, *accumulate(counts)]
        self._flat = flat
        self._made: dict[str, _Arrows] = {}

    @classmethod
    def read(cls, paths: list[str], counts: bytes, flat: bytes) -> Self:
        """From the bytes that `columns` gave. Raises `ValueError` where these do not fit together."""
        sizes, numbers = array(_NUMBERS), array(_NUMBERS)
        sizes.frombytes(counts)
        numbers.frombytes(flat)
        kept = cls(paths, sizes, numbers)
        if len(sizes) != len(paths) or kept._starts[-1] * PARTS != len(numbers):
            raise ValueError("columns of different lengths")
        return kept

    def __getitem__(self, path: str) -> _Arrows:
        """The arrows of a file, the same ones each time."""
        known = self._made.get(path)
        if known is None:
            row = self._rows[path]
            part = self._flat[self._starts[row] * PARTS : self._starts[row + 1] * PARTS]
            known = self._made[path] = from_numbers(part, self._paths)
        return known

    def __iter__(self) -> Iterator[str]:
        """The paths."""
        return iter(self._rows)

    def __len__(self) -> int:
        """How many files there are."""
        return len(self._rows)

    def keys(self) -> KeysView[str]:
        """The paths, as quickly compared as those of a dictionary."""
        return self._rows.keys()

    def importers(self, path: str) -> frozenset[str]:
        """The paths that point at one target."""
        wanted = array(_NUMBERS, [self._rows[path]] if path in self._rows else []).tobytes()
        targets = self._flat[::PARTS].tobytes()
        found: set[str] = set()
        at = targets.find(wanted) if wanted else -1
        while at >= 0:
            if at % len(wanted) == 0:
                found.add(self._paths[bisect_right(self._starts, at // len(wanted)) - 1])
            at = targets.find(wanted, at + 1)
        return frozenset(found)

    def columns_with(self, over: Mapping[str, _Arrows]) -> tuple[bytes, bytes]:
        """The columns of a tree in which some of these files say something else."""
        counts = array(_NUMBERS, map(int.__sub__, self._starts[1:], self._starts))
        parts: list[array[int]] = []
        done = 0
        for row, path in sorted((self._rows[path], path) for path in over):
            parts.append(self._flat[done : self._starts[row] * PARTS])
            parts.append(array(_NUMBERS, as_numbers(over[path], self._rows)))
            counts[row], done = len(over[path]), self._starts[row + 1] * PARTS
        parts.append(self._flat[done:])
        return counts.tobytes(), b"".join(part.tobytes() for part in parts)

    def inverted(self) -> dict[str, frozenset[str]]:
        """Target to the paths that point at it."""
        into: dict[int, list[str]] = {}
        targets = self._flat[::PARTS].tolist()
        for path, start, end in zip(self._paths, self._starts, self._starts[1:], strict=False):
            for target in targets[start:end]:
                into.setdefault(target, []).append(path)
        return {self._paths[target]: frozenset(paths) for target, paths in into.items()}


class Overlaid(Mapping[str, _Arrows]):
    """The arrows of a tree in which some files of another tree say something else: the same paths."""

    def __init__(self, under: Mapping[str, _Arrows], over: Mapping[str, _Arrows]) -> None:
        """Raises `ValueError` where `over` has a path that `under` has not."""
        if not over.keys() <= under.keys():
            raise ValueError("a path that was not there before")
        deeper = under.over if isinstance(under, Overlaid) else {}
        self.under: Mapping[str, _Arrows] = under.under if isinstance(under, Overlaid) else under
        self.over: Mapping[str, _Arrows] = {**deeper, **over}

    def __getitem__(self, path: str) -> _Arrows:
        """The arrows of a file."""
        found = self.over.get(path)
        return self.under[path] if found is None else found

    def __iter__(self) -> Iterator[str]:
        """The paths."""
        return iter(self.under)

    def __len__(self) -> int:
        """How many files there are."""
        return len(self.under)

    def keys(self) -> KeysView[str]:
        """The paths."""
        return self.under.keys()


class Into(Mapping[str, frozenset[str]]):
    """Target to the paths that point at it. The first few are looked up one by one; for more, all are worked out."""

    def __init__(self, one: Callable[[str], frozenset[str]], whole: Callable[[], Mapping[str, frozenset[str]]]) -> None:
        """`one` gives the paths that point at a target, and `whole` those of all targets."""
        self._one = one
        self._whole = whole
        self._asked = 0

    @cached_property
    def _into(self) -> Mapping[str, frozenset[str]]:
        self._asked = _FEW
        return {path: found for path, found in self._whole().items() if found}

    def __getitem__(self, path: str) -> frozenset[str]:
        """Who imports the file at this path."""
        if self._asked >= _FEW:
            return self._into[path]
        self._asked += 1
        found = self._one(path)
        if not found:
            raise KeyError(path)
        return found

    def __iter__(self) -> Iterator[str]:
        """Every path that is imported."""
        return iter(self._into)

    def __len__(self) -> int:
        """How many are imported."""
        return len(self._into)


def differing(before: Mapping[str, _Arrows], after: Mapping[str, _Arrows]) -> set[str]:
    """The paths of `after` whose arrows are not the very ones that they were."""
    if isinstance(after, Overlaid) and after.under is before:
        return set(after.over)
    return {path for path, arrows in after.items() if before.get(path) is not arrows}


def columns(out: Mapping[str, _Arrows]) -> tuple[bytes, bytes]:
    """How many arrows each path has, and the parts of all of them, as `KeptArrows.read` takes them."""
    if isinstance(out, KeptArrows):
        return out.columns_with({})
    if isinstance(out, Overlaid) and isinstance(out.under, KeptArrows):
        return out.under.columns_with(out.over)
    number = {path: at for at, path in enumerate(out)}
    counts = array(_NUMBERS, map(len, out.values()))
    flat = array(_NUMBERS, as_numbers(chain.from_iterable(out.values()), number))
    return counts.tobytes(), flat.tobytes()

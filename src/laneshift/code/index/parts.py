"""The parts of one kind that this process has loaded, and which blob is in which of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from itertools import count, repeat
from typing import Generic, Protocol, TypeVar

from laneshift.code.index.folder import IndexFolder

_MANY = 12
_LARGE = 4_096
_MOST_PER_FILE = 8
_ALWAYS_KEPT = 50_000


class _Segment(Protocol):
    oids: list[bytes]


S = TypeVar("S", bound=_Segment)


class Parts(Generic[S]):
    """Loaded segments. `at` maps a blob id to the number of its segment and its number therein."""

    def __init__(self, folder: IndexFolder, load: Callable[[Sequence[bytes | memoryview]], S]) -> None:
        self.folder = folder
        self.segments: list[S] = []
        self.at: dict[bytes, tuple[int, int]] = {}
        self._load = load
        self._names: list[str | None] = []

    def missing(self, oids: Set[bytes]) -> set[bytes]:
        """Those of `oids` that are in no part, after a look for parts that were written since the last look."""
        missing = set(oids - self.at.keys())
        if missing:
            for name, sections in self.folder.new_files():
                self._take(sections, name)
            missing -= self.at.keys()
        return missing

    def adopt(self, sections: Sequence[bytes], name: str | None) -> None:
        """Take in a part that this process made; without a name it lives in memory only."""
        self._take(sections, name)

    def tidy(
        self, merge: Callable[[list[S], Mapping[bytes, object] | None], list[list[bytes]]], live: Mapping[bytes, object]
    ) -> None:
        """Merge small parts when there are many. When most blobs are of other trees than `live`, keep only its."""
        outgrown = len(self.at) > max(_ALWAYS_KEPT, _MOST_PER_FILE * len(live))
        chosen = [at for at, part in enumerate(self.segments) if outgrown or len(part.oids) < _LARGE]
        if not outgrown and len(chosen) < _MANY:
            return
        merged = merge([self.segments[at] for at in chosen], live if outgrown else None)
        rest = [at for at in range(len(self.segments)) if at not in set(chosen)]
        replaced = [name for at in chosen if (name := self._names[at]) is not None]
        kept = [(self.segments[at], self._names[at]) for at in rest]
        self.segments, self._names, self.at = [], [], {}
        for segment, name in kept:
            self._append(segment, name)
        names = [self.folder.add(sections) for sections in merged]
        for sections, name in zip(merged, names, strict=True):
            self._take(sections, name)
        if None not in names:
            self.folder.discard(set(replaced) - set(names))

    def _take(self, sections: Sequence[bytes | memoryview], name: str | None) -> None:
        try:
            segment = self._load(sections)
        except ValueError as error:
            if name is not None:
                self.folder.drop(name, str(error))
            return
        self._append(segment, name)

    def _append(self, segment: S, name: str | None) -> None:
        number = len(self.segments)
        self.segments.append(segment)
        self._names.append(name)
        self.at.update(zip(segment.oids, zip(repeat(number), count(), strict=False), strict=False))

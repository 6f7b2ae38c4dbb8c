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
    @property
    def oids(self) -> list[bytes]: ...


S = TypeVar("S", bound=_Segment)


class Parts(Generic[S]):
    """Loaded segments, each with the name of its file where it has one."""

    def __init__(self, folder: IndexFolder, load: Callable[[Sequence[bytes | memoryview]], S]) -> None:
        self.folder = folder
        self.segments: list[S] = []
        self.names: list[str | None] = []
        self._load = load
        self._at: dict[bytes, tuple[int, int]] = {}
        self._placed = 0

    @property
    def at(self) -> Mapping[bytes, tuple[int, int]]:
        """Blob id to the number of its segment and its number therein."""
        for number in range(self._placed, len(self.segments)):
            oids = self.segments[number].oids
            self._at.update(zip(oids, zip(repeat(number), count(), strict=False), strict=False))
        self._placed = len(self.segments)
        return self._at

    def look(self) -> None:
        """Load the parts that were written since the last look."""
        for name, sections in self.folder.new_files():
            self._take(sections, name)

    def missing(self, oids: Set[bytes]) -> set[bytes]:
        """Those of `oids` that are in no part, after a look for new ones."""
        missing = set(oids)
        missing.difference_update(self.at)
        if missing:
            self.look()
            missing.difference_update(self.at)
        return missing

    def named(self, names: Sequence[str]) -> list[S] | None:
        """The segments with these names, in this order; None when one of them is not there any more."""
        found = dict(zip(self.names, self.segments, strict=True))
        if any(name not in found for name in names):
            self.look()
            found = dict(zip(self.names, self.segments, strict=True))
        return [found[name] for name in names] if all(name in found for name in names) else None

    def adopt(self, sections: Sequence[bytes], name: str | None) -> None:
        """Take in a part that this process made; without a name it lives in memory only."""
        self._take(sections, name)

    def tidy(
        self,
        merge: Callable[[list[S], Mapping[bytes, object] | None], list[list[bytes]]],
        live: Callable[[], Mapping[bytes, object]],
    ) -> None:
        """Merge small parts when there are many. When most blobs are of other trees than `live`, keep only its."""
        outgrown = len(self.at) > _ALWAYS_KEPT and len(self.at) > _MOST_PER_FILE * len(live())
        chosen = [at for at, part in enumerate(self.segments) if outgrown or len(part.oids) < _LARGE]
        if not outgrown and len(chosen) < _MANY:
            return
        merged = merge([self.segments[at] for at in chosen], live() if outgrown else None)
        rest = [at for at in range(len(self.segments)) if at not in set(chosen)]
        replaced = [name for at in chosen if (name := self.names[at]) is not None]
        kept = [(self.segments[at], self.names[at]) for at in rest]
        self.segments, self.names, self._at, self._placed = [], [], {}, 0
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
        self.segments.append(segment)
        self.names.append(name)

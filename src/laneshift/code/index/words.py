"""Which blobs contain a word: an inverted index over runs of `[A-Za-z0-9_]`, exact for every word made of those.

A blob contains the bytes of such a word exactly if one of its runs contains them, so a search through the runs, each
kept once, answers for all blobs. A word inside a longer run (`foo` in `\\nfoo` of a string literal, or in `foobar`)
is found as well, as a search through the bytes would find it.

A run is also kept with the dot behind it where the dot is the last character of a literal, or where something is put
in: names put together at run time are looked for by it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from enum import IntEnum
from functools import cached_property

MOST_BLOBS = 65_535
SHORTEST_IN_BINARY = 4
DANGLING = rb"\.(?=[\"'{]|%s)"
_RUN = re.compile(rb"[A-Za-z0-9_]+")
_JOINED = re.compile(rb"[A-Za-z0-9_]+" + DANGLING)
_OID = 20


class Coverage(IntEnum):
    """How much of a blob the index holds; what it does not hold is searched in the blob itself."""

    ALL = 0
    LONG_RUNS = 1
    NOTHING = 2


def key_of(needle: bytes) -> bytes:
    """What to look up for any bytes: a run with the dot behind it, else the longest run; empty when there is none."""
    joined = _JOINED.search(needle)
    if joined:
        return joined.group()
    return max(_RUN.findall(needle), key=len, default=b"")


class WordSegment:
    """An immutable part of the index: the runs of some blobs. Raises `ValueError` when the sections do not fit."""

    def __init__(self, sections: Sequence[bytes | memoryview]) -> None:
        self._ids, coverage, vocabulary, starts, offsets, postings = sections
        self._coverage = bytes(coverage)
        self._weakest = Coverage(max(self._coverage, default=Coverage.ALL))
        self._vocabulary = bytes(vocabulary)
        self._starts = memoryview(starts).cast("B").cast("I")
        self._offsets = memoryview(offsets).cast("B").cast("I")
        self._postings = memoryview(postings).cast("B").cast("H")
        fits = len(self._offsets) == len(self._starts) + 1 and self._offsets[-1] == len(self._postings)
        if not fits or len(self._coverage) * _OID != len(self._ids):
            raise ValueError("the postings do not belong to these words")

    def __len__(self) -> int:
        """How many blobs are in here."""
        return len(self._coverage)

    @cached_property
    def oids(self) -> list[bytes]:
        """The id of every blob, by its number."""
        ids = bytes(self._ids)
        return [ids[at : at + _OID] for at in range(0, len(ids), _OID)]

    def having(self, word: bytes) -> set[int]:
        """The numbers of the blobs that contain `word`: a run of `[A-Za-z0-9_]`, or one with a dot that is kept."""
        numbers: set[int] = set()
        for at in self._matches(word):
            numbers.update(self._postings[self._offsets[at] : self._offsets[at + 1]])
            if len(numbers) == len(self):
                break
        return numbers

    def unsure(self, word: bytes) -> set[int]:
        """The numbers of the blobs that may contain `word` although `having` does not name them."""
        least = Coverage.LONG_RUNS if len(word.rstrip(b".")) < SHORTEST_IN_BINARY else Coverage.NOTHING
        if least > self._weakest:
            return set()
        return {number for number, kind in enumerate(self._coverage) if kind >= least}

    def contents(self) -> Iterator[tuple[bytes, Sequence[bytes], Coverage]]:
        """Every blob with its runs, for merging."""
        found: list[list[bytes]] = [[] for _ in self.oids]
        for at, run in enumerate(self._vocabulary.split(b"\n")[1:]):
            for number in self._postings[self._offsets[at] : self._offsets[at + 1]]:
                found[number].append(run)
        yield from zip(self.oids, found, map(Coverage, self._coverage), strict=True)

    def _matches(self, word: bytes) -> Iterator[int]:
        """The numbers of the runs that contain `word`, each once."""
        at = self._vocabulary.find(word)
        while at >= 0:
            yield bisect_right(self._starts, at) - 1
            after = self._vocabulary.find(b"\n", at)
            at = self._vocabulary.find(word, after) if after >= 0 else -1

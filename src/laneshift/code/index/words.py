"""Which blobs contain a word: an inverted index over runs of `[A-Za-z0-9_]`, exact for every word made of those.

A blob contains the bytes of such a word exactly if one of its runs contains them, so a search through the runs, each
kept once, answers for all blobs. A word inside a longer run (`foo` in `\\nfoo` of a string literal, or in `foobar`)
is found as well, as a search through the bytes would find it.

A run is also kept with the dot behind it where the dot is the last character of a literal, or where something is put
in: names put together at run time are looked for by it.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from enum import IntEnum
from typing import NamedTuple

LARGEST = 8 * 1024 * 1024
MOST_BLOBS = 65_535
SHORTEST_IN_BINARY = 4
_RUN = re.compile(rb"[A-Za-z0-9_]+")
_DANGLING = rb"\.(?=[\"'{]|%s)"
_DANGLING_DOT = re.compile(_DANGLING)
_JOINED = re.compile(rb"[A-Za-z0-9_]+" + _DANGLING)
_BLANK = ord(" ")
_APART = bytes(at if chr(at).isascii() and (chr(at).isalnum() or at == ord("_")) else _BLANK for at in range(256))
_HEAD = 8000
_OID = 20


class Coverage(IntEnum):
    """How much of a blob the index holds; what it does not hold is searched in the blob itself."""

    ALL = 0
    LONG_RUNS = 1
    NOTHING = 2


class Runs(NamedTuple):
    """The distinct runs of word characters in a blob, as far as they are kept, some with a dot behind them."""

    found: set[bytes]
    coverage: Coverage


def runs(data: bytes) -> Runs:
    """The runs of a blob. Of binary data, known by a NUL in its first 8000 bytes, short runs are mere noise."""
    if len(data) > LARGEST:
        return Runs(set(), Coverage.NOTHING)
    # One table and one split go over the bytes several times faster than an expression that matches each run.
    apart = data.translate(_APART)
    found = set(apart.split())
    found.update(_joined(data, apart))
    if b"\0" in data[:_HEAD]:
        return Runs({run for run in found if len(run.rstrip(b".")) >= SHORTEST_IN_BINARY}, Coverage.LONG_RUNS)
    return Runs(found, Coverage.ALL)


def _joined(data: bytes, apart: bytes) -> Iterator[bytes]:
    """The runs before a dot that ends a literal, with that dot; `apart` has a blank for every other byte."""
    for dot in _DANGLING_DOT.finditer(data):
        at = dot.start()
        start = apart.rfind(b" ", 0, at) + 1
        if start < at:
            yield data[start : at + 1]


def key_of(needle: bytes) -> bytes:
    """What to look up for any bytes: a run with the dot behind it, else the longest run; empty when there is none."""
    joined = _JOINED.search(needle)
    if joined:
        return joined.group()
    return max(_RUN.findall(needle), key=len, default=b"")


class WordsWriter:
    """Collects the runs of blobs and lays them out as the sections of a `WordSegment`."""

    def __init__(self) -> None:
        self.oids: list[bytes] = []
        self.postings = 0
        self._coverage = bytearray()
        self._blobs_of: defaultdict[bytes, list[int]] = defaultdict(list)

    def add(self, oid: bytes, found: Collection[bytes], coverage: Coverage) -> None:
        """Note the runs of one blob. At most `MOST_BLOBS` blobs fit."""
        at = len(self.oids)
        self.oids.append(oid)
        self._coverage.append(coverage)
        self.postings += len(found)
        blobs_of = self._blobs_of
        for run in found:
            blobs_of[run].append(at)

    def sections(self) -> list[bytes]:
        """Blob ids; coverage bytes; runs, each after a line feed; where runs start; where postings start; postings."""
        starts, offsets, postings = array("I"), array("I"), array("H")
        at = 0
        for run, blobs in self._blobs_of.items():
            starts.append(at)
            offsets.append(len(postings))
            postings.extend(blobs)
            at += len(run) + 1
        offsets.append(len(postings))
        vocabulary = b"".join(b"\n" + run for run in self._blobs_of)
        return [
            b"".join(self.oids),
            bytes(self._coverage),
            vocabulary,
            *(part.tobytes() for part in (starts, offsets, postings)),
        ]


class WordSegment:
    """An immutable part of the index: the runs of some blobs. Raises `ValueError` when the sections do not fit."""

    def __init__(self, sections: Sequence[bytes | memoryview]) -> None:
        oids, coverage, vocabulary, starts, offsets, postings = sections
        self.oids = [bytes(oids[at : at + _OID]) for at in range(0, len(oids), _OID)]
        self._coverage = bytes(coverage)
        self._weakest = Coverage(max(self._coverage, default=Coverage.ALL))
        self._vocabulary = bytes(vocabulary)
        self._starts = memoryview(starts).cast("B").cast("I")
        self._offsets = memoryview(offsets).cast("B").cast("I")
        self._postings = memoryview(postings).cast("B").cast("H")
        fits = len(self._offsets) == len(self._starts) + 1 and self._offsets[-1] == len(self._postings)
        if not fits or len(self._coverage) != len(self.oids):
            raise ValueError("the postings do not belong to these words")

    def blobs_with(self, word: bytes) -> set[bytes]:
        """The ids of the blobs that contain `word`: a run of `[A-Za-z0-9_]`, or such a run with a dot that is kept."""
        numbers: set[int] = set()
        for at in self._matches(word):
            numbers.update(self._postings[self._offsets[at] : self._offsets[at + 1]])
            if len(numbers) == len(self.oids):
                break
        return {self.oids[number] for number in numbers}

    def uncertain(self, word: bytes) -> set[bytes]:
        """The ids of the blobs that may contain `word` although `blobs_with` does not name them."""
        least = Coverage.LONG_RUNS if len(word.rstrip(b".")) < SHORTEST_IN_BINARY else Coverage.NOTHING
        if least > self._weakest:
            return set()
        return {oid for oid, kind in zip(self.oids, self._coverage, strict=True) if kind >= least}

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


def merge(segments: Iterable[WordSegment], keep: Mapping[bytes, object] | None = None) -> list[WordsWriter]:
    """Several segments laid out as few; each blob once, and only those in `keep` when it is given."""
    writers = [WordsWriter()]
    seen: set[bytes] = set()
    for segment in segments:
        for oid, found, coverage in segment.contents():
            if oid in seen or (keep is not None and oid not in keep):
                continue
            if len(writers[-1].oids) == MOST_BLOBS:
                writers.append(WordsWriter())
            seen.add(oid)
            writers[-1].add(oid, found, coverage)
    return writers

"""Taking blobs apart into the runs of `[A-Za-z0-9_]` that the index keeps, and laying those out by run."""

from __future__ import annotations

import re
from array import array
from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import accumulate, chain, repeat
from typing import NamedTuple

from laneshift.code.index.blobs import LARGEST
from laneshift.code.index.words import DANGLING, MOST_BLOBS, SHORTEST_IN_BINARY, Coverage, WordSegment

_DANGLING_DOT = re.compile(DANGLING)
_BLANK = ord(" ")
_APART = bytes(at if chr(at).isascii() and (chr(at).isalnum() or at == ord("_")) else _BLANK for at in range(256))
_HEAD = 8000


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
        # A loop of the interpreter would take longer than the lookups, and a repository has millions of them.
        deque(map(list.append, map(self._blobs_of.__getitem__, found), repeat(at)), maxlen=0)

    def sections(self) -> list[bytes]:
        """Blob ids; coverage bytes; runs, each after a line feed; where runs start; where postings start; postings."""
        starts = array("I", accumulate((len(run) + 1 for run in self._blobs_of), initial=0))[:-1]
        offsets = array("I", accumulate(map(len, self._blobs_of.values()), initial=0))
        postings = array("H", chain.from_iterable(self._blobs_of.values()))
        vocabulary = b"".join([b"\n" + run for run in self._blobs_of])
        return [
            b"".join(self.oids),
            bytes(self._coverage),
            vocabulary,
            *(part.tobytes() for part in (starts, offsets, postings)),
        ]


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

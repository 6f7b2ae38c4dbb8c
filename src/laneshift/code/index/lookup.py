"""One word in all loaded parts: which blobs have it for certain, and which have to be searched."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import accumulate

from laneshift.code.index.words import WordSegment


def starts_of(segments: Sequence[WordSegment]) -> list[int]:
    """The number of the first blob of each part, when numbers count on from part to part."""
    return list(accumulate(map(len, segments), initial=0))[:-1]


def numbers_with(segments: Sequence[WordSegment], word: bytes) -> tuple[set[int], set[int]]:
    """The numbers, as `starts_of` counts them, of the blobs that have the word, and of those that may have it."""
    found: set[int] = set()
    unsure: set[int] = set()
    for start, segment in zip(starts_of(segments), segments, strict=True):
        found.update(map(start.__add__, segment.having(word)))
        unsure.update(map(start.__add__, segment.unsure(word)))
    return found, unsure - found


def blobs_with(segments: Iterable[WordSegment], word: bytes) -> tuple[set[bytes], set[bytes]]:
    """The ids of the blobs that have the word, and of those that may have it."""
    found: set[bytes] = set()
    unsure: set[bytes] = set()
    for segment in segments:
        found.update(map(segment.oids.__getitem__, segment.having(word)))
        unsure.update(map(segment.oids.__getitem__, segment.unsure(word)))
    return found, unsure - found

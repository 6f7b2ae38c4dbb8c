"""Vectors of what a text is written with: its words, and the pieces that its words have in common with others.

No model has learned anything here: two words of one meaning and without a common letter are strangers. The name of the
model says so.
"""

from __future__ import annotations

import math
import re
import zlib
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from laneshift.matriz.embedding.port import Vectors, readable

MODEL = "laneshift-lexical-1"
DIMENSION = 512
LIMIT = 20_000
_MOST_CHARACTERS = 200_000
_LONGEST_WORD = 64
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_a-zA-Z]+")
_WHOLE, _PIECE, _COMMON = 1.0, 0.35, 0.15
_PIECES = (3, 4)
_COMMON_WORDS = frozenset(
    _WORD.findall(
        "a about after all an and any are as at be been before but by can could did do does for from had has have he "
        "her his how i if in into is it its me my no not of on or our out she so some that the their them then there "
        "they this to up us was we were what when where which while who will with would you your"
    )
)


class Lexical:
    """Words and pieces of words, hashed into a vector with signs, weighted by how often they come."""

    model = MODEL
    dimension = DIMENSION
    limit = LIMIT

    def embed(self, texts: Sequence[str]) -> Vectors:
        """A row of length 1 for each text; a text without any word has the row of the empty word."""
        rows = np.zeros((len(texts), DIMENSION), dtype=np.float64)
        for row, text in zip(rows, texts, strict=True):
            for word, count in Counter(_words(text)[:LIMIT]).items():
                places, weights = _features(word)
                np.add.at(row, places, weights * (1 + math.log(count)))
            # Features of different words may cancel each other out, to the last of them.
            if not row.any():
                row[zlib.crc32(b"") % DIMENSION] = 1.0
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        vectors: Vectors = (rows / lengths).astype(np.float32)
        return vectors

    def tokens(self, texts: Sequence[str]) -> tuple[int, ...]:
        """How many words each text has."""
        return tuple(len(_words(text)) for text in texts)


def _words(text: str) -> list[str]:
    """Small letters; `two_words` and `twoWords` are two."""
    return [found[:_LONGEST_WORD].lower() for found in _WORD.findall(readable(text, _MOST_CHARACTERS))]


@lru_cache(maxsize=50_000)
def _features(word: str) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Where a word counts, and how much: the whole, and each piece of it."""
    common = word in _COMMON_WORDS
    found = [(f"w:{word}", _COMMON if common else _WHOLE)]
    if not common:
        framed = f"<{word}>"
        pieces = {framed[at : at + size] for size in _PIECES for at in range(len(framed) - size + 1)}
        found += [(f"p:{piece}", _PIECE) for piece in sorted(pieces)]
    numbers = [zlib.crc32(name.encode()) for name, _ in found]
    places = np.array([number % DIMENSION for number in numbers])
    signed = [weight if number >> 31 else -weight for number, (_, weight) in zip(numbers, found, strict=True)]
    return places, np.array(signed)

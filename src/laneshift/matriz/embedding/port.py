"""What turns texts into vectors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

Vectors: TypeAlias = NDArray[np.float32]
"""float32, of shape (n, dimension)."""


class Embedder(Protocol):
    """A model that embeds. Used by many threads at once; the same texts give the same vectors."""

    @property
    def model(self) -> str:
        """What it is called; vectors of models with other names are not comparable."""

    @property
    def dimension(self) -> int:
        """How many numbers a vector has."""

    @property
    def limit(self) -> int:
        """How many tokens of a text it reads; what comes behind them is passed over."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """A row of length 1 for each text, in their order."""

    def tokens(self, texts: Sequence[str]) -> tuple[int, ...]:
        """How many tokens each text has, those that are passed over too."""


def cut_short(embedder: Embedder, texts: Sequence[str]) -> tuple[int, ...]:
    """The positions of the texts of which only the beginning is read."""
    return tuple(at for at, count in enumerate(embedder.tokens(texts)) if count > embedder.limit)


def readable(text: str, most: int) -> str:
    """The first `most` characters, with a mark in place of what UTF-8 cannot hold."""
    return text[:most].encode("utf-8", "replace").decode("utf-8")

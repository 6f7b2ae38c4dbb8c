"""Which model embeds here."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec

from laneshift.matriz.embedding.lexical import Lexical
from laneshift.matriz.embedding.minilm import PARTS, MiniLM
from laneshift.matriz.embedding.port import Embedder


@cache
def choose() -> Embedder:
    """The model of the extra `embeddings` where all its parts are installed, else the lexical one.

    Nothing is loaded before the first text. One for the whole process, since the model takes about 90 MB.
    """
    return MiniLM() if all(find_spec(part) is not None for part in PARTS) else Lexical()

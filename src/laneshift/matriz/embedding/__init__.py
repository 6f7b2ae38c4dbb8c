"""Texts as vectors: a small real model where its extra is installed, else counted words and pieces of words."""

from __future__ import annotations

from laneshift.matriz.embedding.choosing import choose
from laneshift.matriz.embedding.port import Embedder

__all__ = ["Embedder", "choose"]

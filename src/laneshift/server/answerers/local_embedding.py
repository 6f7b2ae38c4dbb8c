"""A model of this machine that embeds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from anyio.to_thread import run_sync

from laneshift.matriz.embedding.port import Embedder, cut_short
from laneshift.server.answerers.errors import bad_value
from laneshift.server.answerers.pieces import count
from laneshift.server.answerers.port import Embedded


@dataclass(frozen=True)
class LocalEmbedding:
    """As the port `EmbeddingModel` says."""

    embedder: Embedder
    owner: str = "laneshift"

    @property
    def name(self) -> str:
        """As the port says."""
        return self.embedder.model

    def tokens(self, texts: Sequence[str]) -> int:
        """As the port says: by our own count; the model's own takes as long as a part of its work."""
        return sum(map(count, texts))

    async def embed(self, texts: Sequence[str], dimensions: int | None, by: str) -> Embedded:  # noqa: ARG002 # the port
        """As the port says. Fewer dimensions are the first ones, brought to length 1 again."""
        most = self.embedder.dimension
        if dimensions is not None and not 1 <= dimensions <= most:
            raise bad_value("dimensions", f"{self.name} has {most} dimensions", f"ask for 1 to {most}")
        return await run_sync(self._embedded, texts, dimensions or most)

    def _embedded(self, texts: Sequence[str], dimensions: int) -> Embedded:
        found = self.embedder.embed(texts)[:, :dimensions]
        lengths = np.linalg.norm(found, axis=1, keepdims=True)
        scaled = found / np.where(lengths > 0, lengths, 1)
        tokens = sum(self.embedder.tokens(texts))
        return Embedded(scaled.astype(np.float32).tolist(), tokens, cut_short(self.embedder, texts))

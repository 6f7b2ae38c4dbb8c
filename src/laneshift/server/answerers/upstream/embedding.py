"""A model of an upstream that embeds."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from laneshift.server.answerers.errors import no_answer
from laneshift.server.answerers.pieces import count
from laneshift.server.answerers.port import Embedded
from laneshift.server.answerers.upstream.link import Link


@dataclass(frozen=True)
class UpstreamEmbedding:
    """As the port `EmbeddingModel` says."""

    link: Link

    @property
    def name(self) -> str:
        """As the port says."""
        return self.link.name

    @property
    def owner(self) -> str:
        """The host of the upstream."""
        return self.link.owner

    def tokens(self, texts: Sequence[str]) -> int:
        """As the port says: by our own count."""
        return sum(map(count, texts))

    async def embed(self, texts: Sequence[str], dimensions: int | None, by: str) -> Embedded:  # noqa: ARG002 # the port
        """As the port says. Raises what `Link.tried` does."""
        more = {} if dimensions is None else {"dimensions": dimensions}
        create: Any = self.link.client.embeddings.create
        async with self.link.tried() as attempt:
            async with asyncio.timeout(self.link.settings.seconds):
                told = await create(model=self.link.model, input=list(texts), encoding_format="float", extra_body=more)
            vectors = [each.embedding for each in sorted(told.data, key=lambda each: int(each.index))]
            if len(vectors) != len(texts):
                raise no_answer(self.name, f"it gave {len(vectors)} vectors for {len(texts)} texts")
            attempt.well()
        return Embedded(vectors, told.usage.prompt_tokens if told.usage is not None else self.tokens(texts))

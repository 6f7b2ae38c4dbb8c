"""The models that one server has, by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from laneshift.server.answerers.errors import unknown_model
from laneshift.server.answerers.port import ChatModel, EmbeddingModel


class Closed(Protocol):
    """What has connections."""

    async def close(self) -> None:
        """Let go of them."""


@dataclass(frozen=True)
class Shelf:
    """Models to talk to and models that embed. `made` is when the server started, in unix seconds."""

    chat: Mapping[str, ChatModel] = field(default_factory=dict)
    embedding: Mapping[str, EmbeddingModel] = field(default_factory=dict)
    made: int = 0
    links: tuple[Closed, ...] = ()

    async def close(self) -> None:
        """Let go of connections to upstreams."""
        for link in self.links:
            await link.close()

    def talking(self, name: str) -> ChatModel:
        """The model to talk to. Raises `Refused` (`model.unknown`)."""
        found = self.chat.get(name)
        if found is None:
            raise unknown_model(name, self.chat)
        return found

    def embedder(self, name: str) -> EmbeddingModel:
        """The model that embeds. Raises `Refused` (`model.unknown`)."""
        found = self.embedding.get(name)
        if found is None:
            raise unknown_model(name, self.embedding)
        return found

    def owners(self) -> dict[str, str]:
        """Every model with its owner, by name."""
        every: list[ChatModel | EmbeddingModel] = [*self.chat.values(), *self.embedding.values()]
        return {each.name: each.owner for each in sorted(every, key=lambda model: model.name)}

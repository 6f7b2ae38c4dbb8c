"""Which models a server has: its own, and those of upstreams that the settings name."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from laneshift.config import Settings
from laneshift.errors import Fault, Refused, install
from laneshift.matriz.answering import Answerer
from laneshift.matriz.embedding.choosing import choose
from laneshift.runs.workshop import Workshop
from laneshift.server.answerers.local_embedding import LocalEmbedding
from laneshift.server.answerers.matriz_chat import Matriz
from laneshift.server.answerers.port import ChatModel, EmbeddingModel
from laneshift.server.answerers.shelf import Shelf


def models_for(
    shop: Workshop, settings: Settings, answerer: Answerer, environment: Mapping[str, str] = os.environ
) -> Shelf:
    """The models; `answerer` is behind `matriz`.

    Raises `Refused`: `model.not-installed` for upstreams without the extra `models`, `model.no-key`, and
    `model.taken` for an upstream by the name of a model that is here.
    """
    embedding: dict[str, EmbeddingModel] = {each.name: each for each in (LocalEmbedding(choose()),)}
    chat: dict[str, ChatModel] = {each.name: each for each in (Matriz(answerer),)}
    wanted = {name: model for name, model in settings.models.items() if model.base_url}
    here = sorted({*embedding, *chat} & {*wanted})
    taken = [Fault("model.taken", f"models.{name}", "a model here has this name") for name in here]
    if taken:
        raise Refused("model.taken", f"{taken[0].where}: {taken[0].what}", faults=taken, cure="give it another name")
    links: list[Any] = []
    if wanted:
        for name, model in sorted(wanted.items()):
            kind = _upstreams()
            link = kind[0](name, model, environment)
            links.append(link)
            if model.kind == "chat":
                chat[name] = kind[1](link)
            else:
                embedding[name] = kind[2](link)
    return Shelf(chat, embedding, shop.clock(), tuple(links))


def _upstreams() -> tuple[Any, Any, Any]:
    """What makes links, and models of them."""
    try:
        # Imported here: most servers have no upstream, and its client is large.
        from laneshift.server.answerers.upstream.chat import UpstreamChat  # noqa: PLC0415
        from laneshift.server.answerers.upstream.embedding import UpstreamEmbedding  # noqa: PLC0415
        from laneshift.server.answerers.upstream.link import link_to  # noqa: PLC0415
    except ModuleNotFoundError as error:
        what = f"{error.name} is not installed, which models of upstreams need"
        raise Refused("model.not-installed", what, cure=install("models")) from error
    return link_to, UpstreamChat, UpstreamEmbedding

"""The assembled server as tests ask it: over real HTTP, on a port of its own, in a thread of this process."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx

from laneshift.server.app import Application, Layer, assemble
from laneshift.server.auth.keys import Wanted
from laneshift.server.auth.resolvers import Resolver
from laneshift.server.options import Options
from laneshift.server.parts import Parts, parts_for
from laneshift.server.serving import Serving, address_of, listening, serving
from tests.toy import shop_at

ADMIN, OPERATOR, READER, BOT = (f"{name}@example.org" for name in ("admin", "operator", "reader", "bot"))


@dataclass(frozen=True)
class Served:
    """A server that answers at `url`, and what it is made of."""

    url: str
    parts: Parts
    application: Application
    server: Serving

    def client(self, key: str = "", **headers: str) -> httpx.Client:
        """Somebody who asks, with an access key or without."""
        own = {"Authorization": f"Bearer {key}"} if key else {}
        return httpx.Client(base_url=self.url, headers={**own, **headers}, timeout=240)

    def key(self, kind: str = "person", name: str = ADMIN, roles: Sequence[str] = ("admin",), **more: Any) -> str:
        """The text of a new access key."""
        owner = ADMIN if kind == "agent" else ""
        return self.parts.keys.create(Wanted(kind, name, tuple(roles), owner=owner, **more), "a test")[1]

    @property
    def routes(self) -> list[tuple[str, str]]:
        """Method and path of everything that is described."""
        paths: Mapping[str, Mapping[str, Any]] = self.application.app.openapi()["paths"]
        return [(method.upper(), path) for path, found in paths.items() for method in found]


@contextmanager
def served(
    path: Path,
    options: Options | None = None,
    *,
    layers: Sequence[Layer] = (),
    resolvers: Sequence[Resolver] = (),
    change: Callable[[Parts], Parts] = lambda parts: parts,
) -> Iterator[Served]:
    """A server for the repository at `path`, from before its first request until after its last.

    `resolvers` are further ways in, which are asked first. `change` gives the parts that it has instead of those made.
    """
    wanted = options or Options(port=0)
    made = parts_for(shop_at(path), wanted)
    parts = change(replace(made, resolvers=(*resolvers, *made.resolvers)))
    application = assemble(parts, layers=layers)
    server = serving(application, wanted)
    listener = listening(wanted)
    running = threading.Thread(target=lambda: asyncio.run(server.serve([listener])), name="served")
    running.start()
    try:
        while not server.started and running.is_alive():
            running.join(0.01)
        assert server.started
        yield Served(address_of(listener, wanted), parts, application, server)
    finally:
        server.should_exit = True
        running.join(240)
        assert not running.is_alive()


def told(answer: httpx.Response) -> tuple[str, str]:
    """Our stable code of an error and the words about it, also where it is told as OpenAI's API does."""
    body = answer.json()
    if "error" in body:
        return body["error"]["laneshift"], body["error"]["message"]
    return body["code"], f"{body['detail']}: {body['why']}"

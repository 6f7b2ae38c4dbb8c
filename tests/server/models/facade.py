"""The real server in a process of its own, with an upstream that others wrote, both on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import openai
from llmock.testing import LLMockServer

from laneshift.server.auth.keys import AccessKeys, Wanted
from laneshift.server.auth.opened_keys import keys_of
from tests.server.test_command import announced
from tests.toy import QUICK, shop_at, toy

KEY = "LANESHIFT_MODEL_KEY_MOCK"
SECRET = "sk-of-the-upstream-0123456789"
EMBEDDER = "mock/embed"
UPSTREAM = """
[models.{name}]
base_url = "{url}"
upstream = "gpt-4o"
key = "LANESHIFT_MODEL_KEY_MOCK"
{more}
"""
PATIENT = "retries = 0\nsilence = 60.0\nseconds = 60.0\n"
MODELS = {
    "mock": PATIENT + "input_price = 2.5\noutput_price = 10",
    f'"{EMBEDDER}"': PATIENT + 'kind = "embeddings"',
    "hasty": "retries = 0\nsilence = 0.5\nseconds = 60.0\n",
    "fragile": PATIENT + "breaker = { failures = 2, seconds = 0.5 }",
    "lasting": PATIENT + "breaker = { failures = 2, seconds = 3600.0 }",
    "stubborn": "retries = 2",
    "rare": PATIENT + "requests = { rate = 0.001, burst = 2 }",
    "terse": PATIENT + "tokens = { rate = 0.001, burst = 60 }",
}
"""Models of the upstream by their names here, with more settings."""


@dataclass(frozen=True)
class Facade:
    """The server at `url`, and the upstream, which can be told to fail."""

    url: str
    upstream: LLMockServer
    keys: AccessKeys
    log: Path
    process: int

    def key(self, name: str = "ada@example.org", role: str = "operator") -> str:
        """A new access key for a person."""
        return self.keys.create(Wanted("person", name, (role,)), "a test")[1]

    def client(self, name: str = "ada@example.org", role: str = "operator", **more: object) -> openai.OpenAI:
        """The official client, as it comes, of somebody with this role."""
        own = {"base_url": f"{self.url}/v1", "api_key": self.key(name, role), "max_retries": 0, "timeout": 120.0}
        return openai.OpenAI(**{**own, **more})  # type: ignore[arg-type] # each is what the client takes

    @property
    def embedder(self) -> str:
        """The model of the server's own that embeds."""
        with self.client() as client:
            return next(
                model.id for model in client.models.list() if model.id != "matriz" and model.owned_by == "laneshift"
            )

    def plain(self, key: str) -> httpx.Client:
        """Somebody who asks without the official client."""
        return httpx.Client(base_url=self.url, headers={"Authorization": f"Bearer {key}"}, timeout=120)


@contextmanager
def facade(path: Path) -> Iterator[Facade]:
    """A server for a repository that is made at `path`."""
    with LLMockServer() as upstream:
        told = (UPSTREAM.format(name=name, url=upstream.base_url(), more=more) for name, more in MODELS.items())
        # Whole answers, however slow the machine is.
        quotas = "[server.quotas]\nrate = 10000\nburst = 100000\n[server.answers]\nseconds = 60\n"
        toy(path, {"laneshift.toml": QUICK + quotas + "".join(told)})
        keys = keys_of(shop_at(path))
        keys.create(Wanted("person", "admin@example.org", ("admin",)), "a test")
        with announced(path, more={KEY: SECRET}) as (process, client, _):
            yield Facade(str(client.base_url).rstrip("/"), upstream, keys, path / ".git" / "server.log", process.pid)
        keys.store.close()

"""The way to one upstream: the official client within bounds, and a breaker that leaves alone what keeps failing."""

from __future__ import annotations

import math
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import httpx2
import openai

from laneshift import __version__
from laneshift.config.models import Model
from laneshift.errors import Refused
from laneshift.matriz.breaker import Breaker, Permit, Rules
from laneshift.server.answerers.errors import Later
from laneshift.server.answerers.upstream.failures import FAILURES, judged

_CONNECTIONS = 100


@dataclass
class Link:
    """One model of an upstream. `key` is the secret itself."""

    name: str
    settings: Model
    key: str = field(repr=False)
    breaker: Breaker = field(init=False, repr=False)
    _client: openai.AsyncOpenAI | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        rules = self.settings.breaker
        self.breaker = Breaker(Rules(rules.failures, rules.seconds, max(rules.seconds, 60.0)))

    @property
    def model(self) -> str:
        """What the model is called there."""
        return self.settings.upstream or self.name

    @property
    def owner(self) -> str:
        """The host of the upstream."""
        return urlsplit(self.settings.base_url).hostname or "upstream"

    @property
    def client(self) -> openai.AsyncOpenAI:
        """The client; made in the event loop that first uses it. It follows no redirects and knows no proxies."""
        if self._client is None:
            own = self.settings
            timeout = httpx2.Timeout(own.silence, connect=own.connect)
            self._client = openai.AsyncOpenAI(
                api_key=self.key or "none",
                base_url=own.base_url,
                timeout=timeout,
                max_retries=own.retries,
                organization="",
                project="",
                default_headers={"User-Agent": f"laneshift/{__version__}"},
                http_client=httpx2.AsyncClient(
                    timeout=timeout,
                    follow_redirects=False,
                    trust_env=False,
                    limits=httpx2.Limits(max_connections=_CONNECTIONS),
                ),
            )
        return self._client

    @asynccontextmanager
    async def tried(self) -> AsyncGenerator[Attempt, None]:
        """Leave for one call, whose end is told to the breaker, unless it is given up.

        Raises `Later` (`model.broken`) while the upstream is left alone, and what `judged` makes of its failures.
        """
        permit = self.breaker.ask()
        if permit is None:
            wait = max(1, math.ceil(self.breaker.wait))
            raise Later("model.broken", f"the upstream of {self.name} failed again and again", wait)
        attempt = Attempt(permit)
        try:
            yield attempt
        except FAILURES as error:
            failure = judged(error, self.name, self.settings.seconds, self.key)
            (permit.failed if failure.breaks else permit.succeeded)()
            raise failure.error from None
        finally:
            attempt.end()

    async def close(self) -> None:
        """Let go of connections."""
        client, self._client = self._client, None
        if client is not None:
            await client.close()


@dataclass
class Attempt:
    """One call. What is neither well nor failed at its end was given up: that says nothing of the upstream."""

    permit: Permit

    def well(self) -> None:
        """The whole answer is there."""
        self.permit.succeeded()

    def end(self) -> None:
        """Tell the breaker, if nobody has."""
        self.permit.withdrawn()


def link_to(name: str, settings: Model, environment: Mapping[str, str]) -> Link:
    """The link to an upstream.

    Raises `Refused` (`model.no-key`) where the variable with its key is not set; the error names the variable alone.
    """
    key = environment.get(settings.key, "") if settings.key else ""
    if settings.key and not key:
        raise Refused(
            "model.no-key",
            f"{settings.key} is not set, which holds the key for {name}",
            where=f"models.{name}.key",
            cure=f"set {settings.key} for `laneshift serve`, or have the setting name no key",
        )
    return Link(name, settings, key)

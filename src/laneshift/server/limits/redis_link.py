"""The way to Redis or Valkey, one server or a cluster, that several of ours share. The only file that opens it."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from redis import Redis
from redis.asyncio import Redis as AsyncRedis
from redis.asyncio.cluster import RedisCluster
from redis.exceptions import NoScriptError, RedisError

from laneshift.config.redis_url import checked, for_client, is_cluster
from laneshift.errors import CheckFailed
from laneshift.server.limits.quotas import StoreGone
from laneshift.server.limits.redis_batches import FAILURES, Batches, Call

_SECONDS = 1.0
_PAUSE = 1.0
_CONNECTIONS = 16


@dataclass
class Link:
    """A connection of one event loop. After a failure nobody tries again for a second: requests do not queue up."""

    url: str
    space: str
    """What every key begins with: other repositories on the same server have another one."""
    _client: Any = field(default=None, repr=False)
    _opening: asyncio.Lock = field(default_factory=asyncio.Lock, repr=False)
    _turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_CONNECTIONS), repr=False)
    _pause_until: float = 0.0
    _run: Callable[[Call], Awaitable[Any]] = field(init=False, repr=False)
    _batches: Batches = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._batches = Batches(self._connected)
        self._run = self._in_cluster if is_cluster(self.url) else self._batches.run

    async def run(self, script: str, key: str, *arguments: object) -> Any:
        """The answer of a Lua script to one key, which names its own slot. Raises `StoreGone`."""
        if time.monotonic() < self._pause_until:
            raise StoreGone("it did not answer a moment ago")
        call = Call(script, f"{self.space}:{key}", tuple(map(str, arguments)))
        try:
            return await self._run(call)
        except FAILURES as error:
            self._pause_until = time.monotonic() + _PAUSE
            raise StoreGone(type(error).__name__) from error

    async def _in_cluster(self, call: Call) -> Any:
        """By the client, which knows which server has what. In turn: a crowd of requests is no crowd of connections."""
        async with self._turns:
            client = await self._opened()
            try:
                return await client.execute_command(*call.words(known=True))
            except NoScriptError:
                return await client.execute_command(*call.words(known=False))

    async def _connected(self) -> Any:
        """A connection of its own to a server alone."""
        return await (await self._opened()).connection_pool.get_connection()

    async def _opened(self) -> Any:
        """The client. A cluster is explored by the first alone: those who ask meanwhile would cut each other off."""
        async with self._opening:
            if self._client is None:
                client = _client(self.url)
                await client.initialize()
                self._client = client
            return self._client

    async def close(self) -> None:
        """Let go of the connections, also of one to a server that has gone."""
        with contextlib.suppress(*FAILURES):
            await self._batches.close()
        client, self._client = self._client, None
        if client is not None:
            with contextlib.suppress(*FAILURES):
                await client.aclose()

    def probe(self) -> None:
        """For `/readyz`. Raises `CheckFailed` (`redis.gone`) when no server answers."""
        try:
            with Redis.from_url(for_client(self.url), **_timeouts()) as client:
                client.ping()
        except (RedisError, OSError) as error:
            raise CheckFailed("redis.gone", f"Redis does not answer ({type(error).__name__})") from error


def link_to(url: str, space: str) -> Link:
    """The link to `url`. Raises `Refused` (`redis.bad-url`) for what is no address; the error does not repeat it."""
    return Link(checked(url), space)


def _client(url: str) -> Any:
    if is_cluster(url):
        return RedisCluster.from_url(for_client(url), **_timeouts())
    return AsyncRedis.from_url(url, **_timeouts())


def _timeouts() -> dict[str, Any]:
    return {"socket_timeout": _SECONDS, "socket_connect_timeout": _SECONDS, "driver_info": None}

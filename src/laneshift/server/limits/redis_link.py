"""The way to Redis or Valkey, one server or a cluster, that several of ours share. The only file that opens it."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from redis import Redis
from redis.asyncio import Redis as AsyncRedis
from redis.asyncio.cluster import RedisCluster
from redis.exceptions import RedisError

from laneshift.errors import CheckFailed, Refused
from laneshift.server.limits.quotas import StoreGone

_SCHEMES = {"redis": False, "rediss": False, "redis+cluster": True, "rediss+cluster": True}
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

    async def run(self, script: str, key: str, *arguments: object) -> Any:
        """The answer of a Lua script to one key, which names its own slot. Raises `StoreGone`."""
        if time.monotonic() < self._pause_until:
            raise StoreGone("it did not answer a moment ago")
        try:
            # In turn, so that a crowd of requests is no crowd of connections.
            async with self._turns:
                return await (await self._opened()).eval(script, 1, f"{self.space}:{key}", *map(str, arguments))
        except (RedisError, OSError, TimeoutError) as error:
            self._pause_until = time.monotonic() + _PAUSE
            raise StoreGone(type(error).__name__) from error

    async def _opened(self) -> Any:
        """The client. A cluster is explored by the first alone: those who ask meanwhile would cut each other off."""
        async with self._opening:
            if self._client is None:
                client = _client(self.url)
                await client.initialize()
                self._client = client
            return self._client

    async def close(self) -> None:
        """Let go of the connections."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    def probe(self) -> None:
        """For `/readyz`. Raises `CheckFailed` (`redis.gone`) when no server answers."""
        plain = self.url.replace("+cluster", "", 1)
        try:
            with Redis.from_url(plain, **_timeouts()) as client:
                client.ping()
        except (RedisError, OSError) as error:
            raise CheckFailed("redis.gone", f"Redis does not answer ({type(error).__name__})") from error


def link_to(url: str, space: str) -> Link:
    """The link to `url`. Raises `Refused` (`redis.bad-url`) for what is no address; the error does not repeat it."""
    try:
        parts = urlsplit(url)
        fine = parts.scheme in _SCHEMES and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        fine = False
    if not fine:
        cure = "write redis://HOST:PORT/0, rediss://… for TLS, or redis+cluster://HOST:PORT"
        raise Refused("redis.bad-url", "this is no address of Redis", where="LANESHIFT_REDIS_URL", cure=cure)
    return Link(url, space)


def _client(url: str) -> Any:
    if _SCHEMES[urlsplit(url).scheme]:
        return RedisCluster.from_url(url.replace("+cluster", "", 1), **_timeouts())
    return AsyncRedis.from_url(url, **_timeouts())


def _timeouts() -> dict[str, Any]:
    return {"socket_timeout": _SECONDS, "socket_connect_timeout": _SECONDS, "driver_info": None}

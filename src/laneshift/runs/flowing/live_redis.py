"""Snapshots of runs in Redis or Valkey, one server or a cluster. Only `wiring` opens it.

A key for each run, so that a cluster spreads them and each write is one script on one slot. Keys end by themselves. A
store that does not answer is left alone for a moment, and said once; nobody waits for it twice.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from redis import Redis
from redis.backoff import NoBackoff
from redis.cluster import RedisCluster
from redis.exceptions import RedisError
from redis.retry import Retry

from laneshift.config.redis_url import for_client, is_cluster
from laneshift.runs.flowing.snapshot import Snapshot, read, written

SECONDS = 86_400
"""How long a snapshot is kept after its last change."""
LARGEST = 1 << 20
"""Characters of a snapshot; a larger one stays in the journal alone."""
_TIMEOUT = 1.0
_PAUSE = 2.0
_PUT = """
local before = redis.call('HGET', KEYS[1], 'seq')
if not before or tonumber(before) < tonumber(ARGV[1]) then
  redis.call('HSET', KEYS[1], 'seq', ARGV[1], 'text', ARGV[2])
end
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1
"""


@dataclass
class RedisSnapshots:
    """As the port `Snapshots` says. `space` begins every key: other repositories and journals have another."""

    url: str
    space: str
    remark: Callable[[str], None]
    seconds: float = SECONDS
    _client: Any = field(default=None, repr=False)
    _pause_until: float = 0.0
    _gone: bool = False

    def get(self, run: str) -> Snapshot | None:
        """As the port says."""
        text = self._asked(lambda client: client.hget(self._key(run), "text"))
        return None if text is None else read(text)

    def put(self, snapshots: Sequence[Snapshot]) -> None:
        """As the port says."""
        for snapshot in snapshots:
            text = written(snapshot)
            if len(text) > LARGEST:
                continue
            key, milliseconds = self._key(snapshot.run.id), round(self.seconds * 1000)
            arguments = (str(snapshot.run.seq), text, str(milliseconds))
            self._asked(partial(_put, key=key, arguments=arguments))

    def drop(self, run: str) -> None:
        """As the port says."""
        self._asked(lambda client: client.delete(self._key(run)))

    def close(self) -> None:
        """Let go of the connections."""
        if self._client is not None:
            self._client.close()
            self._client = None

    def _key(self, run: str) -> str:
        return f"{self.space}:flow:{{{run}}}"

    def _asked(self, question: Callable[[Any], Any]) -> Any:
        if time.monotonic() < self._pause_until:
            return None
        try:
            if self._client is None:
                self._client = _client(self.url)
            found = question(self._client)
        except (RedisError, OSError) as error:
            self._pause_until = time.monotonic() + _PAUSE
            self._told(f"Redis does not answer ({type(error).__name__}); runs of flows are read from the journal")
            return None
        if self._gone:
            self._told("")
        return found

    def _told(self, what: str) -> None:
        """Say it once when it goes, and once when it is back."""
        if bool(what) != self._gone:
            self._gone = bool(what)
            self.remark(what or "Redis answers again")


def _put(client: Any, *, key: str, arguments: tuple[str, ...]) -> None:
    client.eval(_PUT, 1, key, *arguments)


def _client(url: str) -> Any:
    timeouts: dict[str, Any] = {"socket_timeout": _TIMEOUT, "socket_connect_timeout": _TIMEOUT, "driver_info": None}
    # Once more, for a connection that was closed while nobody used it; who waits longer has the journal.
    timeouts["retry"] = Retry(NoBackoff(), 1)
    if is_cluster(url):
        return RedisCluster.from_url(for_client(url), **timeouts)
    return Redis.from_url(url, **timeouts)

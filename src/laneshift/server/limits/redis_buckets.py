"""Buckets in Redis: one script takes a token by the clock of Redis, so that servers with other clocks agree."""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256

from laneshift.server.limits.bucket import Rate, Taken
from laneshift.server.limits.redis_link import Link

# The sums of `bucket.take`. Numbers come back as text: as numbers, Redis would cut their fractions off. Both are in one
# line, which is read at once.
_TAKE = """
local rate, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
local clock = redis.call('TIME')
local now = tonumber(clock[1]) + tonumber(clock[2]) / 1000000
local kept = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local held, at = burst, now
if kept[1] then
  local before = tonumber(kept[2])
  held = math.min(burst, tonumber(kept[1]) + math.max(0, now - before) * rate)
  at = math.max(now, before)
end
local amount = tonumber(ARGV[3])
local allowed = ARGV[4] == '1' or held >= amount
if allowed then held = math.min(burst, held - amount) end
redis.call('HSET', KEYS[1], 'tokens', string.format('%.17g', held), 'at', string.format('%.17g', at))
redis.call('PEXPIRE', KEYS[1], math.ceil((burst - held) / rate * 1000) + 1000)
return redis.status_reply(string.format('%d %.17g', allowed and 1 or 0, held))
"""


class RedisBuckets:
    """As the port `Buckets` says."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def take(self, name: str, rate: Rate, amount: float = 1, *, used: bool = False) -> Taken:
        """As the port says. Names are hashed: a key tells nobody who asks."""
        asked = (repr(rate.rate), rate.burst, repr(amount), int(used))
        said: bytes = await self._link.run(_TAKE, _key(name), *asked)
        allowed, tokens = said.split()
        return Taken(allowed == b"1", float(tokens), amount)


@lru_cache(maxsize=1024)
def _key(name: str) -> str:
    """The same ones ask again and again."""
    return f"quota:{{{sha256(name.encode()).hexdigest()}}}"

"""Answers in Redis: servers share them, and they outlive each of them."""

from __future__ import annotations

from laneshift.server.limits.idempotency import Begun
from laneshift.server.limits.kept_answer import Answer, read
from laneshift.server.limits.redis_link import Link

# A script may run twice when its answer got lost: whoever holds a name already is told so again. What is said is one
# word, which is read at once, and of an answer that is kept its text.
_BEGIN = """
local request = redis.call('HGET', KEYS[1], 'request')
if not request then
  redis.call('HSET', KEYS[1], 'request', ARGV[1], 'token', ARGV[2])
  redis.call('PEXPIRE', KEYS[1], ARGV[3])
  return redis.status_reply('ours')
end
if request ~= ARGV[1] then return redis.status_reply('other') end
if redis.call('HGET', KEYS[1], 'token') == ARGV[2] then return redis.status_reply('ours') end
local answer = redis.call('HGET', KEYS[1], 'answer')
if answer then return answer end
return redis.status_reply('busy')
"""
_HOLD = """
if redis.call('HGET', KEYS[1], 'token') == ARGV[1] then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return 1
"""
_KEEP = """
if redis.call('HGET', KEYS[1], 'token') == ARGV[1] then
  redis.call('HSET', KEYS[1], 'answer', ARGV[2], 'token', '')
  redis.call('PEXPIRE', KEYS[1], ARGV[3])
end
return 1
"""
_FREE = """
if redis.call('HGET', KEYS[1], 'token') == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 1
"""
_STATES = frozenset({b"ours", b"other", b"busy"})
"""What the script says where it gives no answer, whose text is an object of JSON."""
_MILLI = 1000


class RedisAnswers:
    """As the port `Answers` says."""

    def __init__(self, link: Link, kept: float, lease: float) -> None:
        """Answers are kept for `kept` seconds; whoever does not hold on loses the name after `lease` seconds."""
        self._link = link
        self._kept = round(kept * _MILLI)
        self._lease = lease

    @property
    def lease(self) -> float:
        """As the port says."""
        return self._lease

    async def begin(self, name: str, request: str, token: str) -> Begun:
        """As the port says."""
        said: bytes = await self._link.run(_BEGIN, _key(name), request, token, round(self._lease * _MILLI))
        if said in _STATES:
            return Begun(said.decode("ascii"))
        answer = read(said)
        return Begun("lost") if answer.body is None else Begun("kept", answer)

    async def hold(self, name: str, token: str) -> None:
        """As the port says."""
        await self._link.run(_HOLD, _key(name), token, round(self._lease * _MILLI))

    async def keep(self, name: str, token: str, answer: Answer) -> None:
        """As the port says."""
        await self._link.run(_KEEP, _key(name), token, answer.text(), self._kept)

    async def free(self, name: str, token: str) -> None:
        """As the port says."""
        await self._link.run(_FREE, _key(name), token)


def _key(name: str) -> str:
    return f"idempotency:{{{name}}}"

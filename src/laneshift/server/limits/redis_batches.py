"""Scripts to one Redis server, those of a moment in one message: a crowd of requests shares the way there and back."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha1
from typing import Any

from redis.exceptions import ConnectionError as Lost
from redis.exceptions import NoScriptError, RedisError, ResponseError

_MOST = 128
_TRIES = 2
FAILURES = (RedisError, OSError, TimeoutError)
"""What Redis and the way there fail with."""


@dataclass(frozen=True, slots=True)
class Call:
    """A Lua script for one key. Redis knows scripts that it has seen by their digest."""

    script: str
    key: str
    arguments: tuple[str, ...]

    def words(self, *, known: bool) -> tuple[str | int, ...]:
        """The command, for a script that Redis is `known` to have or not."""
        return (*_first(self.script, known), self.key, *self.arguments)

    def packed(self, *, known: bool) -> bytes:
        """The command as it is sent: the client's own way of packing takes longer than Redis does for the script."""
        words = [word.encode() for word in (self.key, *self.arguments)]
        return _begun(self.script, known, len(words)) + _packed(words)


@dataclass
class Batches:
    """One connection of one event loop. What comes while a message is on its way goes with the next one."""

    connect: Callable[[], Awaitable[Any]]
    _connection: Any = None
    _patience: float | None = None
    _waiting: list[tuple[Call, asyncio.Future[Any]]] = field(default_factory=list)
    _sending: asyncio.Task[None] | None = None

    async def run(self, call: Call) -> Any:
        """The answer. Raises one of `FAILURES`."""
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting.append((call, answer))
        if self._sending is None:
            # In the next turn of the loop, when every request that is at hand now has asked.
            self._sending = asyncio.create_task(self._send())
        return await answer

    async def close(self) -> None:
        """Let go of the connection; what is on its way ends first."""
        if self._sending is not None:
            await self._sending
        if self._connection is not None:
            await self._connection.disconnect()
            self._connection = None

    async def _send(self) -> None:
        batch: list[tuple[Call, asyncio.Future[Any]]] = []
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[:_MOST], self._waiting[_MOST:]
                _settle(batch, await self._outcome([call for call, _ in batch]))
        finally:
            # Whatever ended this, nobody waits for ever.
            self._sending, left, self._waiting = None, [*batch, *self._waiting], []
            _settle(left, [Lost("nobody sends any more")] * len(left))

    async def _outcome(self, calls: Sequence[Call]) -> Sequence[Any]:
        try:
            found = await self._answers([call.packed(known=True) for call in calls])
            unknown = [place for place, answer in enumerate(found) if isinstance(answer, NoScriptError)]
            if unknown:
                again = await self._answers([calls[place].packed(known=False) for place in unknown])
                for place, answer in zip(unknown, again, strict=True):
                    found[place] = answer
        except FAILURES as error:
            return [error] * len(calls)
        return found

    async def _answers(self, commands: list[bytes]) -> list[Any]:
        """An answer or an error to each. A connection that was lost meanwhile is made once more."""
        for left in reversed(range(_TRIES)):
            if self._connection is None:
                self._connection = await self.connect()
                # Its own timers are two for each answer: one for all that a message asks is enough.
                self._patience, self._connection.socket_timeout = self._connection.socket_timeout, None
            try:
                async with asyncio.timeout(self._patience):
                    await self._connection.send_packed_command(commands)
                    return [await self._answer() for _ in commands]
            except Lost:
                if not left:
                    raise
        raise AssertionError("it was tried and has neither an answer nor an error")

    async def _answer(self) -> Any:
        try:
            return await self._connection.read_response()
        except ResponseError as error:
            return error


def _settle(batch: Sequence[tuple[Call, asyncio.Future[Any]]], found: Sequence[Any]) -> None:
    for (_, answer), each in zip(batch, found, strict=True):
        if answer.done():
            continue
        if isinstance(each, BaseException):
            answer.set_exception(each)
        else:
            answer.set_result(each)


@lru_cache(maxsize=64)
def _digest(script: str) -> str:
    return sha1(script.encode(), usedforsecurity=False).hexdigest()


def _first(script: str, known: bool) -> tuple[str, str, int]:
    """The words of a command before its one key."""
    return ("EVALSHA", _digest(script), 1) if known else ("EVAL", script, 1)


@lru_cache(maxsize=64)
def _begun(script: str, known: bool, more: int) -> bytes:
    """A command of so many words more, as far as it is the same each time."""
    words = [str(word).encode() for word in _first(script, known)]
    return b"*%d\r\n" % (len(words) + more) + _packed(words)


def _packed(words: Sequence[bytes]) -> bytes:
    return b"".join([b"$%d\r\n%b\r\n" % (len(word), word) for word in words])

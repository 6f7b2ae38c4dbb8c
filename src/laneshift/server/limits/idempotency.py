"""`Idempotency-Key`: the same request twice has one effect and one answer (draft-ietf-httpapi-idempotency-key-header).

A key belongs to whoever sends it with a credential that may do as much. The same key with the same request gives the
stored answer again; with another request it is refused with 422; while the first is at work, with 409. Answers that say
that nothing was done and that it may be otherwise in a moment (401, 403, 408, 409, 413, 429, 5xx) are not stored: the
key is free again. Of an answer that holds a secret it is remembered that it was given, and nothing else.
"""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Protocol

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from laneshift.errors import Refused
from laneshift.server.auth.principal import Principal
from laneshift.server.limits.holding import Holding
from laneshift.server.limits.kept_answer import LARGEST, NOT_KEPT, Answer, Recorder
from laneshift.server.limits.names import Names
from laneshift.server.limits.quotas import StoreGone
from laneshift.server.limits.raw_headers import raw
from laneshift.server.problems import respond

_METHODS = frozenset({"POST", "PATCH"})
_KEY = re.compile(r'"([\x21\x23-\x7e]{1,255})"|([\x21\x23-\x7e]{1,255})')
_FREE = frozenset({401, 403, 408, 409, 413, 429})
_BEATS = 3
_REMEMBERED = 1024
_TOKEN = 16


@dataclass(frozen=True, slots=True)
class Begun:
    """What the store says of a key: `answer` of an earlier request, or whether it is `ours` to answer now."""

    state: str
    """`ours`, `busy`, `other` (the key belongs to another request) or `kept`."""
    answer: Answer | None = None


class Answers(Protocol):
    """Where answers are kept, by name. Every method raises `StoreGone`."""

    async def begin(self, name: str, request: str, token: str) -> Begun:
        """Take the name for the request with this digest; `token` is whoever holds it."""
        ...

    async def hold(self, name: str, token: str) -> None:
        """Hold it for another lease."""
        ...

    async def keep(self, name: str, token: str, answer: Answer) -> None:
        """Keep the answer, if the name is still held by `token`."""
        ...

    async def free(self, name: str, token: str) -> None:
        """Let go of the name, if it is still held by `token`."""
        ...

    @property
    def lease(self) -> float:
        """Seconds after which a name is free whose holder has died."""
        ...


class Idempotency:
    """The middleware. Without a key, or without a principal, it does nothing."""

    def __init__(self, app: ASGIApp, answers: Answers) -> None:
        self._app = app
        self._answers = answers
        self._tokens = Names(_TOKEN)
        self._holding = Holding(answers.hold, answers.lease / _BEATS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI says. A store that does not answer ends the request with 503: nobody could keep the promise."""
        given = raw(scope, b"idempotency-key") if scope["type"] == "http" else ()
        principal: Principal | None = scope["state"]["principal"] if given else None
        if principal is None or scope["method"] not in _METHODS:
            await self._app(scope, receive, send)
            return
        key = _KEY.fullmatch(given[0].decode("latin-1"))
        if key is None or len(given) > 1:
            cure = "send one header of 1 to 255 printable characters, for example a UUID"
            refused = Refused("idempotency.bad-key", "this is no idempotency key", where="Idempotency-Key", cure=cure)
            await respond(refused, scope)(scope, receive, send)
            return
        # By all that its credential may do: a narrower one of the same principal is not told what it may not ask.
        name = sha256(f"{_rights(principal)}\0{key[1] or key[2]}".encode()).hexdigest()
        try:
            await self._once(name, scope, receive, send)
        except StoreGone:
            gone = Refused("idempotency.unknown", "nobody can say now whether this was done", cure="try again later")
            await respond(gone, scope, headers={"Retry-After": "1"})(scope, receive, send)

    async def _once(self, name: str, scope: Scope, receive: Receive, send: Send) -> None:
        body = await _whole(receive)
        token = self._tokens.new()
        begun = await self._answers.begin(name, _request(scope, body), token)
        if begun.answer is not None:
            await begun.answer.send(send)
        elif begun.state == "ours":
            await self._answer(name, token, scope, _again(body, receive), send)
        else:
            headers = {"Retry-After": "1"} if begun.state == "busy" else {}
            await respond(_REFUSALS[begun.state], scope, headers=headers)(scope, receive, send)

    async def _answer(self, name: str, token: str, scope: Scope, receive: Receive, send: Send) -> None:
        settled = False

        async def kept(answer: Answer) -> None:
            nonlocal settled
            if answer.status not in _FREE and answer.status < 500:
                secret = scope["state"].get(NOT_KEPT, False)
                # The effect is there and the client gets its answer: a store that is gone now is no fault of theirs.
                with contextlib.suppress(StoreGone):
                    await self._answers.keep(name, token, answer.unsaid() if secret else answer)
                settled = True

        self._holding.add(name, token)
        try:
            await self._app(scope, receive, Recorder(send, kept))
        except Exception:
            # What escaped is told as a failure of ours, which is not stored.
            await self._answers.free(name, token)
            raise
        finally:
            self._holding.drop(token)
        if not settled:
            with contextlib.suppress(StoreGone):
                await self._answers.free(name, token)


_REFUSALS = {
    "busy": Refused("idempotency.in-flight", "the first request with this key is at work", cure="try again soon"),
    "other": Refused(
        "idempotency.other-body", "another request was sent with this key", cure="use a new key for each new request"
    ),
    "lost": Refused(
        "idempotency.not-kept",
        "this was done, and its answer is not there any more",
        why=f"answers that hold a secret or more than {LARGEST} bytes are not kept",
        cure="ask for the result with GET",
    ),
}


@lru_cache(maxsize=_REMEMBERED)
def _rights(principal: Principal) -> str:
    """All that a principal may be let do by, as text. The same ones ask again and again."""
    return repr(principal.rights)


def _request(scope: Scope, body: bytes) -> str:
    """A digest of everything that makes a request what it is."""
    path = scope.get("raw_path") or scope["path"].encode()
    kind = (raw(scope, b"content-type") or [b""])[0]
    method, query = scope["method"].encode(), scope["query_string"]
    # Each with its length before it, so that no two requests are written alike.
    told = (len(method), method, len(path), path, len(query), query, len(kind), kind, body)
    return sha256(b"%d:%b%d:%b%d:%b%d:%b%b" % told).hexdigest()


async def _whole(receive: Receive) -> bytes:
    """The body; how large it may be was counted before."""
    parts = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if message["type"] != "http.request" or not message.get("more_body", False):
            return b"".join(parts)


def _again(body: bytes, receive: Receive) -> Receive:
    """The body for the application, in one piece, and after it what else the client does."""
    told = False

    async def replayed() -> Message:
        nonlocal told
        if told:
            return await receive()
        told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replayed

"""A chat model of an upstream: what it says is told as it comes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from openai.types import CompletionUsage
from openai.types.chat import ChatCompletion, ChatCompletionChunk

from laneshift.server.answerers.errors import no_answer
from laneshift.server.answerers.pieces import counted
from laneshift.server.answerers.port import Asked, CallPiece, Finish, Piece, Tool, Usage
from laneshift.server.answerers.upstream.link import Attempt, Link

Json = Any
_FINISHES: dict[str, Finish] = {
    "length": "length",
    "tool_calls": "tool_calls",
    "function_call": "tool_calls",
    "content_filter": "content_filter",
}


@dataclass(frozen=True)
class UpstreamChat:
    """As the port `ChatModel` says."""

    link: Link

    @property
    def name(self) -> str:
        """As the port says."""
        return self.link.name

    @property
    def owner(self) -> str:
        """The host of the upstream."""
        return self.link.owner

    @property
    def fingerprint(self) -> str:
        """Nobody here can say."""
        return ""

    def tokens(self, asked: Asked) -> int:
        """As the port says: by our own count; what it really was is known when the upstream says it."""
        return counted(asked.messages, [_tool(tool) for tool in asked.tools])

    async def answer(self, asked: Asked) -> AsyncGenerator[Piece | Usage, None]:
        """As the port says."""
        deadline = asyncio.get_running_loop().time() + self.link.settings.seconds
        async with self.link.tried() as attempt, aclosing(self._said(asked, attempt)) as said:
            while True:
                # Whoever takes the next piece may be another task, so that the time is set anew for each.
                async with asyncio.timeout_at(deadline):
                    found = await anext(said, None)
                if found is None:
                    return
                yield found

    async def _said(self, asked: Asked, attempt: Attempt) -> AsyncGenerator[Piece | Usage, None]:
        body = self._body(asked)
        create: Any = self.link.client.chat.completions.create
        if not asked.streamed:
            whole: ChatCompletion = await create(model=self.link.model, messages=asked.messages, extra_body=body)
            found = list(_pieces(whole))
            attempt.well()
            for each in found:
                yield each
            return
        more = {**body, "stream_options": {"include_usage": True}}
        stream: Any = await create(model=self.link.model, messages=asked.messages, stream=True, extra_body=more)
        ended: set[int] = set()
        try:
            async for piece in _streamed(stream):
                if isinstance(piece, Piece) and piece.finish is not None:
                    ended.add(piece.choice)
                yield piece
        finally:
            await stream.close()
        if len(ended) < asked.n:
            raise no_answer(self.name, "it ended in the middle")
        attempt.well()

    def _body(self, asked: Asked) -> dict[str, Json]:
        body: dict[str, Json] = dict(asked.more)
        if asked.tools:
            body |= {"tools": [_tool(tool) for tool in asked.tools], "tool_choice": _choice(asked.tool_choice)}
        own = {"n": asked.n if asked.n > 1 else None, "stop": list(asked.stop) or None, "seed": asked.seed}
        body |= {name: value for name, value in own.items() if value is not None}
        if asked.limit is not None and not {"max_tokens", "max_completion_tokens"} & body.keys():
            body["max_completion_tokens"] = asked.limit
        if asked.format is not None:
            body["response_format"] = _format(asked)
        return body


async def _streamed(stream: AsyncIterator[ChatCompletionChunk]) -> AsyncIterator[Piece | Usage]:
    usage = None
    async for chunk in stream:
        for choice in chunk.choices:
            delta = choice.delta
            calls = tuple(
                CallPiece(
                    each.index,
                    (each.function.arguments or "") if each.function else "",
                    each.id or "",
                    (each.function.name or "") if each.function else "",
                )
                for each in delta.tool_calls or ()
            )
            more = dict(delta.model_extra or {})
            if choice.logprobs is not None:
                more["logprobs"] = choice.logprobs.model_dump()
            finish = _finish(choice.finish_reason)
            if delta.content or delta.refusal or calls or more or finish:
                yield Piece(choice.index, delta.content or "", delta.refusal or "", calls, finish, more)
        usage = chunk.usage or usage
    if usage is not None:
        yield _usage(usage)


def _pieces(whole: ChatCompletion) -> Iterator[Piece | Usage]:
    for choice in whole.choices:
        message = choice.message
        calls = tuple(
            CallPiece(place, each.function.arguments, each.id, each.function.name)
            for place, each in enumerate(message.tool_calls or ())
            if each.type == "function"
        )
        more = {"logprobs": choice.logprobs.model_dump()} if choice.logprobs is not None else {}
        finish = _finish(choice.finish_reason) or "stop"
        yield Piece(choice.index, message.content or "", message.refusal or "", calls, finish, more)
    if whole.usage is not None:
        yield _usage(whole.usage)


def _finish(reason: str | None) -> Finish | None:
    return None if reason is None else _FINISHES.get(reason, "stop")


def _usage(told: CompletionUsage) -> Usage:
    prompt, completion = told.prompt_tokens_details, told.completion_tokens_details
    cached = (prompt.cached_tokens or 0) if prompt is not None else 0
    reasoning = (completion.reasoning_tokens or 0) if completion is not None else 0
    return Usage(told.prompt_tokens, told.completion_tokens, cached, reasoning)


def _tool(tool: Tool) -> dict[str, Json]:
    function = {"name": tool.name, "description": tool.description, "parameters": dict(tool.parameters)}
    strict = {} if tool.strict is None else {"strict": tool.strict}
    return {"type": "function", "function": {**function, **strict}}


def _choice(choice: str) -> Json:
    return {"type": "function", "function": {"name": choice[1:]}} if choice.startswith("=") else choice


def _format(asked: Asked) -> dict[str, Json]:
    wanted = asked.format
    if wanted is None or wanted.schema is None:
        return {"type": "json_object"}
    strict = {} if wanted.strict is None else {"strict": wanted.strict}
    return {"type": "json_schema", "json_schema": {"name": wanted.name, "schema": dict(wanted.schema), **strict}}

"""A checked request for a chat completion as the question to a model. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from laneshift.server.answerers.errors import bad_values
from laneshift.server.answerers.port import Asked, Format, Tool
from laneshift.server.models.chat_request import ChatRequest, NamedTool, ResponseFormat

Json = Any
_MOST_TOLD = 128
_OURS = frozenset(
    (
        *("model", "messages", "stream", "stream_options", "n", "stop", "seed"),
        *("tools", "tool_choice", "response_format"),
    )
)


def asked_by(request: ChatRequest, by: str) -> Asked:
    """The question. Raises `Refused` (`model.bad-value`) for results of calls that nobody made, and the like."""
    given = request.model_dump(exclude_unset=True, by_alias=True)
    faults = list(_astray(given["messages"]))
    if faults:
        raise bad_values(faults)
    return Asked(
        messages=given["messages"],
        by=by,
        tools=tuple(
            Tool(each.function.name, each.function.description, each.function.parameters, each.function.strict)
            for each in request.tools or ()
        ),
        tool_choice=_choice(request),
        n=request.n or 1,
        stop=_stops(request.stop),
        limit=request.max_completion_tokens or request.max_tokens,
        seed=request.seed,
        format=_format(request.response_format),
        streamed=bool(request.stream),
        more={name: value for name, value in given.items() if name not in _OURS},
    )


def _choice(request: ChatRequest) -> str:
    choice = request.tool_choice
    if isinstance(choice, NamedTool):
        return f"={choice.function.name}"
    return choice or ("auto" if request.tools else "none")


def _stops(given: str | Sequence[str] | None) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given or ())


def _format(given: ResponseFormat | None) -> Format | None:
    if given is None or given.type == "text":
        return None
    if given.json_schema is None:
        return Format()
    return Format(given.json_schema.name, given.json_schema.schema_, given.json_schema.strict)


def _astray(messages: Sequence[Mapping[str, Json]]) -> Iterator[tuple[str, str]]:
    """Results for calls that no message before made, and calls that get no result before the conversation goes on."""
    open_: dict[str, int] = {}
    for place, message in enumerate(messages):
        if message["role"] == "tool":
            if open_.pop(message["tool_call_id"], None) is None:
                known = message["tool_call_id"][:_MOST_TOLD]
                yield f"messages.{place}.tool_call_id", f"no message right before this one made the call {known!r}"
            continue
        yield from _unanswered(open_)
        open_ = {call["id"]: place for call in message.get("tool_calls") or ()}
    yield from _unanswered(open_)


def _unanswered(open_: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    for known, place in open_.items():
        yield f"messages.{place}.tool_calls", f"no message of the role tool answers the call {known[:_MOST_TOLD]!r}"

"""A checked request for a response as the question to a model. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from laneshift.server.answerers.errors import unsupported
from laneshift.server.answerers.port import Asked, Format, Tool
from laneshift.server.models.response_items import messages_of
from laneshift.server.models.response_request import NamedFunction, ResponseRequest

Json = Any
_HANDED_ON = ("temperature", "top_p", "parallel_tool_calls", "user")
_NOT_HERE = ("conversation", "prompt", "context_management")


def asked_by(request: ResponseRequest, items: Sequence[Mapping[str, Json]], by: str) -> Asked:
    """The question. Raises `Refused` (`model.unsupported`) for what only OpenAI's own servers have."""
    extra = request.model_extra or {}
    for name in _NOT_HERE:
        if extra.get(name) is not None:
            raise unsupported(name, f"`{name}` is not kept here", "send `input` and `previous_response_id`")
    if request.background and request.stream:
        raise unsupported("stream", "what works in the background is not streamed here", "ask for it by its id")
    given = {**extra, **request.model_dump(exclude_unset=True)}
    return Asked(
        messages=messages_of(items, request.instructions),
        by=by,
        tools=tuple(
            Tool(each.name, each.description or "", each.parameters or {}, each.strict) for each in request.tools or ()
        ),
        tool_choice=_choice(request),
        limit=request.max_output_tokens,
        format=_format(request),
        streamed=bool(request.stream),
        more={name: given[name] for name in _HANDED_ON if given.get(name) is not None},
    )


def _choice(request: ResponseRequest) -> str:
    choice = request.tool_choice
    if isinstance(choice, NamedFunction):
        return f"={choice.name}"
    return choice or ("auto" if request.tools else "none")


def _format(request: ResponseRequest) -> Format | None:
    wanted = request.text.format if request.text is not None else None
    if wanted is None or wanted.type == "text":
        return None
    return Format(wanted.name or "", wanted.schema_, wanted.strict) if wanted.type == "json_schema" else Format()

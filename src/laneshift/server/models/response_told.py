"""What a response is told as. Pure."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel

from laneshift.server.answerers.port import Usage
from laneshift.server.models.response_request import ResponseRequest

Json = Any
OVER = frozenset({"completed", "failed", "cancelled", "incomplete"})
"""Standings after which nothing changes."""


class ResponseTold(BaseModel):
    """A response. `output` has messages and calls of functions."""

    id: str
    object: Literal["response"] = "response"
    created_at: int
    completed_at: int | None = None
    status: Literal["queued", "in_progress", "completed", "failed", "cancelled", "incomplete"]
    error: dict[str, Json] | None = None
    incomplete_details: dict[str, Json] | None = None
    instructions: str | None = None
    model: str
    output: list[dict[str, Json]]
    previous_response_id: str | None = None
    usage: dict[str, Json] | None = None


class DeletedTold(BaseModel):
    """That a response is forgotten."""

    id: str
    object: Literal["response"] = "response"
    deleted: bool = True


class ItemsTold(BaseModel):
    """A page of the items that a response answers."""

    object: Literal["list"] = "list"
    data: list[dict[str, Json]]
    first_id: str | None
    last_id: str | None
    has_more: bool


def begun(request: ResponseRequest, known: str, now: int) -> dict[str, Json]:
    """The response before anything of it is there."""
    given = request.model_dump(exclude_unset=True, by_alias=True)
    extra = request.model_extra or {}
    wanted = (given.get("text") or {}).get("format") or {"type": "text"}
    return {
        "id": known,
        "object": "response",
        "created_at": now,
        "completed_at": None,
        "status": "queued" if request.background else "in_progress",
        "background": bool(request.background),
        "error": None,
        "incomplete_details": None,
        "instructions": request.instructions,
        "max_output_tokens": request.max_output_tokens,
        "max_tool_calls": None,
        "model": request.model,
        "output": [],
        "parallel_tool_calls": True if request.parallel_tool_calls is None else request.parallel_tool_calls,
        "previous_response_id": request.previous_response_id,
        "reasoning": {"effort": None, "summary": None},
        "service_tier": "default",
        "store": request.store is not False,
        "temperature": 1.0 if request.temperature is None else request.temperature,
        "text": {"format": wanted},
        "tool_choice": given.get("tool_choice") or ("auto" if request.tools else "none"),
        "tools": [_tool(each) for each in given.get("tools") or ()],
        "top_logprobs": 0,
        "top_p": 1.0 if request.top_p is None else request.top_p,
        "truncation": request.truncation or "disabled",
        "metadata": request.metadata or {},
        **({"user": extra["user"]} if isinstance(extra.get("user"), str) else {}),
    }


def usage_told(usage: Usage) -> dict[str, Json]:
    """Tokens as OpenAI tells them of responses."""
    return {
        "input_tokens": usage.prompt,
        "input_tokens_details": {"cached_tokens": usage.cached},
        "output_tokens": usage.completion,
        "output_tokens_details": {"reasoning_tokens": usage.reasoning},
        "total_tokens": usage.total,
    }


def _tool(given: dict[str, Json]) -> dict[str, Json]:
    whole = {"description": None, "parameters": None, "strict": None}
    return {**whole, **given}

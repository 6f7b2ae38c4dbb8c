"""The items of a conversation as chat messages. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from laneshift.server.answerers.errors import bad_values, unsupported
from laneshift.server.models.response_request import ResponseRequest

Json = Any
_PREFIXES = {"message": "msg", "function_call": "fc", "function_call_output": "fco", "reasoning": "rs"}
_TEXT = {"user": "input_text", "system": "input_text", "developer": "input_text", "assistant": "output_text"}


def items_of(request: ResponseRequest, new_id: Callable[[str], str]) -> list[dict[str, Json]]:
    """The items of the request in their full form, each with an id; `new_id` makes one that begins with its prefix."""
    if isinstance(request.input, str):
        given: list[dict[str, Json]] = [{"type": "message", "role": "user", "content": request.input}]
    else:
        given = [item.model_dump(exclude_unset=True) | {"type": item.type} for item in request.input]
    return [_full(item, new_id) for item in given]


def _full(item: Mapping[str, Json], new_id: Callable[[str], str]) -> dict[str, Json]:
    full = {**item, "id": item.get("id") or new_id(_PREFIXES[item["type"]])}
    if item["type"] != "reasoning":
        full["status"] = item.get("status") or "completed"
    if item["type"] == "message" and isinstance(item["content"], str):
        kind = _TEXT[item["role"]]
        more: dict[str, Json] = {"annotations": [], "logprobs": []} if kind == "output_text" else {}
        full["content"] = [{"type": kind, "text": item["content"], **more}]
    return full


def messages_of(items: Iterable[Mapping[str, Json]], instructions: str | None) -> list[dict[str, Json]]:
    """The messages. Calls that follow each other are one message, with the text before them."""
    messages: list[dict[str, Json]] = []
    if instructions:
        messages.append({"role": "system", "content": instructions})
    for place, item in enumerate(items):
        if item["type"] == "message":
            messages.append({"role": item["role"], "content": _content(item["content"], place)})
        elif item["type"] == "function_call":
            function = {"name": item["name"], "arguments": item["arguments"]}
            call = {"id": item["call_id"], "type": "function", "function": function}
            if not messages or messages[-1]["role"] != "assistant":
                messages.append({"role": "assistant", "content": None})
            messages[-1].setdefault("tool_calls", []).append(call)
        elif item["type"] == "function_call_output":
            text = _content(item["output"], place)
            messages.append({"role": "tool", "tool_call_id": item["call_id"], "content": text})
    return messages


def refuse_astray(items: Sequence[Mapping[str, Json]], before: int) -> None:
    """Raise `Refused` (`model.bad-value`) for results of calls that nobody made, and for calls without a result.

    The first `before` items are of earlier responses.
    """
    called = {item["call_id"]: place for place, item in enumerate(items) if item["type"] == "function_call"}
    done = {item["call_id"]: place for place, item in enumerate(items) if item["type"] == "function_call_output"}
    faults = [
        (f"input.{place - before}.call_id", f"no call {known[:64]!r} was made")
        for known, place in done.items()
        if called.get(known, place) >= place
    ]
    faults += [
        ("input" if place < before else f"input.{place - before}", f"the call {known[:64]!r} has no output")
        for known, place in called.items()
        if known not in done
    ]
    if faults:
        raise bad_values(faults)


def _content(parts: str | Sequence[Mapping[str, Json]], place: int) -> Json:
    """A text where all parts are, else parts of a chat message."""
    if isinstance(parts, str):
        return parts
    if all(part["type"] in ("input_text", "output_text", "refusal") for part in parts):
        return "\n".join(str(part.get("text") or part.get("refusal") or "") for part in parts)
    return [_part(part, f"input.{place}.content.{at}") for at, part in enumerate(parts)]


def _part(part: Mapping[str, Json], where: str) -> dict[str, Json]:
    if part["type"] == "input_image" and part.get("image_url"):
        detail = {"detail": part["detail"]} if part.get("detail") else {}
        return {"type": "image_url", "image_url": {"url": part["image_url"], **detail}}
    if part["type"] in ("input_image", "input_file"):
        raise unsupported(where, "this server keeps no files", "send an image by its address")
    return {"type": "text", "text": str(part.get("text") or part.get("refusal") or "")}

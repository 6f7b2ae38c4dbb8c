"""A response as it comes to be: each piece of an answer as the events that tell of it, in OpenAI's order. Pure.

One item is open at a time: `output_item.added`, its parts and their deltas, and its end before the next one begins.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from laneshift.server.answerers.port import CallPiece, Finish, Piece, Usage
from laneshift.server.models.response_told import usage_told

Json = Any
Event = dict[str, Json]
_INCOMPLETE = {"length": "max_output_tokens", "content_filter": "content_filter"}


@dataclass
class _Open:
    """The item that is being told: a message's part (`output_text` or `refusal`), or a call (`function_call`)."""

    kind: str
    index: int
    item: dict[str, Json]
    call: int = -1
    said: list[str] = field(default_factory=list)


class Telling:
    """Tells of one response; `response` is how it stands."""

    def __init__(self, response: dict[str, Json], new_id: Callable[[str], str], clock: Callable[[], int]) -> None:
        """`new_id` makes an id that begins with a prefix, `clock` tells unix seconds."""
        self.response = response
        self._new_id, self._clock = new_id, clock
        self._number = -1
        self._open: _Open | None = None
        self._finish: Finish | None = None

    def begin(self) -> list[Event]:
        """That it is there, and at work."""
        self.response["status"] = "in_progress"
        return [self._whole("response.created"), self._whole("response.in_progress")]

    def of(self, piece: Piece) -> list[Event]:
        """The events of a piece."""
        told: list[Event] = []
        if piece.text:
            told += self._said("output_text", piece.text)
        if piece.refusal:
            told += self._said("refusal", piece.refusal)
        for call in piece.calls:
            told += self._called(call)
        self._finish = piece.finish or self._finish
        return told

    def end(self, usage: Usage) -> list[Event]:
        """Its end."""
        told = self._closed(whole=self._finish not in _INCOMPLETE)
        reason = _INCOMPLETE.get(self._finish or "")
        status = "incomplete" if reason else "completed"
        self.response |= {"status": status, "usage": usage_told(usage)}
        if reason:
            self.response["incomplete_details"] = {"reason": reason}
        else:
            self.response["completed_at"] = self._clock()
        return [*told, self._whole(f"response.{status}")]

    def failed(self, code: str, message: str) -> list[Event]:
        """That it went wrong. What was told stays as it is."""
        self._closed(whole=False)
        self.response |= {"status": "failed", "error": {"code": code, "message": message}}
        return [self._whole("response.failed")]

    def cancelled(self) -> None:
        """That nobody wants it any more."""
        self._closed(whole=False)
        self.response["status"] = "cancelled"

    def _said(self, kind: str, text: str) -> list[Event]:
        told: list[Event] = []
        opened = self._open
        if opened is None or opened.kind != kind:
            item = {"id": self._new_id("msg"), "type": "message", "status": "in_progress", "role": "assistant"}
            opened = _Open(kind, 0, {**item, "content": []})
            told += self._added(opened)
            told.append(self._event(opened, "response.content_part.added", part=_part(kind, ""), content_index=0))
        opened.said.append(text)
        more: dict[str, Json] = {"logprobs": []} if kind == "output_text" else {}
        return [*told, self._event(opened, f"response.{kind}.delta", content_index=0, delta=text, **more)]

    def _called(self, call: CallPiece) -> list[Event]:
        told: list[Event] = []
        opened = self._open
        if opened is None or opened.kind != "function_call" or opened.call != call.index:
            item = {"id": self._new_id("fc"), "type": "function_call", "status": "in_progress"}
            own = {"call_id": call.id or self._new_id("call"), "name": call.name, "arguments": ""}
            opened = _Open("function_call", 0, {**item, **own}, call.index)
            told += self._added(opened)
        if call.arguments:
            opened.said.append(call.arguments)
            told.append(self._event(opened, "response.function_call_arguments.delta", delta=call.arguments))
        return told

    def _added(self, opened: _Open) -> list[Event]:
        """That an item begins, after the end of the one before it."""
        told = self._closed(whole=True)
        opened.index = len(self.response["output"])
        self._open = opened
        self.response["output"].append(opened.item)
        number = {"output_index": opened.index, "sequence_number": self._next()}
        return [*told, {"type": "response.output_item.added", **number, "item": deepcopy(opened.item)}]

    def _closed(self, *, whole: bool) -> list[Event]:
        """The end of the item that is open, if one is."""
        opened = self._open
        if opened is None:
            return []
        text = "".join(opened.said)
        if opened.kind == "function_call":
            opened.item["arguments"] = text
            named = {"name": opened.item["name"]}
            told = [self._event(opened, "response.function_call_arguments.done", arguments=text, **named)]
        else:
            part = _part(opened.kind, text)
            opened.item["content"] = [part]
            own = {"logprobs": [], "text": text} if opened.kind == "output_text" else {"refusal": text}
            told = [
                self._event(opened, f"response.{opened.kind}.done", content_index=0, **own),
                self._event(opened, "response.content_part.done", content_index=0, part=part),
            ]
        opened.item["status"] = "completed" if whole else "incomplete"
        number = {"output_index": opened.index, "sequence_number": self._next()}
        told.append({"type": "response.output_item.done", **number, "item": deepcopy(opened.item)})
        self._open = None
        return told

    def _event(self, opened: _Open, kind: str, **more: Json) -> Event:
        own = {"item_id": opened.item["id"], "output_index": opened.index}
        return {"type": kind, "sequence_number": self._next(), **own, **more}

    def _whole(self, kind: str) -> Event:
        return {"type": kind, "sequence_number": self._next(), "response": deepcopy(self.response)}

    def _next(self) -> int:
        self._number += 1
        return self._number


def _part(kind: str, text: str) -> dict[str, Json]:
    if kind == "refusal":
        return {"type": "refusal", "refusal": text}
    return {"type": "output_text", "text": text, "annotations": [], "logprobs": []}

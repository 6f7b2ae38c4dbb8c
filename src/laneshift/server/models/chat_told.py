"""How an answer is told as a chat completion, whole or in chunks. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import BaseModel

from laneshift.server.answerers.port import CallPiece, Finish, Piece, Usage

Json = Any


class FunctionTold(BaseModel):
    """A function with its arguments as JSON text."""

    name: str
    arguments: str


class CallTold(BaseModel):
    """A call of a function of the caller."""

    id: str
    type: Literal["function"] = "function"
    function: FunctionTold


class MessageTold(BaseModel):
    """What a model says."""

    role: Literal["assistant"] = "assistant"
    content: str | None
    refusal: str | None = None
    tool_calls: list[CallTold] | None = None


class ChoiceTold(BaseModel):
    """One of the answers."""

    index: int
    message: MessageTold
    logprobs: dict[str, Json] | None = None
    finish_reason: Literal["stop", "length", "tool_calls", "content_filter"]


class CompletionUsage(BaseModel):
    """What it took, in tokens."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int
    prompt_tokens_details: dict[str, int]
    completion_tokens_details: dict[str, int]


class CompletionTold(BaseModel):
    """A chat completion."""

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: str
    choices: list[ChoiceTold]
    usage: CompletionUsage
    system_fingerprint: str | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """What every part of one answer says of it."""

    id: str
    created: int
    model: str
    fingerprint: str

    def told(self, kind: str, choices: list[Json]) -> dict[str, Json]:
        """The head with `choices`."""
        own = {"id": self.id, "object": kind, "created": self.created, "model": self.model}
        mark = {"system_fingerprint": self.fingerprint} if self.fingerprint else {}
        return {**own, **mark, "choices": choices}


@dataclass
class Gathered:
    """One answer, put together from its pieces."""

    text: list[str] = field(default_factory=list)
    refusal: list[str] = field(default_factory=list)
    calls: dict[int, list[CallPiece]] = field(default_factory=dict)
    finish: Finish | None = None
    logprobs: dict[str, Json] | None = None

    def add(self, piece: Piece) -> None:
        """Take in a piece."""
        self.text += [piece.text] if piece.text else []
        self.refusal += [piece.refusal] if piece.refusal else []
        for call in piece.calls:
            self.calls.setdefault(call.index, []).append(call)
        self.finish = piece.finish or self.finish
        for name, value in (piece.more.get("logprobs") or {}).items():
            self.logprobs = self.logprobs or {}
            self.logprobs[name] = [*(self.logprobs.get(name) or ()), *value] if isinstance(value, list) else value

    def whole_calls(self) -> list[tuple[str, str, str]]:
        """The id, the name and the arguments of each call."""
        return [
            (
                next((each.id for each in pieces if each.id), ""),
                next((each.name for each in pieces if each.name), ""),
                "".join(each.arguments for each in pieces),
            )
            for _, pieces in sorted(self.calls.items())
        ]


def gathered(pieces: list[Piece], n: int) -> list[Gathered]:
    """Each of the `n` answers."""
    found = [Gathered() for _ in range(max([n, *(piece.choice + 1 for piece in pieces)]))]
    for piece in pieces:
        found[piece.choice].add(piece)
    return found


def completion(head: Head, answers: list[Gathered], usage: Usage) -> dict[str, Json]:
    """The whole answer."""
    choices = [_choice(index, each) for index, each in enumerate(answers)]
    return {**head.told("chat.completion", choices), "usage": usage_told(usage)}


def _choice(index: int, answer: Gathered) -> dict[str, Json]:
    text, refusal = "".join(answer.text), "".join(answer.refusal)
    calls = [
        {"id": known, "type": "function", "function": {"name": name, "arguments": arguments}}
        for known, name, arguments in answer.whole_calls()
    ]
    content = None if not text and (calls or refusal) else text
    message: dict[str, Json] = {"role": "assistant", "content": content, "refusal": refusal or None}
    if calls:
        message["tool_calls"] = calls
    return {"index": index, "message": message, "logprobs": answer.logprobs, "finish_reason": answer.finish or "stop"}


def usage_told(usage: Usage) -> dict[str, Json]:
    """Tokens as OpenAI tells them."""
    return {
        "prompt_tokens": usage.prompt,
        "completion_tokens": usage.completion,
        "total_tokens": usage.total,
        "prompt_tokens_details": {"cached_tokens": usage.cached, "audio_tokens": 0},
        "completion_tokens_details": {
            "reasoning_tokens": usage.reasoning,
            "audio_tokens": 0,
            "accepted_prediction_tokens": 0,
            "rejected_prediction_tokens": 0,
        },
    }


class Chunks:
    """The chunks of one answer as text, each piece as it comes; with `usage` every chunk says it, null but the last."""

    def __init__(self, head: Head, *, usage: bool) -> None:
        self._head = head
        self._usage = usage
        self._begun: set[int] = set()

    def first(self, n: int) -> list[str]:
        """That each of `n` answers begins: said before a model says anything."""
        return [self._begin(choice) for choice in range(n)]

    def of(self, piece: Piece) -> list[str]:
        """The chunks of a piece."""
        told = [] if piece.choice in self._begun else [self._begin(piece.choice)]
        delta: dict[str, Json] = {name: value for name, value in piece.more.items() if name != "logprobs"}
        if piece.text:
            delta["content"] = piece.text
        if piece.refusal:
            delta["refusal"] = piece.refusal
        if piece.calls:
            delta["tool_calls"] = [_call(each) for each in piece.calls]
        if delta or piece.finish is None:
            told.append(self._chunk(piece.choice, delta, None, piece.more.get("logprobs")))
        if piece.finish is not None:
            told.append(self._chunk(piece.choice, {}, piece.finish))
        return told

    def last(self, usage: Usage) -> list[str]:
        """The chunk with what it took, where that was asked for."""
        if not self._usage:
            return []
        return [_text({**self._head.told("chat.completion.chunk", []), "usage": usage_told(usage)})]

    def _begin(self, choice: int) -> str:
        self._begun.add(choice)
        return self._chunk(choice, {"role": "assistant", "content": "", "refusal": None}, None)

    def _chunk(self, choice: int, delta: Json, finish: Finish | None, logprobs: Json = None) -> str:
        told = {"index": choice, "delta": delta, "logprobs": logprobs, "finish_reason": finish}
        more = {"usage": None} if self._usage else {}
        return _text({**self._head.told("chat.completion.chunk", [told]), **more})


def _call(piece: CallPiece) -> dict[str, Json]:
    if not piece.id:
        return {"index": piece.index, "function": {"arguments": piece.arguments}}
    function = {"name": piece.name, "arguments": piece.arguments}
    return {"index": piece.index, "id": piece.id, "type": "function", "function": function}


def _text(told: Json) -> str:
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))

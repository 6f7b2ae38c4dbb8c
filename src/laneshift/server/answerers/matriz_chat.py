"""The model `matriz`: what the node pipeline answers, told piece by piece."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from laneshift import __version__
from laneshift.matriz.answering import Answerer
from laneshift.server.answerers.choosing import Chosen, chosen
from laneshift.server.answerers.cutting import Cut, cut
from laneshift.server.answerers.errors import unsupported
from laneshift.server.answerers.forming import formed
from laneshift.server.answerers.pieces import count, counted, text_of, tokens_of
from laneshift.server.answerers.port import Asked, CallPiece, Piece, Usage

Json = Any
NAME = "matriz"
_ROLES = {"developer": "system", "function": "tool"}
_TEXTS = frozenset({"text", "refusal"})


@dataclass(frozen=True)
class Matriz:
    """As the port `ChatModel` says. It is deterministic, so each of `n` answers is the same, whatever the seed."""

    answerer: Answerer
    name: str = NAME
    owner: str = "laneshift"

    @property
    def fingerprint(self) -> str:
        """As the port says: the version; what else answers follow from is the repository."""
        return f"fp_{sha256(__version__.encode()).hexdigest()[:10]}"

    def tokens(self, asked: Asked) -> int:
        """As the port says, exactly."""
        return counted(asked.messages, [tool.name + tool.description + str(tool.parameters) for tool in asked.tools])

    async def answer(self, asked: Asked) -> AsyncGenerator[Piece | Usage, None]:
        """As the port says. Raises `Refused` (`model.unsupported`) for messages with more than text."""
        _texts_alone(asked.messages)
        prompt, told = self.tokens(asked), 0
        results = _results(asked.messages)
        call = None if results else chosen(asked.tools, asked.tool_choice, _question(asked.messages))
        if call is not None and not call.missing:
            pieces = [each for choice in range(asked.n) for each in _called(call, choice, asked)]
            told = asked.n * count(json.dumps(call.arguments))
        else:
            text = _reported(results) or (_asking(call) if call is not None else await self._text(asked))
            found = cut(text, asked.stop, asked.limit)
            pieces = [each for choice in range(asked.n) for each in _told(found, choice)]
            told = asked.n * len(found.tokens)
        for piece in pieces:
            yield piece
        yield Usage(prompt, told)

    async def _text(self, asked: Asked) -> str:
        messages = [_plain(message) for message in asked.messages]
        answer = await self.answerer.answer(messages)
        return formed(answer, asked.format) if asked.format is not None else answer.text


def _told(found: Cut, choice: int) -> list[Piece]:
    return [*(Piece(choice, token) for token in found.tokens), Piece(choice, finish=found.finish)]


def _called(call: Chosen, choice: int, asked: Asked) -> list[Piece]:
    written = json.dumps(call.arguments, ensure_ascii=False)
    seed = json.dumps([list(map(dict, asked.messages)), call.tool.name, choice], sort_keys=True, default=str)
    known = f"call_{sha256(seed.encode()).hexdigest()[:24]}"
    first = CallPiece(0, id=known, name=call.tool.name)
    rest = [Piece(choice, calls=(CallPiece(0, token),)) for token in tokens_of(written)]
    return [Piece(choice, calls=(first,)), *rest, Piece(choice, finish="tool_calls")]


def _asking(call: Chosen) -> str:
    names = ", ".join(f"`{name}`" for name in call.missing)
    return f"I do not know {names}, which `{call.tool.name}` needs. Say it in your question."


def _reported(results: Sequence[tuple[str, str]]) -> str:
    """What the functions gave that were called, as it came."""
    return "\n\n".join(f"`{name}` gave:\n\n{text}" for name, text in results)


def _results(messages: Sequence[Mapping[str, Json]]) -> list[tuple[str, str]]:
    """The functions whose results the conversation ends with, and what each gave."""
    names = {
        call["id"]: call["function"]["name"]
        for message in messages
        for call in message.get("tool_calls") or ()
        if isinstance(call.get("function"), Mapping)
    }
    found: list[tuple[str, str]] = []
    for message in reversed(messages):
        if message["role"] not in ("tool", "function"):
            break
        known = message.get("tool_call_id", "")
        found.append((str(message.get("name") or names.get(known, known)), text_of(message)))
    return found[::-1]


def _question(messages: Sequence[Mapping[str, Json]]) -> str:
    return next((text_of(message) for message in reversed(messages) if message["role"] == "user"), "")


def _plain(message: Mapping[str, Json]) -> dict[str, str]:
    role = str(message["role"])
    return {"role": _ROLES.get(role, role), "content": text_of(message)}


def _texts_alone(messages: Sequence[Mapping[str, Json]]) -> None:
    for place, message in enumerate(messages):
        content = message.get("content")
        for at, part in enumerate(content if isinstance(content, list) else ()):
            if part.get("type") not in _TEXTS:
                raise unsupported(f"messages.{place}.content.{at}", f"{NAME} reads text alone")

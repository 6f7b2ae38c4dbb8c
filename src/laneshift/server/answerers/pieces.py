"""How text is cut into tokens by models that count by themselves. Pure.

A token is a word, or eight letters of a longer one, with the blank before it; a sign by itself; or further blanks. The
tokens of a text, put together, are the text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Json = Any
_TOKEN = re.compile(r" ?\w{1,8}| ?[^\w\s]|\s")
_FRAME = 3
"""Tokens that each message has besides its text: its beginning, its role, its end."""


def tokens_of(text: str) -> list[str]:
    """The tokens of a text."""
    return _TOKEN.findall(text)


def count(text: str) -> int:
    """How many tokens a text has."""
    return sum(1 for _ in _TOKEN.finditer(text))


def counted(messages: Sequence[Mapping[str, Json]], more: Iterable[Json] = ()) -> int:
    """How many tokens messages have, and what is told beside them, such as tools."""
    return sum(_FRAME + count(text_of(message)) for message in messages) + sum(count(_written(each)) for each in more)


def text_of(message: Mapping[str, Json]) -> str:
    """All text of a message: its content, its refusal, and the calls that it makes."""
    content = message.get("content")
    parts = [content] if isinstance(content, str) else [_part(each) for each in content or ()]
    calls = [_written(call.get("function", call)) for call in message.get("tool_calls") or ()]
    return "\n".join(filter(None, [*parts, message.get("refusal") or "", *calls]))


def _part(part: Mapping[str, Json]) -> str:
    for name in ("text", "refusal"):
        if isinstance(part.get(name), str):
            return str(part[name])
    return ""


def _written(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)

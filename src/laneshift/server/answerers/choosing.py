"""When matriz calls a function of the caller, and with which arguments. Pure.

It calls the function that `tool_choice` names; with `required` the one that has most words in common with the question,
the first of several; with `auto` only one that the question names: every word of its name is in the question, but for
a verb that it begins with, such as `get`. Arguments are what the question says: a value of an
enumeration that is named, a number, what stands in quotes or backticks, a dotted name; else, for a text that has to be
there, the whole question. What cannot be found is left out, or, where it has to be there, asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from laneshift.server.answerers.port import Tool

Json = Any
_WORD = re.compile(r"[a-z0-9]+")
_QUOTED = re.compile(r"`([^`\n]{1,200})`|\"([^\"\n]{1,200})\"|'([^'\n]{1,200})'")
_NAME = re.compile(r"\b[A-Za-z_]\w*(?:[./][A-Za-z_]\w*)+\b")
_NUMBER = re.compile(r"(?<![\w.])-?\d{1,15}(?:\.\d{1,15})?(?![\w.])")
_VERBS = frozenset(("get", "fetch", "find", "list", "look", "read", "query", "search", "show", "call", "check", "ask"))
_TRUE, _FALSE = frozenset({"yes", "true", "with"}), frozenset({"no", "false", "without"})


@dataclass(frozen=True, slots=True)
class Chosen:
    """A function to call with `arguments`; `missing` are those that the question does not say."""

    tool: Tool
    arguments: dict[str, Json]
    missing: tuple[str, ...] = ()


def chosen(tools: Sequence[Tool], choice: str, question: str) -> Chosen | None:
    """The function to call, None for none."""
    tool = _tool(tools, choice, question)
    return None if tool is None else _filled(tool, question)


def _tool(tools: Sequence[Tool], choice: str, question: str) -> Tool | None:
    if choice.startswith("="):
        return next((tool for tool in tools if tool.name == choice[1:]), None)
    if choice == "none" or not tools:
        return None
    asked = _words(question)
    if choice == "required":
        return max(tools, key=lambda tool: len(asked & _words(f"{tool.name} {tool.description}")))
    return next((tool for tool in tools if _subject(tool.name) <= asked), None)


def _filled(tool: Tool, question: str) -> Chosen:
    properties = tool.parameters.get("properties")
    required = tool.parameters.get("required")
    needed = {name for name in required if isinstance(name, str)} if isinstance(required, list) else set[str]()
    found: dict[str, Json] = {}
    texts, numbers = list(_texts(question)), [float(each) for each in _NUMBER.findall(question)]
    for name, schema in properties.items() if isinstance(properties, Mapping) else ():
        value = _value(schema if isinstance(schema, Mapping) else {}, question, texts, numbers, name in needed)
        if value is not None:
            found[name] = value
    return Chosen(tool, found, tuple(sorted(needed - found.keys())))


def _value(
    schema: Mapping[str, Json], question: str, texts: list[str], numbers: list[float], needed: bool
) -> Json | None:
    """The value for one argument. Texts and numbers of the question are used up, in its order."""
    members = schema.get("enum")
    if isinstance(members, list):
        words = _words(question)
        return next((each for each in members if isinstance(each, str) and _words(each) <= words), None)
    kinds = schema.get("type")
    kind = next((each for each in kinds if each != "null"), "") if isinstance(kinds, list) else kinds
    if kind == "boolean":
        words = _words(question)
        return True if words & _TRUE else False if words & _FALSE else None
    if kind in ("integer", "number"):
        at = next((place for place, each in enumerate(numbers) if kind == "number" or each.is_integer()), None)
        value = None if at is None else numbers.pop(at)
        return int(value) if value is not None and value.is_integer() else value
    if kind == "array":
        own = schema.get("items")
        plain = not isinstance(own, Mapping) or own.get("type", "string") == "string"
        taken = [texts.pop(0) for _ in range(len(texts))] if plain else []
        return taken or None
    if kind in ("string", None):
        return texts.pop(0) if texts else (question if needed else None)
    return None


def _texts(question: str) -> Iterator[str]:
    """What is quoted; or else dotted names."""
    quoted = [next(filter(None, groups)) for groups in _QUOTED.findall(question)]
    yield from quoted or _NAME.findall(question)


def _subject(name: str) -> set[str]:
    words = _parts(name)
    return set(words[1:] if len(words) > 1 and words[0] in _VERBS else words)


def _parts(name: str) -> list[str]:
    return _WORD.findall(re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name).lower())


def _words(text: str) -> set[str]:
    return set(_parts(text))

"""JSON text that is changed in places: every byte that was not asked to change stays as somebody wrote it.

An object is kept as its members with the text around each: what was before the name, between name and value, and
after the value. Put together again without a change they are the text that was read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NoReturn

from laneshift.evidence.json_text import once

LARGEST = 4 * 1024 * 1024
DEEPEST = 32
_BOM = "\ufeff"
_SPACE = re.compile(r"[ \t\n\r]*")
_DECODER = json.JSONDecoder()
Json = Any
"""What `json.loads` gives."""


class NotReadableError(ValueError):
    """A text that is no JSON object, or one that two readers could take for two values."""


@dataclass(frozen=True, slots=True)
class Member:
    """One member of an object as it is written: `lead` and `trail` are the white space before and after.

    `key` is what `name` says without its quotes and escapes.
    """

    lead: str
    name: str
    between: str
    value: str
    trail: str
    key: str

    def __str__(self) -> str:
        """The text of the member."""
        return f"{self.lead}{self.name}{self.between}{self.value}{self.trail}"


@dataclass(frozen=True, slots=True)
class Style:
    """How a file is laid out: line end and indent (both empty for one line), and whether it escapes beyond ASCII."""

    newline: str = "\n"
    indent: str = "  "
    colon: str = ": "
    ascii: bool = False

    def dumped(self, value: Json, level: int, *, inline: bool = False) -> str:
        """The text of a value that stands `level` objects deep."""
        if inline or not self.newline:
            return json.dumps(value, ensure_ascii=self.ascii, separators=(", ", self.colon))
        text = json.dumps(value, ensure_ascii=self.ascii, indent=self.indent, separators=(",", self.colon))
        return text.replace("\n", self.newline + self.indent * level)

    def lead(self, level: int) -> str:
        """What stands before the name of a member, `level` objects deep."""
        return self.newline + self.indent * level if self.newline else ""


def read(data: bytes) -> Json:
    """The object that `data` holds.

    Raises `NotReadableError` for what is not UTF-8 or no JSON object, has a name twice in one object, NaN, a number
    without bound, more than 32 levels or more than 4 MiB.
    """
    return _value(_text(data).removeprefix(_BOM))


def style_of(data: bytes) -> Style:
    """How the object in `data`, which `read` takes, is laid out."""
    text = split(data)[1]
    members = members_of(text)
    if not members:
        return Style()
    first = members[0]
    newline = "\r\n" if "\r\n" in first.lead else "\n" if "\n" in first.lead else ""
    escapes = text.isascii() and re.search(r"\\u[0-9a-fA-F]{4}", text) is not None
    return Style(newline, first.lead.rpartition("\n")[2] if newline else "", first.between, escapes)


def members_of(text: str) -> list[Member]:
    """The members of the text of one object, which starts with its brace and ends with it."""
    at, found = _after_space(text, 1), []
    start = 1
    while text[at] != "}":
        key, name_end = _DECODER.raw_decode(text, at)
        value_at = _after_space(text, _after_space(text, name_end) + 1)
        _, value_end = _DECODER.raw_decode(text, value_at)
        end = _after_space(text, value_end)
        found.append(
            Member(
                text[start:at],
                text[at:name_end],
                text[name_end:value_at],
                text[value_at:value_end],
                text[value_end:end],
                str(key),
            )
        )
        start = at = end
        if text[end] == ",":
            start = end + 1
            at = _after_space(text, start)
    return found


def joined(members: Sequence[Member]) -> str:
    """The text of an object: the inverse of `members_of`, but for white space in an object without members."""
    return "{" + ",".join(map(str, members)) + "}"


def put(members: Sequence[Member], name: str, value: str, after: int, style: Style, level: int) -> list[Member]:
    """The members with the value of `name` replaced, or put behind the first `after` members where it is new."""
    for at, member in enumerate(members):
        if member.key == name:
            return [*members[:at], replace(member, value=value), *members[at + 1 :]]
    quoted = json.dumps(name, ensure_ascii=style.ascii)
    new = Member(style.lead(level), quoted, style.colon, value, "", name)
    if not members:
        return [replace(new, trail=style.lead(level - 1))]
    if not style.newline:
        new = replace(new, lead=members[-1].lead if after or len(members) > 1 else "")
    if after == len(members):
        last = members[-1]
        lead = new.lead if style.newline else (last.lead or " ")
        return [*members[:-1], replace(last, trail=""), replace(new, lead=lead, trail=last.trail)]
    if after == 0 and not style.newline:
        return [replace(new, lead=members[0].lead), replace(members[0], lead=" "), *members[1:]]
    return [*members[:after], new, *members[after:]]


def without(members: Sequence[Member], name: str) -> list[Member]:
    """The members without the one called `name`; the white space at the end of the object stays."""
    kept = [member for member in members if member.key != name]
    if kept and len(kept) < len(members):
        kept[-1] = replace(kept[-1], trail=members[-1].trail)
        kept[0] = replace(kept[0], lead=members[0].lead)
    return kept


def split(data: bytes) -> tuple[str, str, str]:
    """What stands before the object of `data`, its text, and what stands after."""
    text = _text(data)
    start = _after_space(text, len(_BOM) if text.startswith(_BOM) else 0)
    end = len(text.rstrip(" \t\n\r"))
    return text[:start], text[start:end], text[end:]


def _text(data: bytes) -> str:
    if len(data) > LARGEST:
        raise NotReadableError(f"larger than {LARGEST} bytes")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NotReadableError(f"not UTF-8 at byte {error.start}") from error


def _value(text: str) -> Json:
    try:
        value = json.loads(text, object_pairs_hook=once, parse_constant=_no_number, parse_float=_finite)
    except NotReadableError:
        raise
    except (ValueError, RecursionError) as error:
        raise NotReadableError(f"not JSON: {str(error)[:200] or 'nested too deeply'}") from error
    if not isinstance(value, dict):
        raise NotReadableError("no JSON object")
    # Most have fewer brackets than may stand in each other, and counting those takes a twentieth of the time.
    if text.count("{") + text.count("[") > DEEPEST and _is_deeper(value, DEEPEST):
        raise NotReadableError(f"more than {DEEPEST} levels")
    return value


def _is_deeper(value: Json, levels: int) -> bool:
    """Whether a value has more than so many levels of objects and lists."""
    if not isinstance(value, (dict, list)):
        return False
    parts = value.values() if isinstance(value, dict) else value
    return levels == 0 or any(_is_deeper(part, levels - 1) for part in parts if isinstance(part, (dict, list)))


def _no_number(text: str) -> NoReturn:
    raise NotReadableError(f"{text} is no number of JSON")


def _finite(text: str) -> float:
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise NotReadableError(f"{text[:40]} is beyond every number")
    return value


def _after_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at

"""What the code says, put into a manifest that exists: fields of people stay as they are, byte for byte."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from laneshift.manifests.document import (
    Json,
    Member,
    NotReadableError,
    Style,
    joined,
    members_of,
    put,
    read,
    split,
    style_of,
    without,
)
from laneshift.manifests.fields import ORDER

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Absent:
    """Stands for a field that must not be there: the code was looked at and does not have it."""


ABSENT: Final = _Absent()
Fields = Mapping[Key, Json]
"""Path of a field to its value, or to `ABSENT`. A field that is not in the mapping is left alone."""


def merged(data: bytes, fields: Fields) -> bytes:
    """The manifest `data` with exactly these fields. Bytes of all others, and of equal values, are not touched.

    Raises `NotReadableError` for what `document.read` does not take, and where a field lies inside what is no object.
    """
    read(data)
    style = style_of(data)
    before, text, after = split(data)
    return f"{before}{_object(text, fields, (), style)}{after}".encode()


def fresh(fields: Fields) -> bytes:
    """A manifest of these fields alone, in the order of the schema, two blanks deep, with a final line end."""
    plain: dict[str, Json] = {}
    for key in sorted((key for key in fields if fields[key] is not ABSENT), key=lambda key: ORDER.get(key, len(ORDER))):
        inner = plain
        for name in key[:-1]:
            inner = inner.setdefault(name, {})
        inner[key[-1]] = fields[key]
    return f"{json.dumps(plain, ensure_ascii=False, indent=2)}\n".encode()


def at(value: Json, key: Key) -> Json:
    """The value of a field, `ABSENT` where there is none."""
    for name in key:
        if not isinstance(value, dict) or name not in value:
            return ABSENT
        value = value[name]
    return value


def same(one: Json, other: Json) -> bool:
    """Whether two values are the same JSON: 1, 1.0 and true are three."""
    return one is other or (
        ABSENT not in (one, other) and json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    )


def _object(text: str, fields: Fields, above: Key, style: Style) -> str:
    members = members_of(text)
    for name in sorted({key[0] for key in fields}, key=lambda name: _rank((*above, name))):
        own = {key[1:]: value for key, value in fields.items() if key[0] == name}
        members = _field(members, name, own, above, style)
    if not members:
        return "{}" if members_of(text) else text
    return joined(members)


def _field(members: list[Member], name: str, own: Fields, above: Key, style: Style) -> list[Member]:
    """The members after everything that is asked of one name: the value itself, or fields inside it."""
    there = next((member for member in members if member.key == name), None)
    place = _place(members, (*above, name))
    level = len(above) + 1
    if () in own:
        wanted = own[()]
        if wanted is ABSENT:
            return without(members, name)
        if there is not None and same(json.loads(there.value), wanted):
            return members
        flat = there is not None and "\n" not in there.value and there.value not in ("[]", "{}") and style.newline != ""
        return put(members, name, style.dumped(wanted, level, inline=flat), place, style, level)
    if there is None:
        if all(value is ABSENT for value in own.values()):
            return members
        return put(members, name, _object("{}", own, (*above, name), style), place, style, level)
    if not there.value.startswith("{"):
        raise NotReadableError(f"{'.'.join((*above, name))} is no object")
    inner = _object(there.value, own, (*above, name), style)
    emptied = inner == "{}" and there.value != "{}"
    return without(members, name) if emptied else put(members, name, inner, place, style, level)


def _place(members: Sequence[Member], key: Key) -> int:
    """Behind which member a new field belongs: the last one that comes before it in the order of the schema."""
    ranks = [_rank((*key[:-1], member.key)) for member in members]
    return max((number for number, rank in enumerate(ranks, 1) if rank < _rank(key)), default=0)


def _rank(key: Key) -> tuple[int, str]:
    return ORDER.get(key, len(ORDER)), key[-1]

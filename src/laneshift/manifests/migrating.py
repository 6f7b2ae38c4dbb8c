"""Manifests of schema 1.1.0 (and 1.0.0), brought to the one of this version without losing a byte of what they say.

What this version does not have (`trinity_aspects`, a field of somebody's own) moves to `extensions`, under its old
dotted name and with its value exactly as it was written: kept, since somebody may need it, but out of the way, so
that a misspelt field of today is still found. A null or an empty text said nothing, and goes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from laneshift.manifests.document import (
    Member,
    NotReadableError,
    joined,
    members_of,
    put,
    read,
    split,
    style_of,
    without,
)
from laneshift.manifests.fields import ORDER, VERSION, Key, schema
from laneshift.manifests.merging import at, merged

OLDER = ("1.0.0", "1.1.0")
KNOWN = (*OLDER, VERSION)
_MAY_BE_EMPTY = frozenset({("metadata", "documentation_url"), ("matriz_integration", "cognitive_function")})


def migrated(data: bytes) -> bytes:
    """A manifest of this version from one of an older one; one of this version stays as it is.

    Raises `NotReadableError` for what is no JSON object, and for a version that is not known.
    """
    value = read(data)
    told = at(value, ("schema_version",))
    if told == VERSION:
        return data
    if told not in OLDER:
        raise NotReadableError(f"schema_version {told!r} cannot be migrated: known are {', '.join(KNOWN)}"[:200])
    style = style_of(data)
    before, text, after = split(data)
    members, moved = _sorted_out(members_of(text), ())
    extensions = next((member.value for member in members if member.key == "extensions"), "{}")
    inner = members_of(extensions) if extensions.startswith("{") else []
    for name, raw in moved:
        inner = put(inner, name, raw, len(inner), style, 2)
    if moved:
        members = put(members, "extensions", joined(inner), len(members), style, 1)
    return merged(f"{before}{joined(members)}{after}".encode(), {("schema_version",): VERSION})


def _sorted_out(members: list[Member], above: Key) -> tuple[list[Member], list[tuple[str, str]]]:
    """The members that this version has, and the others with their dotted names and raw values."""
    kept, moved = list(members), list[tuple[str, str]]()
    for member in members:
        key = (*above, member.key)
        if key not in ORDER:
            kept = without(kept, member.key)
            moved.append((".".join(key), member.value))
        elif member.value == "null" or (member.value == '""' and key not in _MAY_BE_EMPTY):
            kept = without(kept, member.key)
        elif member.value.startswith("{") and _has_fields(key):
            inner, more = _sorted_out(members_of(member.value), key)
            moved += more
            text = joined(inner) if inner else "{}"
            kept = [each if each.key != member.key else replace(each, value=text) for each in kept]
    return kept, moved


def _has_fields(key: Key) -> bool:
    node: Mapping[str, Any] = schema()
    for name in key:
        node = node.get("properties", {}).get(name, {})
    return bool(node.get("properties"))

"""References inside one document. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

_LONGEST = 100


class Unresolved(ValueError):
    """A reference leads nowhere, or to itself."""


def target_of(document: Mapping[str, Any], reference: str) -> Any:
    """What a reference such as `#/components/schemas/Pet` means. Raises `Unresolved`."""
    seen = [reference]
    while True:
        found = _step(document, seen[-1])
        if not isinstance(found, dict) or set(found) != {"$ref"}:
            return found
        further = found["$ref"]
        if further in seen or len(seen) > _LONGEST:
            raise Unresolved(f"the reference {reference} leads to itself")
        if not isinstance(further, str):
            raise Unresolved(f"the reference {reference} leads to {further!r}")
        seen.append(further)


def plain(document: Mapping[str, Any], value: Any) -> Any:
    """A part of the document, or what it refers to. Other keys beside the reference win, as 3.1 has it."""
    if not isinstance(value, dict) or not isinstance(value.get("$ref"), str):
        return value
    target = target_of(document, value["$ref"])
    more = {key: each for key, each in value.items() if key in ("summary", "description")}
    return {**target, **more} if isinstance(target, dict) else target


def _step(document: Mapping[str, Any], reference: str) -> Any:
    if reference == "#":
        return document
    if not reference.startswith("#/"):
        raise Unresolved(f"the reference {reference[:200]!r} is no path within the document")
    found: Any = document
    for part in reference[2:].split("/"):
        name = unquote(part).replace("~1", "/").replace("~0", "~")
        if isinstance(found, dict) and name in found:
            found = found[name]
        elif isinstance(found, list) and name.isdecimal() and int(name) < len(found):
            found = found[int(name)]
        else:
            raise Unresolved(f"the reference {reference[:200]!r} leads nowhere")
    return found

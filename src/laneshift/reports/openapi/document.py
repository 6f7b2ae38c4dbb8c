"""Reading an OpenAPI document from bytes: its version, and that every reference stays in it. Pure."""

from __future__ import annotations

from typing import Any

from laneshift.errors import Refused
from laneshift.gates.data_files import parsed
from laneshift.gates.known import Unjudged, instance
from laneshift.reports.openapi.model import Document
from laneshift.reports.openapi.pointers import Unresolved, target_of
from laneshift.reports.openapi.references import references

LARGEST = 64 << 20
_DIALECTS = {"3.0": (3, 0), "3.1": (3, 1)}


def document(name: str, data: bytes) -> Document:
    """The document in a JSON or YAML file; `name` ends with its suffix.

    Raises `Refused`: `openapi.empty`, `openapi.too-large`, `openapi.unreadable`, `openapi.version`,
    `openapi.no-operation`, `openapi.outside` for a reference that leaves the document, `openapi.bad-ref` for one that
    leads nowhere or to itself.
    """
    if not data.strip():
        raise Refused("openapi.empty", f"{name} is empty", where=name, cure="name a file with an OpenAPI document")
    if len(data) > LARGEST:
        raise Refused("openapi.too-large", f"{name} has {len(data)} bytes, {LARGEST} are the limit", where=name)
    found = read(name, data)
    if not isinstance(found, dict):
        raise Refused("openapi.unreadable", f"{name} is no object in JSON or YAML", where=name)
    told = found.get("openapi")
    dialect = _DIALECTS.get(".".join(str(told).split(".")[:2])) if isinstance(told, str) else None
    if dialect is None:
        what = f"{name} says version {told!r}" if told is not None else f"{name} says no version of OpenAPI"
        raise Refused("openapi.version", what, where=name, why="3.0 and 3.1 can be compared")
    if not found.get("paths") and not found.get("webhooks"):
        raise Refused("openapi.no-operation", f"{name} has no path, so there is nothing to compare", where=name)
    checked(name, found)
    return Document(name, found, dialect, len(data))


def read(name: str, data: bytes) -> Any:
    """What stands in the file, with the types of JSON. Raises `Refused` (`openapi.unreadable`)."""
    suffix = name if name.lower().endswith((".json", ".yaml", ".yml")) else f"{name}.yaml"
    try:
        return instance(parsed(suffix, data))
    except (Unjudged, RecursionError, ValueError) as error:
        raise Refused("openapi.unreadable", f"{name} cannot be read: {error}"[:300], where=name) from error


def checked(name: str, found: dict[str, Any]) -> None:
    """Raise `Refused` for references that leave the document or lead nowhere."""
    known: set[str] = set()
    for keys, reference in references(found):
        place = "/".join(("#", *keys))[:300]
        if not isinstance(reference, str) or not reference.startswith("#"):
            raise Refused(
                "openapi.outside",
                f"{name} refers to {str(reference)[:200]!r}, which is not in it",
                where=f"{name} {place}",
                why="other files and the network are never read",
                cure="bundle the document into one file first",
            )
        if reference in known:
            continue
        known.add(reference)
        try:
            target = target_of(found, reference)
        except Unresolved as error:
            raise Refused("openapi.bad-ref", f"{name}: {error}", where=f"{name} {place}") from error
        if not isinstance(target, dict | bool):
            what = f"{name}: the reference {reference[:200]!r} leads to what can be no part of an interface"
            raise Refused("openapi.bad-ref", what, where=f"{name} {place}")

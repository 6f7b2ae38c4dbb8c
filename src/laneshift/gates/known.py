"""A data file whose schema is known, and what a check of it may end in besides fitting or not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from laneshift.gates.data_files import parsed
from laneshift.repo.objects import Tree

ROOT = "http://tree.invalid/"
"""The base of references between files of the tree; a name that no network has, and that nothing ever asks for."""
SHOWN = 300
_MOST_NODES = 2_000_000


class Unjudged(Exception):
    """A file has a schema, and cannot be held to it."""


@dataclass(frozen=True, slots=True)
class Known:
    """A parsed document with its bytes, and what governs it: the name of a kind, or the path of a JSON Schema."""

    path: str
    document: Any
    schema: str
    data: bytes = b""


def document_of(tree: Tree, path: str, what: str) -> Any:
    """The parsed file at `path`, an object or a boolean. Raises `Unjudged` for anything else; `what` it should be."""
    entry = tree.entry(path) if path else None
    if entry is None or not entry.is_regular:
        raise Unjudged(f"the {what} {path} is no file of the tree")
    document = parsed(path, tree.read(path))
    if not isinstance(document, dict | bool):
        raise Unjudged(f"{path} is no {what}")
    return document


def instance(document: Any) -> Any:
    """The document with the types of JSON: dates of TOML and YAML become text.

    Raises `Unjudged` for one that is too large once its aliases are written out, or that is part of itself.
    """
    pending, seen = [document], 0
    while pending:
        found = pending.pop()
        seen += 1
        if seen > _MOST_NODES:
            raise Unjudged("the document is too large once its aliases are written out, or is part of itself")
        if isinstance(found, dict):
            pending.extend(found.values())
        elif isinstance(found, list):
            pending.extend(found)
    return json.loads(json.dumps(document, default=str))


def message(error: BaseException) -> str:
    """What a validator says, in one line, with the place in the document."""
    place = "/".join(str(part) for part in getattr(error, "absolute_path", ()))
    text = " ".join(str(getattr(error, "message", "") or error).split())[:SHOWN]
    return f"{text} (at {place})" if place else text


def unjudged_cause(error: BaseException) -> Unjudged | None:
    """The `Unjudged` that an error of a library comes from, if it does."""
    return next((each for each in _causes(error) if isinstance(each, Unjudged)), None)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    seen = 0
    while error is not None and seen < SHOWN:
        yield error
        error, seen = error.__cause__ or error.__context__, seen + 1

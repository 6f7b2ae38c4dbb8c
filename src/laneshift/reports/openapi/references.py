"""Every reference of a document, and what has to stand where it leads. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Keys = tuple[str, ...]
_DATA = frozenset({"example", "examples", "default", "enum", "const", "value"})
_SCHEMAS = frozenset({"properties", "patternProperties", "dependentSchemas", "$defs", "schemas"})
_KINDS = {
    "parameters": "parameter",
    "responses": "response",
    "headers": "header",
    "requestBodies": "request-body",
    "securitySchemes": "security-scheme",
    "links": "link",
    "callbacks": "callbacks",
    "pathItems": "path-item",
    "paths": "path-item",
    "webhooks": "path-item",
}
"""What the values of these objects are, and of the list of parameters."""
_NAMES = _SCHEMAS | set(_KINDS) | {"mapping", "content", "variables", "encoding", "scopes"}
"""Objects whose keys are names that their authors chose."""


def references(document: dict[str, Any]) -> Iterator[tuple[Keys, object]]:
    """Where each reference stands, and what it says.

    Examples, defaults and what is one of several values hold data, in which `$ref` is a name.
    """
    pending: list[tuple[Keys, Any, bool]] = [((), document, False)]
    while pending:
        place, value, names = pending.pop()
        if isinstance(value, list):
            pending.extend(((*place, str(at)), each, False) for at, each in enumerate(value))
        if not isinstance(value, dict):
            continue
        if "$ref" in value and not names:
            yield place, value["$ref"]
        for key, each in value.items():
            if names or (key not in _DATA and not str(key).startswith("x-")):
                pending.append(((*place, str(key)), each, not names and key in _NAMES))


def kind_of(place: Keys) -> str:
    """What stands at a place, by its name in the published schemas: `schema`, `parameter`, `response`, ..."""
    around, above = (place[-2] if len(place) > 1 else ""), (place[-3] if len(place) > 2 else "")
    if above in _SCHEMAS:
        return "schema"
    if place and place[-1] == "requestBody" and around not in _SCHEMAS:
        return "request-body"
    if above == "callbacks":
        return "path-item"
    return _KINDS.get(around, "schema")

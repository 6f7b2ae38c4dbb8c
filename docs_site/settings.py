"""The page of all settings, from the models that read them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from laneshift.config import Settings

_HEAD = """\
# Every setting

Made from the models that read the settings of this version, so nothing is missing here: key, type, default, limits.
What they mean is told in [settings](../settings.md) and on the pages that it links.

A name in capitals, as in `lanes.NAME.paths`, is one that you choose.
"""
_LIMITS = {
    "minimum": "at least {}",
    "maximum": "at most {}",
    "exclusiveMinimum": "above {}",
    "exclusiveMaximum": "below {}",
    "minLength": "at least {} letters",
    "maxLength": "at most {} letters",
    "minItems": "at least {} of them",
    "maxItems": "at most {} of them",
    "pattern": "like `{}`",
}

Row = tuple[str, str, str, str]
"""Key, type, default and limits; the default is empty where the key has to be given."""


def page() -> str:
    """Every key below its section, as Markdown."""
    schema = Settings.model_json_schema()
    top, sections = [], []
    for name, each in schema["properties"].items():
        inner = _table_of(each, schema)
        if inner is None:
            top.append((name, *_plain(each, schema)))
            continue
        path = name + (".NAME" if inner[1] else "")
        words = " ".join(inner[0].get("description", "").replace("\n\n", " ").split())
        rows = _told(rows_of(inner[0], schema, path))
        sections.append(f"## {path}\n\n{re.sub('[<>]', lambda found: chr(92) + found[0], words)}\n\n{rows}")
    return "\n".join((_HEAD, "## At the top\n", _told(top), *sections))


def rows_of(table: dict[str, Any], schema: dict[str, Any], path: str = "") -> Iterator[Row]:
    """Every key below a table of the JSON schema, in the order of the models."""
    for name, each in table.get("properties", {}).items():
        key = f"{path}.{name}" if path else name
        inner = _table_of(each, schema)
        if inner is None:
            yield (key, *_plain(each, schema))
        else:
            # Gates that are commands stand beside the others, by names of their own.
            inside = key.replace("gates.commands", "gates") + (".NAME" if inner[1] else "")
            yield from rows_of(inner[0], schema, inside)


def every_key() -> dict[str, str]:
    """Every key of the settings with its default as TOML writes it; `.NAME` stands for names that people choose."""
    schema = Settings.model_json_schema()
    return {key: default for key, _, default, _ in rows_of(schema, schema)}


def _table_of(each: dict[str, Any], schema: dict[str, Any]) -> tuple[dict[str, Any], bool] | None:
    """The table that a property is, and whether it is one of many with names of their own."""
    if "$ref" in each:
        found = schema["$defs"][each["$ref"].rpartition("/")[2]]
        return (found, False) if "properties" in found else None
    for kind in each.get("anyOf", ()):
        optional = _table_of(kind, schema)
        if optional:
            return optional
    more = each.get("additionalProperties") or next(iter(each.get("patternProperties", {}).values()), None)
    inner = _table_of(more, schema) if isinstance(more, dict) else None
    return (inner[0], True) if inner else None


def _plain(each: dict[str, Any], schema: dict[str, Any]) -> tuple[str, str, str]:
    kinds = [_resolved(kind, schema) for kind in each.get("anyOf", [_resolved(each, schema)])]
    kinds = [kind for kind in kinds if kind.get("type") != "null"]
    default = each.get("default")
    if "default" in each:
        shown = "none" if default in (None, "", [], {}) and default is not False else f"`{json.dumps(default)}`"
    else:
        shown = ""
    return " or ".join(_kind(kind, schema) for kind in kinds), shown, "; ".join(_limits({**kinds[0], **each}))


def _resolved(each: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    return schema["$defs"][each["$ref"].rpartition("/")[2]] if "$ref" in each else each


def _kind(each: dict[str, Any], schema: dict[str, Any]) -> str:
    if "const" in each or "enum" in each:
        return " or ".join(f"`{json.dumps(word)}`" for word in each.get("enum", [each.get("const")]))
    kind = str(each.get("type", "any"))
    if kind == "array":
        inner = _resolved(each.get("items", {}), schema)
        return f"list of {_kind(inner, schema)}" if inner else "list"
    if kind == "object":
        return "table"
    return {"integer": "whole number", "string": "text", "boolean": "true or false"}.get(kind, kind)


def _limits(each: dict[str, Any]) -> Iterator[str]:
    for name, words in _LIMITS.items():
        if name in each:
            one = each[name] == 1 and name.startswith("min") and name != "minimum"
            yield "not empty" if one else words.format(each[name])


def _told(rows: Any) -> str:
    lines = [f"| `{key}` | {kind} | {default or 'has to be given'} | {limits} |" for key, kind, default, limits in rows]
    told = "\n".join(line.replace(" |  |", " | |") for line in lines)
    return f"| key | type | default | limits |\n| --- | --- | --- | --- |\n{_bars(told)}\n"


def _bars(text: str) -> str:
    """Bars inside code would end the cell of a table."""
    return re.sub(r"`[^`\n]*`", lambda found: found[0].replace("|", "\\|"), text)

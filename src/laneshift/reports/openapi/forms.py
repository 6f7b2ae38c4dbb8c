"""Schemas as unions of plain conjunctions, so that two spellings of one meaning are one form. Pure.

`allOf` is merged, `anyOf` and `oneOf` become branches, a list of types one branch for each, `nullable` a branch of its
own. What cannot be merged exactly is kept under its keyword and compared as a whole.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from laneshift.reports.openapi.pointers import target_of

Branch = dict[str, Any]
"""Keywords of one alternative; `type` is one name or absent for any, and `_from` the last reference on the way."""

MOST_BRANCHES = 200
ANNOTATIONS = frozenset(
    [
        "title",
        "description",
        "default",
        "example",
        "examples",
        "deprecated",
        "readOnly",
        "writeOnly",
        "externalDocs",
        "xml",
        "$comment",
        "discriminator",
        "$id",
        "$schema",
        "$anchor",
        "$defs",
        "definitions",
        "nullable",
    ]
)
_UNIONS = ("anyOf", "oneOf")


class TooWide(ValueError):
    """A schema has more alternatives than can be compared."""


def branches(schema: Any, document: Mapping[str, Any], dialect: tuple[int, int]) -> list[Branch]:
    """The alternatives of a schema, none for one that nothing fits. Raises `TooWide`."""
    found = [part for each in _expanded(schema, document, dialect, frozenset()) for part in _by_type(each)]
    return list({text(each): each for each in found}.values())


def text(value: Any) -> str:
    """The same text for the same JSON, whatever the order of its keys."""
    return json.dumps(value, sort_keys=True, default=str)


def _expanded(schema: Any, document: Mapping[str, Any], dialect: tuple[int, int], seen: frozenset[str]) -> list[Branch]:
    if isinstance(schema, bool):
        return [{}] if schema else []
    if not isinstance(schema, dict):
        return [{}]
    found: list[Branch] = [{}]
    reference = schema.get("$ref")
    if isinstance(reference, str):
        # A schema that is one of its own alternatives adds nothing to the others.
        if reference in seen:
            return []
        inner = _expanded(target_of(document, reference), document, dialect, seen | {reference})
        found = [{"_from": reference, **each} for each in inner]
        if dialect < (3, 1):
            return found
    found = _met(found, [own] if (own := _own(schema, dialect)) else [{}])
    for member in schema.get("allOf", ()):
        # A part that the whole is a part of asks for nothing more.
        if not (isinstance(member, dict) and member.get("$ref") in seen):
            found = _met(found, _expanded(member, document, dialect, seen))
    for union in _UNIONS:
        if union in schema:
            parts = [part for member in schema[union] for part in _expanded(member, document, dialect, seen)]
            found = _met(found, parts)
    if dialect < (3, 1) and schema.get("nullable") is True:
        found = [*found, {"type": "null"}]
    return found


def _own(schema: Mapping[str, Any], dialect: tuple[int, int]) -> Branch:
    own = {key: value for key, value in schema.items() if key not in ANNOTATIONS and not key.startswith("x-")}
    for key in ("$ref", "allOf", *_UNIONS):
        own.pop(key, None)
    if "const" in own:
        own["enum"] = [own.pop("const")]
    if isinstance(own.get("enum"), list) and dialect < (3, 1) and schema.get("nullable") is True:
        own["enum"] = [each for each in own["enum"] if each is not None]
    return _with_bounds(own)


def _with_bounds(found: Branch) -> Branch:
    """Lower and upper bounds as [number, whether it is excluded], in one form for both dialects."""
    bounded = dict(found)
    for side, plain, excluded in (("lower", "minimum", "exclusiveMinimum"), ("upper", "maximum", "exclusiveMaximum")):
        told, more = bounded.pop(plain, None), bounded.pop(excluded, None)
        limits = [[told, more is True]] if _is_number(told) else []
        limits += [[more, True]] if _is_number(more) else []
        if limits:
            bounded[side] = _BOUNDS[side](*limits, limits[0])
    for least in ("minLength", "minItems", "minProperties"):
        if bounded.get(least) == 0:
            del bounded[least]
    if bounded.get("uniqueItems") is False:
        del bounded["uniqueItems"]
    return bounded


def _by_type(found: Branch) -> Iterable[Branch]:
    types, values = found.get("type"), found.get("enum")
    if types is None and not isinstance(values, list):
        yield found
        return
    names = types if isinstance(types, list) else [types] if types is not None else []
    if isinstance(values, list):
        names = sorted({_type_of(value, names) for value in values} - {""})
    for name in names:
        part = {**found, "type": name}
        if isinstance(values, list):
            part["enum"] = [value for value in values if _type_of(value, names) == name]
            part.pop("format", None)
        yield {"type": "null"} if name == "null" else part


def _type_of(value: Any, allowed: list[str]) -> str:
    """The name of a value's type among those that are allowed; empty where none of them fits."""
    if isinstance(value, bool):
        names = ["boolean"]
    elif isinstance(value, int) or (isinstance(value, float) and value.is_integer()):
        names = ["integer", "number"]
    else:
        kinds = {float: "number", str: "string", list: "array", dict: "object", type(None): "null"}
        names = [kinds.get(type(value), "")]
    return next((name for name in names if not allowed or name in allowed), "")


def _met(left: list[Branch], right: list[Branch]) -> list[Branch]:
    if len(left) * len(right) > MOST_BRANCHES:
        raise TooWide
    return [met for one in left for other in right if (met := _meet(one, other)) is not None]


def _meet(left: Branch, right: Branch) -> Branch | None:
    """What fits both; None where nothing does."""
    if not left or not right:
        return left or right
    met: Branch = {}
    for key in {**left, **right}:
        if key in left and key in right:
            value = left[key] if left[key] == right[key] else _both(key, left[key], right[key])
            if value is None:
                return None
            met[key] = value
        else:
            met[key] = left.get(key, right.get(key))
    return _with_properties(met, left, right)


def _both(key: str, one: Any, other: Any) -> Any:
    """One value for a keyword that both have; None where nothing fits both."""
    if key == "_from":
        return other
    if key == "type":
        return _types(one, other)
    if key == "enum":
        return [value for value in one if value in other] or None
    if key == "required":
        return sorted({*one, *other})
    if key in _BOUNDS:
        return _BOUNDS[key](one, other)
    if key in _TIGHTEST and _is_number(one) and _is_number(other):
        return _TIGHTEST[key](one, other)
    if key in _SCHEMAS and (one is False or other is False):
        return False
    if key in _SCHEMAS:
        return {"allOf": [one, other]}
    if key in ("properties", "patternProperties"):
        return {name: _either(name, one, other) for name in {**one, **other}}
    if key == "uniqueItems":
        return bool(one or other)
    return {"&": sorted([one, other], key=text)}


def _either(name: str, one: Mapping[str, Any], other: Mapping[str, Any]) -> Any:
    if name in one and name in other:
        return one[name] if one[name] == other[name] else {"allOf": [one[name], other[name]]}
    return one.get(name, other.get(name))


def _types(one: Any, other: Any) -> Any:
    left, right = ([each] if isinstance(each, str) else list(each) for each in (one, other))
    kept = [name for name in left if name in right or (name == "integer" and "number" in right)]
    kept += [name for name in right if name == "integer" and "number" in left and name not in kept]
    return (kept[0] if len(kept) == 1 else kept) if kept else None


def _with_properties(met: Branch, left: Branch, right: Branch) -> Branch:
    """What one part says of other properties holds for those that only the other part names."""
    for one, other in ((left, right), (right, left)):
        more = one.get("additionalProperties", True)
        if more is True or "properties" not in other:
            continue
        if one.get("patternProperties"):
            met["&additionalProperties"] = [text(one), text(other)]
            continue
        named = {name for name in other["properties"] if name not in one.get("properties", {})}
        closed = {name: {"allOf": [other["properties"][name], more]} if more else False for name in named}
        met["properties"] = {**met.get("properties", {}), **closed}
    return met


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _lower(*limits: Any) -> Any:
    return max(limits, key=lambda each: (each[0], each[1]))


def _upper(*limits: Any) -> Any:
    return min(limits, key=lambda each: (each[0], not each[1]))


_BOUNDS: dict[str, Callable[..., Any]] = {"lower": _lower, "upper": _upper}
_SCHEMAS = ("items", "additionalProperties", "propertyNames")
_TIGHTEST: dict[str, Any] = {
    **dict.fromkeys(("minLength", "minItems", "minProperties"), max),
    **dict.fromkeys(("maxLength", "maxItems", "maxProperties"), min),
}

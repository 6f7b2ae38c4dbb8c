"""What each keyword of two alternatives of a schema says of the other: narrower, wider, other, unknown. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from laneshift.reports.openapi.forms import Branch, text
from laneshift.reports.openapi.model import Finding, Kind, Relation, Side, change

_SHOWN = 5
_COUNTS = (
    ("minLength", "string", True),
    ("maxLength", "string", False),
    ("minItems", "array", True),
    ("maxItems", "array", False),
    ("minProperties", "object", True),
    ("maxProperties", "object", False),
)
_FORMATS = {
    ("int32", "int64"): Relation.WIDER,
    ("int64", "int32"): Relation.NARROWER,
    ("float", "double"): Relation.WIDER,
    ("double", "float"): Relation.NARROWER,
}
_KNOWN_FORMATS = frozenset(
    [
        "int32",
        "int64",
        "float",
        "double",
        "byte",
        "binary",
        "date",
        "date-time",
        "time",
        "duration",
        "email",
        "idn-email",
        "hostname",
        "idn-hostname",
        "ipv4",
        "ipv6",
        "uri",
        "uri-reference",
        "iri",
        "iri-reference",
        "uuid",
        "uri-template",
        "json-pointer",
        "relative-json-pointer",
        "regex",
    ]
)
_HINTS = frozenset({"password"})
"""Formats that say how a value is shown and not what it is."""
_MODELLED = frozenset(
    [
        "type",
        "enum",
        "format",
        "pattern",
        "multipleOf",
        "lower",
        "upper",
        "uniqueItems",
        "items",
        "prefixItems",
        "properties",
        "required",
        "additionalProperties",
        "patternProperties",
        "propertyNames",
    ]
) | {name for name, _, _ in _COUNTS}
_ASSERTIONS = frozenset(
    [
        "not",
        "contains",
        "minContains",
        "maxContains",
        "dependentRequired",
        "dependentSchemas",
        "dependencies",
        "unevaluatedProperties",
        "unevaluatedItems",
        "contentEncoding",
        "contentMediaType",
        "contentSchema",
    ]
)
"""Keywords that can only take values away: which ones they take is not looked at."""
_CONDITIONS = ("if", "then", "else")


def plain(old: Branch, new: Branch, side: Side, where: str) -> Iterator[Finding]:
    """What changed in the keywords that hold no schemas. Nothing more is said where the type is another one."""
    kind = _type(old, new)
    if kind is not None:
        told = f"type is {new.get('type', 'any')}, was {old.get('type', 'any')}"
        yield change(kind, side, "type", where, told)
        if kind is Relation.OTHER:
            return
    yield from _enum(old, new, side, where)
    yield from _format(old, new, side, where)
    yield from _bounds(old, new, side, where)
    yield from _counts(old, new, side, where)
    yield from _pattern(old, new, side, where)
    yield from _multiple(old, new, side, where)
    if bool(old.get("uniqueItems")) != bool(new.get("uniqueItems")):
        relation = Relation.NARROWER if new.get("uniqueItems") else Relation.WIDER
        yield change(
            relation, side, "unique", where, "items have to differ" if new.get("uniqueItems") else "may repeat"
        )
    yield from _rest(old, new, side, where)


def same_type(old: Branch, new: Branch) -> bool:
    """Whether it makes sense to compare what follows from the type."""
    return _type(old, new) is not Relation.OTHER


def _type(old: Branch, new: Branch) -> Relation | None:
    before, after = old.get("type"), new.get("type")
    if before == after:
        return None
    if after is None or (before, after) == ("integer", "number"):
        return Relation.WIDER
    if before is None or (before, after) == ("number", "integer"):
        return Relation.NARROWER
    return Relation.OTHER


def _enum(old: Branch, new: Branch, side: Side, where: str) -> Iterator[Finding]:
    before, after = old.get("enum"), new.get("enum")
    if not isinstance(before, list) and not isinstance(after, list):
        return
    if not isinstance(before, list):
        yield change(Relation.NARROWER, side, "enum.added", where, f"only {_some(after or [])} may be", Kind.ADDED)
        return
    if not isinstance(after, list):
        yield change(Relation.WIDER, side, "enum.removed", where, f"was one of {_some(before)}", Kind.REMOVED)
        return
    gone = [value for value in before if text(value) not in {text(each) for each in after}]
    more = [value for value in after if text(value) not in {text(each) for each in before}]
    if gone:
        yield change(Relation.NARROWER, side, "enum.value-removed", where, f"no longer {_some(gone)}", Kind.REMOVED)
    if more:
        yield change(Relation.WIDER, side, "enum.value-added", where, f"also {_some(more)}", Kind.ADDED)


def _format(old: Branch, new: Branch, side: Side, where: str) -> Iterator[Finding]:
    before, after = (None if each.get("format") in _HINTS else each.get("format") for each in (old, new))
    if before == after or (isinstance(old.get("enum"), list) and isinstance(new.get("enum"), list)):
        return
    known = all(each is None or (isinstance(each, str) and each in _KNOWN_FORMATS) for each in (before, after))
    if not known:
        relation = Relation.UNKNOWN
    elif before is None:
        relation = Relation.NARROWER
    elif after is None:
        relation = Relation.WIDER
    else:
        relation = _FORMATS.get((before, after), Relation.OTHER)
    yield change(relation, side, "format", where, f"format is {_value(after)}, was {_value(before)}")


def _bounds(old: Branch, new: Branch, side: Side, where: str) -> Iterator[Finding]:
    whole = old.get("type") == new.get("type") == "integer"
    for name, sign in (("lower", 1), ("upper", -1)):
        before, after = (_tight(each.get(name), sign, whole) for each in (old, new))
        if before == after:
            continue
        if (before is not None and not before) or (after is not None and not after):
            relation = Relation.UNKNOWN
        elif before is None or (after is not None and after > before):
            relation = Relation.NARROWER
        else:
            relation = Relation.WIDER
        told = f"{name} bound is {_bound(new.get(name))}, was {_bound(old.get(name))}"
        yield change(relation, side, f"{name}-bound", where, told)


def _tight(bound: Any, sign: int, whole: bool) -> tuple[float, bool] | tuple[()] | None:
    """A bound so that a larger one is tighter; empty for one that cannot be compared."""
    if bound is None:
        return None
    if not isinstance(bound, list):
        return ()
    value, excluded = bound
    if whole and isinstance(value, int):
        return (sign * value + 1 if excluded else sign * value, False)
    return (sign * value, excluded)


def _counts(old: Branch, new: Branch, side: Side, where: str) -> Iterator[Finding]:
    for name, _, least in _COUNTS:
        before, after = old.get(name), new.get(name)
        if before == after:
            continue
        tighter = before is None or (after is not None and (after > before if least else after < before))
        told = f"{name} is {_value(after)}, was {_value(before)}"
        yield change(Relation.NARROWER if tighter else Relation.WIDER, side, _dashed(name), where, told)


def _pattern(old: Branch, new: Branch, side: Side, where: str) -> Iterator[Finding]:
    before, after = old.get("pattern"), new.get("pattern")
    if before != after:
        told = f"pattern is {_value(after)}, was {_value(before)}"
        yield change(_one_sided(before, after), side, "pattern", where, told)


def _multiple(old: Branch, new: Branch, side: Side, where: str) -> Iterator[Finding]:
    before, after = old.get("multipleOf"), new.get("multipleOf")
    if before == after:
        return
    relation = _one_sided(before, after)
    if isinstance(before, int) and isinstance(after, int) and before > 0 and after > 0:
        relation = Relation.NARROWER if after % before == 0 else Relation.OTHER
        relation = Relation.WIDER if before % after == 0 else relation
    yield change(relation, side, "multiple-of", where, f"a multiple of {_value(after)}, was {_value(before)}")


def _rest(old: Branch, new: Branch, side: Side, where: str) -> Iterator[Finding]:
    """Keywords of which is only known whether they take values away, and those of which nothing is known."""
    keys = {key for key in {**old, **new} if key not in _MODELLED and not key.startswith("_")}
    if any(key in keys for key in _CONDITIONS):
        had, has = ({key: each[key] for key in _CONDITIONS if key in each} for each in (old, new))
        if text(had) != text(has):
            yield change(_one_sided(had or None, has or None), side, "condition", where, "a condition changed")
    for key in sorted(keys.difference(_CONDITIONS)):
        before, after = old.get(key), new.get(key)
        if text(before) == text(after):
            continue
        relation = _one_sided(before, after) if key in _ASSERTIONS else Relation.UNKNOWN
        yield change(relation, side, "keyword", where, f"{key.lstrip('&')} changed, which is not looked into")


def _one_sided(before: Any, after: Any) -> Relation:
    if before is None:
        return Relation.NARROWER
    return Relation.WIDER if after is None else Relation.UNKNOWN


def _value(value: Any) -> str:
    return "none" if value is None else str(value)[:60]


def _some(values: Sequence[Any]) -> str:
    shown = ", ".join(text(value)[:60] for value in values[:_SHOWN])
    return shown if len(values) <= _SHOWN else f"{shown} and {len(values) - _SHOWN} more"


def _bound(bound: Any) -> str:
    if not isinstance(bound, list):
        return _value(bound)
    return f"{bound[0]}, excluded" if bound[1] else str(bound[0])


def _dashed(name: str) -> str:
    return re.sub("[A-Z]", lambda found: f"-{found[0].lower()}", name)

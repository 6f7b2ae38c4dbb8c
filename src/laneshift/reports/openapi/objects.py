"""What changed in the parts of objects and arrays, by who sends them. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from laneshift.reports.openapi.forms import Branch, text
from laneshift.reports.openapi.model import Document, Finding, Found, Kind, Pair, Relation, Side, Verdict, change
from laneshift.reports.openapi.pointers import plain

_HIDDEN = {Side.REQUEST: "readOnly", Side.RESPONSE: "writeOnly"}
_OPEN: tuple[object, ...] = (True, {})


@dataclass(frozen=True, slots=True)
class Fields:
    """The properties of an object that its sender sends. `more` is what others may be: True, False or a schema."""

    named: Mapping[str, Any]
    required: frozenset[str]
    more: Any


def fields(branch: Branch, side: Side, document: Document) -> Fields:
    """The properties of one alternative on one side. A property that nothing fits is one that may not be there."""
    told = branch.get("properties", {})
    hidden = {name for name, each in told.items() if _says(each, _HIDDEN[side], document)}
    kept = {name: each for name, each in told.items() if name not in hidden and each is not False}
    more = branch.get("additionalProperties", True)
    required = frozenset(name for name in branch.get("required", ()) if name not in hidden)
    return Fields(kept, required, True if more in _OPEN else more)


def parts(old: Branch, new: Branch, side: Side, where: str, documents: tuple[Document, Document]) -> Iterator[Found]:
    """What changed in properties and items, and the pairs of schemas that are to be compared."""
    before, after = (fields(each, side, document) for each, document in zip((old, new), documents, strict=True))
    for name in {**before.named, **after.named}:
        place = f"{where}.{name}"
        if name in before.named and name in after.named:
            yield Pair(before.named[name], after.named[name], side, place)
        elif name in after.named:
            yield from _added(name, before, after, side, place)
        else:
            yield from _removed(name, before, after, side, place)
    yield from _required(before, after, side, where)
    yield from _more(before, after, side, where)
    yield from _patterns(old, new, side, where)
    yield from _items(old, new, side, where)


def _added(name: str, before: Fields, after: Fields, side: Side, place: str) -> Iterator[Found]:
    needed = name in after.required
    if side is Side.REQUEST and needed and name not in before.required:
        yield Finding(Verdict.BREAKING, Kind.ADDED, "request.property-required", place, "a required field is new")
        return
    if before.more is False:
        told = "a field is new where none was expected"
        yield change(Relation.WIDER, side, "property-added", place, told, Kind.ADDED)
        return
    yield Finding(Verdict.SAFE, Kind.ADDED, f"{side}.property-added", place, "a field is new")
    if before.more is not True:
        yield Pair(before.more, after.named[name], side, place)


def _removed(name: str, before: Fields, after: Fields, side: Side, place: str) -> Iterator[Found]:
    if side is Side.RESPONSE or after.more is False:
        yield Finding(Verdict.BREAKING, Kind.REMOVED, f"{side}.property-removed", place, "a field is gone")
        return
    yield Finding(Verdict.SAFE, Kind.REMOVED, f"{side}.property-removed", place, "a field is no longer looked at")
    if after.more is not True:
        yield Pair(before.named[name], after.more, side, place)


def _required(before: Fields, after: Fields, side: Side, where: str) -> Iterator[Finding]:
    for name in sorted(before.required ^ after.required):
        place, now = f"{where}.{name}", name in after.required
        # What is new or gone altogether was told already.
        if name in (after.named if now else before.named) and name not in (before.named if now else after.named):
            continue
        told = "has to be there now" if now else "need not be there any more"
        yield change(Relation.NARROWER if now else Relation.WIDER, side, "required", place, told)


def _more(before: Fields, after: Fields, side: Side, where: str) -> Iterator[Found]:
    if text(before.more) == text(after.more) and isinstance(before.more, bool):
        return
    if isinstance(before.more, bool) and isinstance(after.more, bool):
        told = "other fields may be there" if after.more else "no other fields may be there"
        relation = Relation.WIDER if after.more else Relation.NARROWER
        yield change(relation, side, "additional-properties", where, told)
        return
    yield Pair(before.more, after.more, side, f"{where}.*")


def _patterns(old: Branch, new: Branch, side: Side, where: str) -> Iterator[Found]:
    before, after = old.get("patternProperties", {}), new.get("patternProperties", {})
    for pattern in {**before, **after}:
        place = f"{where}.[{pattern}]"
        if pattern in before and pattern in after:
            yield Pair(before[pattern], after[pattern], side, place)
            continue
        relation = Relation.UNKNOWN
        if old.get("additionalProperties", True) is True and new.get("additionalProperties", True) is True:
            relation = Relation.NARROWER if pattern in after else Relation.WIDER
        kind = Kind.ADDED if pattern in after else Kind.REMOVED
        yield change(relation, side, "pattern-properties", place, "fields of these names changed", kind)
    if text(old.get("propertyNames", True)) != text(new.get("propertyNames", True)):
        yield Pair(old.get("propertyNames", True), new.get("propertyNames", True), side, f"{where} · names of fields")


def _items(old: Branch, new: Branch, side: Side, where: str) -> Iterator[Found]:
    before, after = old.get("prefixItems", []), new.get("prefixItems", [])
    if isinstance(before, list) and isinstance(after, list):
        for at, (one, other) in enumerate(zip(before, after, strict=False)):
            yield Pair(one, other, side, f"{where}[{at}]")
    if not isinstance(before, list) or not isinstance(after, list) or len(before) != len(after):
        yield change(Relation.UNKNOWN, side, "prefix-items", where, "the first items are others")
    if "items" in old or "items" in new:
        yield Pair(old.get("items", True), new.get("items", True), side, f"{where}[]")


def _says(schema: Any, keyword: str, document: Document) -> bool:
    found = plain(document.data, schema)
    if not isinstance(found, dict):
        return False
    beside = schema.get(keyword) if isinstance(schema, dict) and document.dialect >= (3, 1) else None
    return found.get(keyword) is True or beside is True or _by_part(found, keyword, document)


def _by_part(found: Mapping[str, Any], keyword: str, document: Document) -> bool:
    members = found.get("allOf", ())
    return any(isinstance(each, dict) and plain(document.data, each).get(keyword) is True for each in members)

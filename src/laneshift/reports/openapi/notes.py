"""What a schema says besides which values fit: defaults, discriminators, being deprecated. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from laneshift.reports.openapi.forms import text
from laneshift.reports.openapi.model import Document, Finding, Kind, Pair, Relation, Side, Verdict, change
from laneshift.reports.openapi.pointers import plain

_NONE = object()
_DEPTH = 20


def compare(pair: Pair, documents: tuple[Document, Document]) -> Iterator[Finding]:
    """What changed in the annotations that matter to clients."""
    yield from _default(pair, documents)
    yield from _discriminator(pair, documents)
    before, after = _both(pair, documents, "deprecated")
    if after is True and before is not True:
        yield Finding(Verdict.SAFE, Kind.CHANGED, f"{pair.side}.deprecated", pair.where, "is deprecated now")
    before, after = _both(pair, documents, "xml")
    if _differ(before, after):
        yield change(Relation.UNKNOWN, pair.side, "xml", pair.where, "is written otherwise in XML")
    kinds = [_unions(schema, document) for schema, document in zip((pair.old, pair.new), documents, strict=True)]
    if kinds == ["anyOf", "oneOf"]:
        told = "exactly one alternative has to fit, where any number could"
        yield change(Relation.UNKNOWN, pair.side, "one-of", pair.where, told)


def _default(pair: Pair, documents: tuple[Document, Document]) -> Iterator[Finding]:
    before, after = _both(pair, documents, "default")
    if not _differ(before, after):
        return
    if pair.side is Side.RESPONSE:
        yield Finding(Verdict.SAFE, Kind.CHANGED, "response.default", pair.where, "the default changed")
        return
    verdict = Verdict.UNSURE if before is _NONE else Verdict.BREAKING
    told = f"what counts when it is left out is {_shown(after)}, was {_shown(before)}"
    yield Finding(verdict, Kind.CHANGED, "request.default", pair.where, told)


def _discriminator(pair: Pair, documents: tuple[Document, Document]) -> Iterator[Finding]:
    before, after = _both(pair, documents, "discriminator")
    if not _differ(before, after):
        return
    if not isinstance(before, dict) or not isinstance(after, dict):
        told = "a discriminator is new" if before is _NONE else "the discriminator is gone"
        yield change(Relation.UNKNOWN, pair.side, "discriminator", pair.where, told)
        return
    if before.get("propertyName") != after.get("propertyName"):
        told = f"alternatives are told apart by {after.get('propertyName')}, was {before.get('propertyName')}"
        yield change(Relation.OTHER, pair.side, "discriminator", pair.where, told)
    old, new = _mapping(before), _mapping(after)
    for name in sorted({*old, *new}):
        if name in old and name in new:
            if old[name] != new[name]:
                told = f"{name} means {new[name]}, was {old[name]}"
                yield change(Relation.OTHER, pair.side, "discriminator-mapping", pair.where, told)
            continue
        relation, kind = (Relation.WIDER, Kind.ADDED) if name in new else (Relation.NARROWER, Kind.REMOVED)
        told = f"{name} {'is a new' if name in new else 'is no longer a'} value that tells alternatives apart"
        yield change(relation, pair.side, "discriminator-value", pair.where, told, kind)


def _mapping(discriminator: Mapping[str, Any]) -> dict[str, str]:
    told = discriminator.get("mapping")
    return {name: str(target).rpartition("/")[2] for name, target in told.items()} if isinstance(told, dict) else {}


def _both(pair: Pair, documents: tuple[Document, Document], keyword: str) -> tuple[Any, Any]:
    old, new = documents
    return _said(pair.old, old, keyword, 0), _said(pair.new, new, keyword, 0)


def _said(schema: Any, document: Document, keyword: str, depth: int) -> Any:
    """What a schema says under a keyword: itself, by reference, or by a part of it."""
    if not isinstance(schema, dict) or depth > _DEPTH:
        return _NONE
    beside = "$ref" not in schema or document.dialect >= (3, 1)
    if beside and keyword in schema:
        return schema[keyword]
    if "$ref" in schema:
        found = _said(plain(document.data, schema), document, keyword, depth + 1)
        if found is not _NONE or not beside:
            return found
    parts = (_said(each, document, keyword, depth + 1) for each in schema.get("allOf", ()))
    return next((found for found in parts if found is not _NONE), _NONE)


def _unions(schema: Any, document: Document) -> str:
    found = plain(document.data, schema)
    if not isinstance(found, dict):
        return ""
    return next((key for key in ("anyOf", "oneOf") if len(found.get(key, ())) > 1), "")


def _differ(before: Any, after: Any) -> bool:
    if before is _NONE or after is _NONE:
        return before is not after
    return text(before) != text(after)


def _shown(value: Any) -> str:
    return "nothing" if value is _NONE else text(value)[:60]

"""What changed in the parameters of an operation. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from laneshift.reports.openapi.contents import Room, contents
from laneshift.reports.openapi.model import Finding, Found, Kind, Pair, Relation, Side, Verdict, change
from laneshift.reports.openapi.pointers import plain

_STYLES = {"query": "form", "cookie": "form", "path": "simple", "header": "simple"}
_IGNORED = frozenset({"accept", "content-type", "authorization"})
"""Headers that a description may not describe as parameters."""
Named = Mapping[tuple[str, str], Mapping[str, Any]]


def parameters(item: Any, operation: Any, document: Mapping[str, Any], names: Sequence[str]) -> Named:
    """The parameters of an operation by (in, name), with those of its path. A path's own go by their position."""
    found: dict[tuple[str, str], Mapping[str, Any]] = {}
    for each in [*item.get("parameters", ()), *operation.get("parameters", ())]:
        told = plain(document, each)
        place, name = str(told.get("in")), str(told.get("name"))
        if place == "header" and name.lower() in _IGNORED:
            continue
        if place == "path" and name in names:
            found[place, f"{{{names.index(name)}}}"] = told
        else:
            found[place, name.lower() if place == "header" else name] = told
    return found


def compare(old: Named, new: Named, room: Room) -> Iterator[Found]:
    """What changed between two sets of parameters, which `room.side` sends."""
    for key in {**old, **new}:
        told = new.get(key, old.get(key, {}))
        where = f"{room.where} · {key[0]} parameter {told.get('name')}"
        if key in old and key in new:
            yield from _both(old[key], new[key], room.at(where))
        elif room.side is Side.RESPONSE:
            kind = Kind.ADDED if key in new else Kind.REMOVED
            verdict = Verdict.SAFE if key in new else Verdict.BREAKING
            yield Finding(verdict, kind, f"response.parameter-{kind}", where, f"a parameter is {kind}")
        elif key in new:
            yield _added(key, told, old, where)
        elif not any(name == key[1] and place != key[0] and (place, name) in new for place, name in new):
            what = "a parameter is no longer looked at"
            yield Finding(Verdict.SAFE, Kind.REMOVED, "request.parameter-removed", where, what)


def _added(key: tuple[str, str], told: Mapping[str, Any], old: Named, where: str) -> Finding:
    moved = next((place for place, name in old if name == key[1] and place != key[0]), "")
    if moved:
        what = f"it was sent in {moved}, and is expected in {key[0]}"
        return Finding(Verdict.BREAKING, Kind.CHANGED, "request.parameter-moved", where, what)
    if told.get("required") is True:
        what = "a required parameter is new"
        return Finding(Verdict.BREAKING, Kind.ADDED, "request.parameter-required-added", where, what)
    return Finding(Verdict.SAFE, Kind.ADDED, "request.parameter-added", where, "an optional parameter is new")


def _both(old: Mapping[str, Any], new: Mapping[str, Any], room: Room) -> Iterator[Found]:
    before, after = old.get("required") is True, new.get("required") is True
    if before != after:
        relation, told = (Relation.NARROWER, "is required now") if after else (Relation.WIDER, "is optional now")
        yield change(relation, room.side, "parameter-required", room.where, told)
    if new.get("deprecated") is True and old.get("deprecated") is not True:
        yield Finding(Verdict.SAFE, Kind.CHANGED, f"{room.side}.deprecated", room.where, "is deprecated now")
    yield from _written(old, new, room)
    for flag in ("allowReserved", "allowEmptyValue"):
        one, other = old.get(flag) is True, new.get(flag) is True
        if one != other:
            relation = Relation.WIDER if other else Relation.NARROWER
            yield change(relation, room.side, "parameter-characters", room.where, f"{flag} is {str(other).lower()}")
    if ("content" in old) != ("content" in new):
        yield change(Relation.UNKNOWN, room.side, "parameter-form", room.where, "its value is written in another way")
    elif "content" in old:
        yield from contents(old, new, room)
    else:
        yield Pair(old.get("schema", True), new.get("schema", True), room.side, room.where)


def _written(old: Mapping[str, Any], new: Mapping[str, Any], room: Room) -> Iterator[Finding]:
    styles = [each.get("style", _STYLES.get(str(each.get("in")), "simple")) for each in (old, new)]
    if styles[0] != styles[1]:
        yield change(Relation.OTHER, room.side, "parameter-style", room.where, f"style is {styles[1]}, was {styles[0]}")
    spread = [each.get("explode", style == "form") for each, style in zip((old, new), styles, strict=True)]
    if spread[0] == spread[1] or styles[0] != styles[1]:
        return
    told = f"explode is {str(spread[1]).lower()}, was {str(spread[0]).lower()}"
    plain_value = all(
        _is_scalar(plain(room.documents[at].data, each.get("schema"))) for at, each in enumerate((old, new))
    )
    verdict = Verdict.SAFE if plain_value else Verdict.BREAKING
    yield Finding(verdict, Kind.CHANGED, f"{room.side}.parameter-explode", room.where, told)


def _is_scalar(schema: Any) -> bool:
    """Whether values have no parts, so that there is nothing to spread."""
    return isinstance(schema, dict) and schema.get("type") in ("string", "integer", "number", "boolean")

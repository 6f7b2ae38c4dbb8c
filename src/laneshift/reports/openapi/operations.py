"""What changed in paths, operations, callbacks and webhooks. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from laneshift.reports.openapi import parameters, security
from laneshift.reports.openapi.contents import Room, body, responses
from laneshift.reports.openapi.model import Finding, Found, Kind, Side, Verdict
from laneshift.reports.openapi.servers import servers

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_NAME = re.compile(r"\{([^{}]*)\}")
Operation = tuple[str, Iterator[Found]]
"""The name of an operation, and what is found about it."""


def operations(room: Room) -> Iterator[Operation]:
    """Every operation of both documents, by path and method. `/a/{x}` and `/a/{y}` are the same path."""
    before, after = ({_shape(path): path for path in each.data.get("paths") or {}} for each in room.documents)
    old, new = (each.data.get("paths") or {} for each in room.documents)
    for shape in {**before, **after}:
        had, has = before.get(shape), after.get(shape)
        path = has if has is not None else had
        one = old[had] if had is not None else {}
        other = new[has] if has is not None else {}
        yield from _path(one, other, room.at(str(path)), (_names(had), _names(has)))


def webhooks(room: Room) -> Iterator[Operation]:
    """Requests that the server sends, by name."""
    old, new = (each.data.get("webhooks") or {} for each in room.documents)
    sent = Room(room.documents, Side.RESPONSE, "")
    for name in {**old, **new}:
        yield from _path(old.get(name, {}), new.get(name, {}), sent.at(f"webhook {name}"), ([], []))


def _path(old: Any, new: Any, room: Room, names: tuple[list[str], list[str]]) -> Iterator[Operation]:
    before, after = room.plain(old, new)
    for method in METHODS:
        if method not in before and method not in after:
            continue
        place = room.at(f"{method.upper()} {room.where}")
        yield place.where, _operation((before, after), method, place, names)
    # What all operations below a path share: it is told of the path.
    if "servers" in before or "servers" in after:
        yield room.where, servers(before.get("servers"), after.get("servers"), room.where)


def _operation(items: tuple[Any, Any], method: str, room: Room, names: tuple[list[str], list[str]]) -> Iterator[Found]:
    old, new = (each.get(method) for each in items)
    sent = room.side is Side.RESPONSE
    if new is None:
        told = "it is no longer sent" if sent else "the operation is gone"
        yield Finding(Verdict.BREAKING, Kind.REMOVED, "operation.removed", room.where, told)
        return
    if old is None:
        told = "it is sent now" if sent else "an operation is new"
        yield Finding(Verdict.SAFE, Kind.ADDED, "operation.added", room.where, told)
        return
    if new.get("deprecated") is True and old.get("deprecated") is not True:
        yield Finding(Verdict.SAFE, Kind.CHANGED, "operation.deprecated", room.where, "is deprecated now")
    if old.get("operationId") != new.get("operationId"):
        told = f"is called {new.get('operationId', 'nothing')}, was {old.get('operationId', 'nothing')}"
        yield Finding(Verdict.UNSURE, Kind.CHANGED, "operation.id", room.where, f"{told}: generated clients change")
    ways = [
        parameters.parameters(item, operation, document.data, name)
        for item, operation, document, name in zip(items, (old, new), room.documents, names, strict=True)
    ]
    yield from parameters.compare(ways[0], ways[1], room)
    yield from body(old.get("requestBody"), new.get("requestBody"), room)
    answers = Room(room.documents, room.side.other, room.where)
    yield from responses(old.get("responses") or {}, new.get("responses") or {}, answers)
    yield from security.required(old.get("security"), new.get("security"), room.documents, room.where)
    if "servers" in old or "servers" in new:
        yield from servers(old.get("servers"), new.get("servers"), room.where)
    yield from _callbacks(old.get("callbacks") or {}, new.get("callbacks") or {}, room)


def _callbacks(old: Mapping[str, Any], new: Mapping[str, Any], room: Room) -> Iterator[Found]:
    sent = Room(room.documents, room.side.other, room.where)
    for name in {**old, **new}:
        before, after = sent.plain(old.get(name, {}), new.get(name, {}))
        for address in {**before, **after}:
            if address.startswith("x-"):
                continue
            place = sent.at(f"{room.where} · callback {name} {address}")
            for _, found in _path(before.get(address, {}), after.get(address, {}), place, ([], [])):
                yield from found


def _shape(path: str) -> str:
    return _NAME.sub("{}", path)


def _names(path: str | None) -> list[str]:
    return _NAME.findall(path or "")

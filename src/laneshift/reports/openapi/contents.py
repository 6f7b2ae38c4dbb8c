"""What changed in bodies, answers and headers. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from laneshift.reports.openapi.forms import text
from laneshift.reports.openapi.model import Document, Finding, Found, Kind, Pair, Relation, Side, Verdict, change
from laneshift.reports.openapi.pointers import plain


@dataclass(frozen=True, slots=True)
class Room:
    """Where a comparison is: whose documents, who sends, and the words for the place."""

    documents: tuple[Document, Document]
    side: Side
    where: str

    def at(self, where: str) -> Room:
        """The same at another place."""
        return replace(self, where=where)

    def plain(self, old: Any, new: Any) -> tuple[Any, Any]:
        """Two parts, or what they refer to."""
        return plain(self.documents[0].data, old), plain(self.documents[1].data, new)


def body(old: Any, new: Any, room: Room) -> Iterator[Found]:
    """What changed in the body of a request; None for no body."""
    before, after = room.plain(old, new)
    place = room.at(f"{room.where} · body")
    if before is None and after is None:
        return
    if before is None or after is None:
        needed = isinstance(after, dict) and after.get("required") is True
        breaks = needed if before is None else True
        if room.side is Side.RESPONSE:
            breaks = before is not None
        told = "a body is gone" if after is None else f"{'a required' if needed else 'an optional'} body is new"
        kind = Kind.REMOVED if after is None else Kind.ADDED
        verdict = Verdict.BREAKING if breaks else Verdict.SAFE
        yield Finding(verdict, kind, f"{room.side}.body-{kind}", place.where, told)
        return
    if (before.get("required") is True) != (after.get("required") is True):
        needed = after.get("required") is True
        told = "is required now" if needed else "is optional now"
        relation = Relation.NARROWER if needed else Relation.WIDER
        yield change(relation, room.side, "body-required", place.where, told)
    yield from contents(before, after, place)


def contents(old: Mapping[str, Any], new: Mapping[str, Any], room: Room) -> Iterator[Found]:
    """What changed in the media types of a body and in what each holds."""
    before, after = ({_media(name): each for name, each in side.get("content", {}).items()} for side in (old, new))
    for name in {**before, **after}:
        place = room.at(f"{room.where} · {name}")
        if name in before and name in after:
            yield from _medium(before[name], after[name], place)
        elif name in before:
            wide = next((each for each in after if _covers(each, name)), "")
            if wide:
                yield from _medium(before[name], after[wide], place)
                continue
            told = "this media type is gone"
            yield Finding(Verdict.BREAKING, Kind.REMOVED, f"{room.side}.media-type-removed", place.where, told)
        elif not any(_covers(name, each) and each not in after for each in before):
            told = "a media type is new"
            yield Finding(Verdict.SAFE, Kind.ADDED, f"{room.side}.media-type-added", place.where, told)


def responses(old: Mapping[str, Any], new: Mapping[str, Any], room: Room) -> Iterator[Found]:
    """What changed in the answers of an operation, by status."""
    for status in {**old, **new}:
        place = room.at(f"{room.where} · {room.side} {status}")
        if status in old and status in new:
            yield from _response(old[status], new[status], place)
        elif status in old:
            wide = _wider(status, new)
            if wide:
                yield from _response(old[status], new[wide], place)
            elif status[:1] in "45d":
                told = "this answer is no longer given"
                yield Finding(Verdict.SAFE, Kind.REMOVED, f"{room.side}.status-removed", place.where, told)
            else:
                told = "this answer is gone"
                yield Finding(Verdict.BREAKING, Kind.REMOVED, f"{room.side}.status-removed", place.where, told)
        elif wide := _wider(status, old):
            yield from _response(old[wide], new[status], place)
        else:
            failing = status[:1] in "45d"
            told = "a failure has an answer of its own" if failing else "an answer is new that clients do not know"
            verdict = Verdict.SAFE if failing else Verdict.UNSURE
            yield Finding(verdict, Kind.ADDED, f"{room.side}.status-added", place.where, told)


def _response(old: Any, new: Any, room: Room) -> Iterator[Found]:
    before, after = room.plain(old, new)
    had, has = before.get("content") or {}, after.get("content") or {}
    if has and not had:
        told = "a body is new"
        yield Finding(Verdict.SAFE, Kind.ADDED, f"{room.side}.body-added", room.where, told)
    else:
        yield from contents(before, after, room)
    yield from headers(before.get("headers") or {}, after.get("headers") or {}, room)
    if text(before.get("links") or {}) != text(after.get("links") or {}):
        yield change(Relation.UNKNOWN, room.side, "links", room.where, "its links changed")


def headers(old: Mapping[str, Any], new: Mapping[str, Any], room: Room) -> Iterator[Found]:
    """What changed in headers that an answer has. Their names are the same in any case."""
    before, after = ({name.lower(): (name, each) for name, each in side.items()} for side in (old, new))
    for key in {**before, **after}:
        name = (after.get(key) or before[key])[0]
        place = room.at(f"{room.where} · header {name}")
        if key not in after:
            yield Finding(
                Verdict.BREAKING, Kind.REMOVED, f"{room.side}.header-removed", place.where, "a header is gone"
            )
        elif key not in before:
            yield Finding(Verdict.SAFE, Kind.ADDED, f"{room.side}.header-added", place.where, "a header is new")
        else:
            yield from _header(*place.plain(before[key][1], after[key][1]), place)


def _header(old: Mapping[str, Any], new: Mapping[str, Any], room: Room) -> Iterator[Found]:
    if (old.get("required") is True) != (new.get("required") is True):
        needed = new.get("required") is True
        relation = Relation.NARROWER if needed else Relation.WIDER
        told = "has to be there now" if needed else "need not be there any more"
        yield change(relation, room.side, "header-required", room.where, told)
    if "content" in old and "content" in new:
        yield from contents(old, new, room)
    elif "content" in old or "content" in new:
        yield change(Relation.UNKNOWN, room.side, "header-form", room.where, "its value is written in another way")
    else:
        yield Pair(old.get("schema", True), new.get("schema", True), room.side, room.where)


def _medium(old: Mapping[str, Any], new: Mapping[str, Any], room: Room) -> Iterator[Found]:
    yield Pair(old.get("schema", True), new.get("schema", True), room.side, room.where)
    if text(old.get("encoding") or {}) != text(new.get("encoding") or {}):
        yield change(Relation.UNKNOWN, room.side, "encoding", room.where, "its parts are encoded in another way")


def _media(name: str) -> str:
    """A media type without blanks, in one case. Its parameters count: they may name a version."""
    return ";".join(part.strip() for part in name.lower().split(";"))


def _covers(wide: str, name: str) -> bool:
    group, _, rest = wide.partition("/")
    return rest == "*" and group in ("*", name.partition("/")[0]) and wide != name


def _wider(status: str, among: Mapping[str, Any]) -> str:
    """The range or the default under which a status is told where it has no entry of its own."""
    if status == "default":
        return ""
    ranged = next((each for each in among if each.upper() == f"{status[:1]}XX" and each != status), "")
    return ranged or ("default" if "default" in among else "")

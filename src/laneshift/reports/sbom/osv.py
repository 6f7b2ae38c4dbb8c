"""Advisories in OSV's format, and whether a version is affected. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from laneshift.reports.sbom.model import Component, Finding
from laneshift.reports.sbom.reading.need import Unreadable, printable, rows, table, text

_ECOSYSTEM = "PyPI"
_ORDER = {"fixed": 0, "limit": 0, "introduced": 1, "last_affected": 2}
Event = tuple[str, str]
"""What happens, as OSV names it, and from which version."""


@dataclass(frozen=True, slots=True)
class Affected:
    """One package that an advisory is about: single versions, and ranges of versions as events."""

    name: str
    versions: tuple[str, ...]
    ranges: tuple[tuple[Event, ...], ...]


@dataclass(frozen=True, slots=True)
class Advisory:
    """What is known, and of which packages."""

    id: str
    aliases: tuple[str, ...]
    summary: str
    severity: str
    affected: tuple[Affected, ...]


def advisory_of(data: bytes) -> Advisory | None:
    """The advisory in a file; None for one that was withdrawn. Raises `ValueError` for what is not OSV."""
    try:
        document = json.loads(data)
    except RecursionError as error:
        raise Unreadable("nested too deeply") from error
    if not isinstance(document, dict) or not text(document, "id") or not text(document, "id").isprintable():
        raise Unreadable("this is no advisory: it has no id")
    if "affected" not in document:
        raise Unreadable("this is no advisory: it does not say what is affected")
    found = tuple(_affected(row) for row in rows(document, "affected") if _is_python(row))
    if document.get("withdrawn"):
        return None
    severity = document.get("database_specific")
    return Advisory(
        text(document, "id")[:128],
        tuple(sorted(printable(each) for each in _texts(document, "aliases"))),
        printable(text(document, "summary") or text(document, "details").partition("\n")[0]),
        printable(text(severity, "severity")) if isinstance(severity, dict) else "",
        found,
    )


def findings(components: Iterable[Component], advisories: Iterable[Advisory]) -> tuple[Finding, ...]:
    """Every advisory that affects a component, or that names it without anybody being able to tell."""
    by_name: dict[str, list[tuple[Advisory, Affected]]] = {}
    for advisory in advisories:
        for affected in advisory.affected:
            by_name.setdefault(affected.name, []).append((advisory, affected))
    found: dict[tuple[str, str], Finding] = {}
    for component in components:
        for advisory, affected in by_name.get(component.name, ()):
            hit, why = _judged(component, affected)
            key = (advisory.id, component.purl)
            if (hit or why) and (key not in found or found[key].why):
                found[key] = _finding(advisory, affected, component, why)
    return tuple(found[key] for key in sorted(found))


def _judged(component: Component, affected: Affected) -> tuple[bool, str]:
    """Whether the version is affected, and why nobody can tell."""
    if not component.version:
        return False, "no version of it is pinned"
    if component.version in affected.versions:
        return True, ""
    try:
        version = Version(component.version)
    except InvalidVersion:
        return False, "its version is not one of PEP 440"
    if any(version == each for each in _readable(affected.versions)):
        return True, ""
    if not affected.ranges:
        return False, "" if affected.versions else "the advisory names no versions"
    try:
        return any(_within(version, events) for events in affected.ranges), ""
    except InvalidVersion:
        return False, "the advisory has a version that is not one of PEP 440"


def _within(version: Version, events: tuple[Event, ...]) -> bool:
    """OSV's own rule: events in order of versions, each of which may turn it on or off."""
    inside = False
    for kind, at in sorted(((kind, _point(at)) for kind, at in events), key=lambda each: (each[1], _ORDER[each[0]])):
        if kind == "introduced":
            inside = inside or version >= at
        elif version > at or (version == at and kind != "last_affected"):
            inside = False
    return inside


def _point(at: str) -> Version:
    """The version of an event; 0 in OSV is before every version, also before those with an epoch or `.dev0`."""
    return Version("0.dev0") if at == "0" else Version(at)


def _readable(versions: Iterable[str]) -> Iterator[Version]:
    for each in versions:
        try:
            found = Version(each)
        except InvalidVersion:
            continue
        yield found


def _finding(advisory: Advisory, affected: Affected, component: Component, why: str) -> Finding:
    fixed = tuple(sorted({at for events in affected.ranges for kind, at in events if kind == "fixed"}))
    return Finding(advisory.id, component.purl, advisory.aliases, advisory.summary, advisory.severity, fixed, why)


def _is_python(row: Mapping[str, Any]) -> bool:
    return text(table(row, "package"), "ecosystem").partition(":")[0] == _ECOSYSTEM


def _affected(row: Mapping[str, Any]) -> Affected:
    name = text(table(row, "package"), "name")
    if not name:
        raise Unreadable("a package without a name")
    ranges = [_events(each) for each in rows(row, "ranges") if text(each, "type") == "ECOSYSTEM"]
    return Affected(canonicalize_name(name), _texts(row, "versions"), tuple(ranges))


def _events(found: Mapping[str, Any]) -> tuple[Event, ...]:
    events = tuple((kind, text(row, kind)) for row in rows(found, "events") for kind in sorted(row))
    if not events or any(kind not in _ORDER for kind, _ in events):
        raise Unreadable("a range without events, or with one that is not known")
    return events


def _texts(value: Mapping[str, Any], name: str) -> tuple[str, ...]:
    found = value.get(name) or []
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
        raise Unreadable(f"{name} is not a list of texts")
    return tuple(found)

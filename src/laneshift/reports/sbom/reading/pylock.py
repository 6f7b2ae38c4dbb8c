"""`pylock.toml`, the standard lock file (PEP 751). Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from laneshift.reports.sbom.model import Hash
from laneshift.reports.sbom.reading.need import (
    Contents,
    Unreadable,
    hashes_of,
    need,
    origin_of,
    rows,
    table,
    text,
)


def read(document: Mapping[str, Any]) -> Contents:
    """What it pins. Raises `Unreadable` for a shape that the standard does not have."""
    if not text(document, "lock-version"):
        raise Unreadable("this is no standard lock file: it has no lock-version")
    needs, own = [], 0
    for row in rows(document, "packages"):
        vcs, archive = table(row, "vcs"), table(row, "archive")
        if "directory" in row or "path" in vcs or "path" in archive:
            own += 1
            continue
        origin = origin_of(text(archive, "url")) if archive else ""
        if vcs:
            origin = f"{text(vcs, 'type')}+{origin_of(text(vcs, 'url'))}@{text(vcs, 'commit-id')}"
        version = text(row, "version")
        if not version and not origin:
            raise Unreadable(f"{text(row, 'name')[:80]!r} has no version")
        needs.append(need(text(row, "name"), version, origin=origin, hashes=tuple(sorted(set(_hashes(row))))))
    return Contents(tuple(needs), own)


def _hashes(row: Mapping[str, Any]) -> Iterator[Hash]:
    """Those of every archive."""
    for one in (table(row, "archive"), table(row, "sdist"), *rows(row, "wheels")):
        yield from hashes_of(f"{name}:{digits}" for name, digits in table(one, "hashes").items())

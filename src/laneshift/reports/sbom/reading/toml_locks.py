"""The lock files that are lists of packages in TOML: Poetry's, uv's and PDM's. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from laneshift.reports.sbom.reading.need import (
    Contents,
    Need,
    Unreadable,
    hashes_of,
    need,
    origin_of,
    rows,
    table,
    text,
)

_PATHS = ("directory", "editable", "virtual", "path")


def poetry(document: Mapping[str, Any]) -> Contents:
    """What `poetry.lock` pins. Raises `Unreadable` for a shape that Poetry does not write."""
    older = table(table(document, "metadata"), "files")
    needs, own = [], 0
    for row in _packages(document):
        source = table(row, "source")
        kind = text(source, "type")
        if kind in ("directory", "file"):
            own += 1
            continue
        files = rows(row, "files") or rows(older, text(row, "name"))
        origin = "" if kind in ("", "legacy") else _git(text(source, "url"), text(source, "resolved_reference"), kind)
        needs.append(_pinned(row, files, origin))
    return Contents(tuple(needs), own)


def uv(document: Mapping[str, Any]) -> Contents:
    """What `uv.lock` pins. Raises `Unreadable` for a shape that uv does not write."""
    needs, own = [], 0
    for row in _packages(document):
        source = table(row, "source")
        if any(name in source for name in _PATHS):
            own += 1
            continue
        sdist = table(row, "sdist")
        files = [each for each in (sdist, *rows(row, "wheels")) if each.get("hash")]
        git, url = text(source, "git"), text(source, "url")
        origin = f"git+{origin_of(git)}@{git.rpartition('#')[2]}" if git else origin_of(url) if url else ""
        if not origin and "registry" not in source:
            raise Unreadable(f"{text(row, 'name')[:80]!r} has no source that is known here")
        needs.append(_pinned(row, files, origin))
    return Contents(tuple(needs), own)


def pdm(document: Mapping[str, Any]) -> Contents:
    """What `pdm.lock` pins. Raises `Unreadable` for a shape that PDM does not write."""
    older = table(table(document, "metadata"), "files")
    needs, own = [], 0
    for row in _packages(document):
        if "path" in row:
            own += 1
            continue
        files = rows(row, "files") or rows(older, f"{text(row, 'name')} {text(row, 'version')}")
        git, url = text(row, "git"), text(row, "url")
        origin = _git(git, text(row, "revision"), "git") if git else origin_of(url) if url else ""
        needs.append(_pinned(row, files, origin))
    return Contents(tuple(needs), own)


def _packages(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    if "package" not in document and "metadata" not in document and "version" not in document:
        raise Unreadable("this is no lock file: it has neither packages nor a word about itself")
    return rows(document, "package")


def _pinned(row: Mapping[str, Any], files: list[Mapping[str, Any]], origin: str) -> Need:
    name, version = text(row, "name"), text(row, "version")
    if not version and not origin:
        raise Unreadable(f"{name[:80]!r} has no version")
    return need(name, version, origin=origin, hashes=hashes_of(each.get("hash") for each in files))


def _git(url: str, revision: str, kind: str) -> str:
    if kind != "git":
        return origin_of(url)
    if "://" not in url:
        host, _, path = url.rpartition("@")[2].partition(":")
        url = f"ssh://{host}/{path}"
    return f"git+{origin_of(url)}{f'@{revision}' if revision else ''}"

"""`Pipfile.lock`. Pure."""

from __future__ import annotations

import json
from typing import Any

from laneshift.reports.sbom.reading.need import Contents, Unreadable, hashes_of, need, origin_of, pin, table, text

_NO_PACKAGES = "_meta"


def read(data: bytes) -> Contents:
    """What it pins, in every category. Raises `Unreadable` for a shape that Pipenv does not write."""
    document: Any = json.loads(data)
    if not isinstance(document, dict) or _NO_PACKAGES not in document:
        raise Unreadable("this is no lock file of Pipenv")
    needs, own = [], 0
    for category in sorted(document.keys() - {_NO_PACKAGES}):
        packages = table(document, category)
        for name in sorted(packages):
            row = table(packages, name)
            if "path" in row:
                own += 1
                continue
            url = text(row, "git") or text(row, "file")
            origin = f"{origin_of(url)}@{text(row, 'ref')}" if row.get("ref") else origin_of(url) if url else ""
            version = pin(text(row, "version"))
            if not version and not origin:
                raise Unreadable(f"{name[:80]!r} has no version")
            listed = row.get("hashes", [])
            if not isinstance(listed, list):
                raise Unreadable("hashes is not a list")
            needs.append(need(name, version, origin=origin, hashes=hashes_of(listed)))
    return Contents(tuple(needs), own)

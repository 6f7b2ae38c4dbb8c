"""Scripts and styles of the pages: a fixed set of files of this package, each named by its content."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files

from laneshift.reports.svg import stylesheet

KINDS = {".css": "text/css", ".js": "text/javascript", ".txt": "text/plain", ".svg": "image/svg+xml"}


@cache
def contents() -> dict[str, bytes]:
    """Every file by its name. Charts have one style, wherever they are shown."""
    folder = files("laneshift.server.pages") / "static"
    found = {
        each.name: each.read_bytes()
        for place in (folder, folder / "vendor")
        for each in place.iterdir()
        if each.is_file() and each.name[each.name.rfind(".") :] in KINDS
    }
    return {**found, "charts.css": stylesheet(".chart").encode()}


def asset(name: str) -> str:
    """The address of a file. Raises `KeyError` for none."""
    return f"/static/{name}?v={mark(contents()[name])}"


def mark(content: bytes) -> str:
    """What stands for a content in an address."""
    return hashlib.sha256(content).hexdigest()[:16]

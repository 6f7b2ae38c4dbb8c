"""The facts of one blob as they are kept. Loads the parser's tools, and nothing that starts workers."""

from __future__ import annotations

from laneshift.code.facts import encode
from laneshift.code.facts.extract import extract, too_large


def record_of(data: bytes | None) -> bytes:
    """The encoded facts of one Python file; `data` is None when it is too large to be read."""
    return encode(too_large() if data is None else extract(data))

"""Requests of what watches over servers. They come every few seconds whatever anybody does. Pure."""

from __future__ import annotations

from starlette.types import Scope

PATHS = frozenset({"/healthz", "/readyz"})
"""Where it is asked whether a server lives, and whether it can work."""


def is_probe(scope: Scope) -> bool:
    """Whether a request is such a question: counted among those of people, they would hide how these fare."""
    return scope["path"] in PATHS and scope["method"] in ("GET", "HEAD")

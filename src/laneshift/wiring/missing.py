"""Errors for parts whose extra is not installed."""

from __future__ import annotations

from laneshift.errors import Refused, install


def not_installed(extra: str, code: str = "engine.not-installed", what: str = "") -> Refused:
    """The error for `what` is not there without an extra, by default the engine of that name."""
    return Refused(code, f"{what or f'the engine {extra}'} is not installed", cure=install(extra))

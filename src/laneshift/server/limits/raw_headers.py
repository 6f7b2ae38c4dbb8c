"""Headers of a request as they came. Every layer reads one or two, and each request passes every layer. Pure."""

from __future__ import annotations

from starlette.types import Scope


def raw(scope: Scope, name: bytes) -> list[bytes]:
    """The values of the header `name`, in small letters as ASGI has them all; none where it was not sent."""
    return [value for each, value in scope["headers"] if each == name]

"""Headers of a request as they came. Every layer reads one or two, and each request passes every layer. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.types import Scope

_SORTED = "laneshift.headers"
"""Where in a scope its headers are by name, with what they were sorted from: a layer may have given others since."""
_NONE: tuple[bytes, ...] = ()


def raw(scope: Scope, name: bytes) -> Sequence[bytes]:
    """The values of the header `name`, in small letters as ASGI has them all; none where it was not sent."""
    headers, known = scope["headers"], scope.get(_SORTED)
    if known is None or known[0] is not headers:
        found: dict[bytes, list[bytes]] = {}
        for each, value in headers:
            found.setdefault(each, []).append(value)
        known = scope[_SORTED] = (headers, found)
    values: Sequence[bytes] = known[1].get(name, _NONE)
    return values

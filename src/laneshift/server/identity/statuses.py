"""How requests for identities may fail, as the description of the API tells it."""

from __future__ import annotations

from typing import Any

from laneshift.server.problems import MEDIA_TYPE

_WHEN = {
    401: "Nobody is signed in, or a credential does not hold.",
    403: "The policies do not let you do this, or what proves who you are does not count.",
    404: "There is no such thing, or nobody comes in by passkey here.",
    408: "The body came too slowly.",
    409: "The state of things does not allow it now, or waits for a person.",
    415: "The body is of a type that is not read here.",
    422: "A value is refused.",
    429: "This was asked too often; `Retry-After` says when to ask again.",
    503: "Something that the answer needs does not work now.",
}
_CONTENT = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
STATUSES: dict[int | str, dict[str, Any]] = {
    status: {"description": when, "content": _CONTENT} for status, when in _WHEN.items()
}
"""For `responses=` of a router."""

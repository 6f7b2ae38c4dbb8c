"""Answers with an ETag, so that whoever asks again for what has not changed is told just that."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

_FRESH = "private, no-cache"


def answer(request: Request, data: Any) -> Response:
    """`data` as JSON with its ETag; 304 without a body where the client has it already."""
    content = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace")
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": _FRESH}
    if _known(request.headers.get("if-none-match", ""), tag):
        return Response(status_code=304, headers=headers)
    return Response(content, headers=headers, media_type="application/json")


def _known(given: str, tag: str) -> bool:
    """Whether `If-None-Match` names the tag; a weak one is as good for this."""
    tags = {each.strip().removeprefix("W/") for each in given.split(",")}
    return tag in tags or "*" in tags

"""Answers with an ETag, so that whoever asks again for what has not changed is told just that."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

_FRESH = "private, no-cache"


def answer(request: Request, data: Any) -> Response:
    """`data` as JSON with its ETag; 304 without a body where the client has it already."""
    content = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace")
    return tagged(request, content, "application/json")


def tagged(
    request: Request, content: bytes, kind: str, more: Mapping[str, str] | None = None, status: int = 200
) -> Response:
    """`content` of a media type with its ETag and `more` headers; 304 without a body where the client has it."""
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": _FRESH, **(more or {})}
    if status == 200 and _known(request.headers.get("if-none-match", ""), tag):
        return Response(status_code=304, headers=headers)
    return Response(content, status, headers, kind)


def _known(given: str, tag: str) -> bool:
    """Whether `If-None-Match` names the tag; a weak one is as good for this."""
    tags = {each.strip().removeprefix("W/") for each in given.split(",")}
    return tag in tags or "*" in tags

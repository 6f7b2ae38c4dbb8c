"""Errors below `/v1` as OpenAI's clients read them: `{"error": {message, type, param, code}}`. Pure.

What the command line tells of the same error stands beside: `laneshift` is its stable code.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, Field

PREFIX = "/v1"
MEDIA_TYPE = "application/json"
_CODES = {
    "access.no-credential": "invalid_api_key",
    "access.bad-credential": "invalid_api_key",
    "access.denied": "insufficient_permissions",
    "model.unknown": "model_not_found",
    "model.too-long": "context_length_exceeded",
    "model.unsupported": "unsupported_value",
    "model.bad-value": "invalid_value",
    "http.bad-value": "invalid_value",
    "http.bad-request": "invalid_value",
    "http.not-found": "unknown_url",
    "http.wrong-method": "method_not_supported",
    "http.too-large": "request_too_large",
    "quota.exceeded": "rate_limit_exceeded",
    "quota.tokens": "rate_limit_exceeded",
    "model.busy": "rate_limit_exceeded",
    "laneshift.bug": "server_error",
}
"""OpenAI's name where it has one for the same; everything else keeps its own."""
_TYPES = {403: "permission_error", 429: "requests"}
_KINDS = {"quota.tokens": "tokens"}
_MOST_FAULTS = 100


class Wrong(BaseModel):
    """One thing that is wrong with a request."""

    code: str
    where: str
    what: str
    cure: str = ""


class ErrorTold(BaseModel):
    """What went wrong. `param` is the part of the request that it is about; `laneshift` is our own stable code."""

    message: str
    type: str = Field(examples=["invalid_request_error"])
    param: str | None = None
    code: str | None = None
    laneshift: str = ""
    cure: str = ""
    faults: list[Wrong] = []


class ErrorEnvelope(BaseModel):
    """As OpenAI's API tells an error."""

    error: ErrorTold


def is_below(path: str) -> bool:
    """Whether a request of this path is answered as OpenAI's API would."""
    return path == PREFIX or path.startswith(f"{PREFIX}/")


def enveloped(problem: Mapping[str, Any]) -> dict[str, Any]:
    """The envelope for a problem document of `problems.problem`."""
    status, code = problem["status"], problem["code"]
    other = "server_error" if status >= 500 else "invalid_request_error"
    why, cure = (problem[name] for name in ("why", "cure"))
    message = ": ".join(filter(None, (problem["detail"], why)))
    error = {
        "message": f"{message} ({cure})" if cure else message,
        "type": _KINDS.get(code) or _TYPES.get(status, other),
        "param": problem["where"] or None,
        "code": _CODES.get(code, code),
        "laneshift": code,
        "cure": cure,
        "faults": problem["faults"][:_MOST_FAULTS],
    }
    return {"error": error}

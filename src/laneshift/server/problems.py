"""Errors as HTTP tells them: `application/problem+json` (RFC 9457) with the codes of the command line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel, Field
from starlette.responses import Response
from starlette.types import Scope

from laneshift.errors import Bug, CheckFailed, LaneshiftError, Refused
from laneshift.evidence.redaction import redact
from laneshift.server import envelope

MEDIA_TYPE = "application/problem+json"
_BY_CODE = {
    **dict.fromkeys(("plan.not-found", "plan.no-such-item", "request.not-found", "access.no-key"), 404),
    **dict.fromkeys(("http.not-found", "metrics.none", "report.unknown", "canary.none", "item.no-log"), 404),
    **dict.fromkeys(("run.unfinished", "lock.held", "request.open", "request.at-work", "request.over"), 409),
    **dict.fromkeys(("passkeys.off", "passkeys.none", "passkeys.nobody", "passkeys.no-session"), 404),
    **dict.fromkeys(("flow.unknown", "flow.no-run", "flow.bad-run", "matriz.no-trace"), 404),
    **dict.fromkeys(("flow.ended", "flow.not-over", "flow.done", "flow.is-part", "flow.signal-twice"), 409),
    **dict.fromkeys(("passkeys.refused", "passkeys.bad-challenge", "passkeys.bad-link"), 403),
    **dict.fromkeys(("passkeys.known", "passkeys.no-site"), 409),
    **dict.fromkeys(("access.no-credential", "access.bad-credential"), 401),
    **dict.fromkeys(("access.denied", "access.foreign-origin"), 403),
    **dict.fromkeys(("machine.no-room", "access.unreadable", "policy.not-recorded", "serve.busy"), 503),
    **dict.fromkeys(("change.unknown", "freeze.none"), 404),
    "model.unknown": 404,
    **dict.fromkeys(("index.bad-name", "index.bad-metric", "index.bad-dimension", "index.bad-filter"), 400),
    **dict.fromkeys(("index.bad-query", "index.no-text", "index.no-approximate"), 400),
    **dict.fromkeys(("index.denied", "index.reserved"), 403),
    **dict.fromkeys(("index.unknown", "index.no-vector"), 404),
    **dict.fromkeys(("index.exists", "index.other-model", "index.full", "index.too-many-indexes"), 409),
    "index.unreadable": 503,
    "dream.no-such-dream": 404,
    "dream.ended": 409,
    "dream.busy": 503,
    **dict.fromkeys(("model.bad-value", "model.unsupported", "model.too-long"), 400),
    **dict.fromkeys(("model.no-answer", "model.bad-key"), 502),
    **dict.fromkeys(("model.refused", "model.bad-message"), 400),
    "response.unknown": 404,
    "response.lost": 503,
    "http.gone": 408,
    **dict.fromkeys(("model.busy", "quota.tokens"), 429),
    "model.broken": 503,
    "mcp.not-installed": 404,
    "mcp.too-many-sessions": 429,
    "model.too-slow": 504,
    "http.wrong-method": 405,
    "http.too-slow": 408,
    "http.too-large": 413,
    "http.wrong-type": 415,
    "http.wrong-host": 421,
    "http.bad-request": 400,
    "idempotency.bad-key": 400,
    **dict.fromkeys(("idempotency.in-flight", "idempotency.not-kept"), 409),
    "idempotency.other-body": 422,
    "quota.exceeded": 429,
    **dict.fromkeys(("quota.unknown", "idempotency.unknown"), 503),
}
_BY_STATUS = {404: "http.not-found", 405: "http.wrong-method", 413: "http.too-large", 415: "http.wrong-type"}


class FaultModel(BaseModel):
    """One thing that is wrong with an input."""

    code: str
    where: str
    what: str
    cure: str = ""


class Problem(BaseModel):
    """What went wrong. `code` is stable; the command line ends with `exit_code` for the same."""

    type: str = Field(examples=["urn:laneshift:problem:plan.not-found"])
    title: str
    status: int
    detail: str
    instance: str = Field(examples=["urn:laneshift:request:0b8e"])
    code: str
    where: str = ""
    why: str = ""
    cure: str = ""
    faults: list[FaultModel] = []
    exit_code: int = 3


def status_of(error: LaneshiftError) -> int:
    """The status that stands for an error."""
    known = _BY_CODE.get(error.code)
    if known is not None:
        return known
    if isinstance(error, Bug):
        return 500
    if isinstance(error, Refused):
        return 422
    unavailable = isinstance(error, CheckFailed) and error.code.startswith("evidence.")
    # Whatever else failed, or waits for a person, is the state of things: another request may change it.
    return 503 if unavailable else 409


def of_status(status: int, detail: str) -> LaneshiftError:
    """The error for a status that the framework itself came to."""
    code = _BY_STATUS.get(status, "http.bad-request" if status < 500 else "laneshift.bug")
    return Refused(code, detail) if status < 500 else Bug(code, detail)


def problem(error: LaneshiftError, request: str, *, status: int = 0, hidden: tuple[str, ...] = ()) -> dict[str, Any]:
    """The document for an error. `request` is the id of the request; `hidden` are folders of this machine."""
    number = status or status_of(error)
    told = {
        "type": f"urn:laneshift:problem:{error.code}",
        "title": HTTPStatus(number).phrase,
        "status": number,
        "detail": error.what,
        "instance": f"urn:laneshift:request:{request}",
        "code": error.code,
        "where": error.where,
        "why": error.why,
        "cure": error.cure,
        "faults": [fault._asdict() for fault in error.faults],
        "exit_code": error.exit_code,
    }
    return {name: _without(value, hidden) for name, value in told.items()}


def respond(
    error: LaneshiftError, scope: Scope, *, status: int = 0, headers: Mapping[str, str] | None = None
) -> Response:
    """The answer to the request of `scope` that ended in `error`."""
    state = scope.get("state", {})
    told = problem(error, state.get("request_id", ""), status=status, hidden=state.get("hidden", ()))
    own = {"Cache-Control": "no-store", **(headers or {})}
    if told["status"] == 401:
        own |= {"WWW-Authenticate": 'Bearer realm="laneshift"'}
    below = envelope.is_below(scope.get("path", ""))
    document, kind = (envelope.enveloped(told), envelope.MEDIA_TYPE) if below else (told, MEDIA_TYPE)
    content = json.dumps(redact(document), ensure_ascii=False, separators=(",", ":"))
    return Response(content.encode("utf-8", "backslashreplace"), told["status"], own, kind)


def _without(value: Any, hidden: tuple[str, ...]) -> Any:
    """A text without folders of this machine, which are nobody's business elsewhere."""
    if isinstance(value, str):
        for folder in hidden:
            value = value.replace(folder, "<repository>")
        return value
    if isinstance(value, list):
        return [_without(each, hidden) for each in value]
    if isinstance(value, dict):
        return {name: _without(each, hidden) for name, each in value.items()}
    return value

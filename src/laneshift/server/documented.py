"""What the description of the API says of every route alike: who may use it, and how it may fail."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel

from laneshift.server import envelope
from laneshift.server.limits.probes import PATHS
from laneshift.server.problems import MEDIA_TYPE, Problem

_WHEN = {
    "400": "The request cannot be read.",
    "401": "There is no credential, or one that does not hold.",
    "403": "The policies do not let you do this, or the request comes from a page of another site.",
    "404": "There is no such thing.",
    "405": "Not in this way.",
    "408": "The body came too slowly.",
    "409": "The state of things does not allow it now, or waits for a person.",
    "413": "The body is too large.",
    "415": "The body is of a type that is not read here.",
    "421": "This server does not go by that name.",
    "422": "A value is refused.",
    "429": "This was asked too often; `Retry-After` says when to ask again.",
    "503": "Something that the answer needs does not work now.",
}
_UPSTREAM = {
    "502": "The model gave no answer.",
    "504": "The model did not answer in its time.",
}
_ALWAYS = frozenset({"400", "401", "405", "413", "421"})
_OPEN = {True: _ALWAYS, False: _ALWAYS | {"429", "503"}}
"""What even a route for everybody may answer; whether the server lives is not counted."""
_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "A name for this request, such as a UUID: asked again with it, the same answer comes again.",
    "schema": {"type": "string", "pattern": "^[!#-~]{1,255}$"},
}
_SCHEME = {"type": "http", "scheme": "bearer", "description": "An access key: `laneshift access keys create`."}


def described(app: FastAPI) -> None:
    """Have `app.openapi()` tell of problems and of access keys."""
    found: dict[str, Any] = {}

    def openapi() -> dict[str, Any]:
        if not found:
            found.update(_document(app))
        return found

    app.openapi = openapi  # type: ignore[method-assign] # the way that the framework names for it


def _document(app: FastAPI) -> dict[str, Any]:
    told = get_openapi(title=app.title, version=app.version, summary=app.summary, routes=app.routes)
    parts = told.setdefault("components", {})
    schemas = parts.setdefault("schemas", {})
    schemas.update(_referenced(Problem))
    schemas.update(_referenced(envelope.ErrorEnvelope))
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    parts["securitySchemes"] = {"accessKey": _SCHEME}
    problem = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    error = {envelope.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ErrorEnvelope"}}}
    for path, operations in told.get("paths", {}).items():
        below = envelope.is_below(path)
        content = error if below else problem
        for operation in operations.values():
            guarded = path.startswith("/api/") or path == "/metrics" or below
            if guarded:
                operation["security"] = [{"accessKey": []}]
            for status, when in (_WHEN | _UPSTREAM if below else _WHEN).items():
                if guarded or status in _OPEN[path in PATHS]:
                    operation["responses"][status] = {"description": when, "content": content}
        for method in operations.keys() & {"post", "patch"}:
            operations[method].setdefault("parameters", []).append(_KEY)
    return told


def _referenced(model: type[BaseModel]) -> dict[str, Any]:
    """The schema of a model and of all that it refers to, by name."""
    schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
    return {**schema.pop("$defs", {}), model.__name__: schema}

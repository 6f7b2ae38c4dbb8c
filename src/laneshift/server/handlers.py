"""What is answered where a request came to an error: problems for programs, pages for who reads in a browser."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from laneshift.errors import Fault, LaneshiftError, Refused
from laneshift.server.bad_values import meant
from laneshift.server.envelope import is_below
from laneshift.server.limits.bodies import BodyRefused
from laneshift.server.limits.model_headers import model_headers
from laneshift.server.pages.route import told_as_page
from laneshift.server.problems import of_status, respond

_DESCRIPTION = "/openapi.json"
_FOR_PROGRAMS = ("/api/", "/v1/", "/mcp/", "/id/webauthn/", "/static/")
_LONGEST = 300


def handle_errors(app: FastAPI) -> None:
    """Have `app` answer so. Call it when all routes are there."""
    routes = [route for route in app.routes if isinstance(route, APIRoute)]

    @app.exception_handler(LaneshiftError)
    async def ours(request: Request, error: LaneshiftError) -> Response:
        return respond(error, request.scope, headers=model_headers(request.scope))

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> Response:
        found = error.errors()
        if _unread(request, found):
            return respond(_wrong_type(request), request.scope)
        below = is_below(request.scope["path"])
        return respond(_bad_values(found, error.body, below=below), request.scope, status=400 if below else 0)

    @app.exception_handler(HTTPException)
    async def framework(request: Request, error: HTTPException) -> Response:
        told, headers = _of_framework(request, error), dict(error.headers or {})
        if error.status_code == 405:
            ways = ", ".join(_ways(routes, request.scope["path"]))
            told = Refused(told.code, f"{request.method} is not for this address", where=told.where, cure=f"use {ways}")
            headers["Allow"] = ways
        if error.status_code == 404 and _reads_pages(request):
            return told_as_page(request, Refused(told.code, told.what, where=told.where, cure="begin at /"))
        return respond(told, request.scope, status=error.status_code, headers=headers)


def _bad_values(found: Sequence[Mapping[str, Any]], body: object, *, below: bool) -> Refused:
    """All that is wrong with the values of a request; `below` says that it is for OpenAI's API."""
    of_body = [{**each, "loc": each["loc"][1:]} for each in found if each["loc"][:1] == ("body",)]
    # OpenAI's clients are told a parameter as they wrote it, and 400 for every value that cannot be.
    before = "" if below else "body."
    told = [(f"{before}{each.where}".rstrip("."), each.what) for each in meant(of_body, body)]
    others = (each for each in found if each["loc"][:1] != ("body",))
    told += [(".".join(map(str, each["loc"][below:])), str(each["msg"])) for each in others]
    faults = [Fault("http.bad-value", where, what[:_LONGEST]) for where, what in told]
    what = f"{len(faults)} value(s) of this request are not as described"
    if below and faults:
        what = f"{faults[0].where or 'the body'}: {faults[0].what}"
    where = faults[0].where if below and faults else ""
    return Refused("http.bad-value", what, where=where, cure=_DESCRIPTION, faults=faults)


def _unread(request: Request, found: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a body was not read, since it is not said to be JSON: nothing within it was looked at."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    is_json = kind == "application/json" or (kind.startswith("application/") and kind.endswith("+json"))
    return not is_json and any(each["loc"] == ("body",) and each["type"] != "missing" for each in found)


def _wrong_type(request: Request) -> Refused:
    kind = request.headers.get("content-type", "")[:_LONGEST]
    what = f"a body of the type {kind!r} is not read here" if kind else "this body does not say of which type it is"
    return Refused(
        "http.wrong-type", what, where="Content-Type", cure="send JSON, with `Content-Type: application/json`"
    )


def _of_framework(request: Request, error: HTTPException) -> LaneshiftError:
    if isinstance(error, BodyRefused):
        return error.error
    if error.status_code == 404:
        path = str(request.scope["path"])[:_LONGEST]
        return Refused("http.not-found", "nothing is at this address", where=path, cure=_DESCRIPTION)
    return of_status(error.status_code, str(error.detail))


def _ways(routes: Sequence[APIRoute], path: str) -> list[str]:
    """The methods that any route has for `path`, in order."""
    found = {method for route in routes if route.path_regex.match(path) for method in route.methods or ()}
    return sorted(found | ({"HEAD"} if "GET" in found else set()))


def _reads_pages(request: Request) -> bool:
    """Whether whoever asks is looking for a page: browsers say so, programs do not."""
    path = request.scope["path"]
    return "text/html" in request.headers.get("accept", "") and not path.startswith(_FOR_PROGRAMS)

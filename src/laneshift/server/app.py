"""The whole application: every router is mounted, a gate stands before every route, or there is no application."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from importlib import import_module

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from starlette.types import ASGIApp

from laneshift import __version__
from laneshift.server.admission import AdmittingRoute, admitted
from laneshift.server.auth.identify import Identify
from laneshift.server.auth.origins import Origins
from laneshift.server.documented import described
from laneshift.server.envelope import PREFIX as MODEL_PREFIX
from laneshift.server.guard import Gate
from laneshift.server.handlers import handle_errors
from laneshift.server.limits.bodies import Bodies
from laneshift.server.limits.headers import SecurityHeaders
from laneshift.server.limits.hosts import Hosts, own_origin
from laneshift.server.limits.request_log import RequestLog
from laneshift.server.linked import Linked
from laneshift.server.mcp.route import speaking
from laneshift.server.models import MODELS
from laneshift.server.pages import PAGES
from laneshift.server.parts import Parts
from laneshift.server.route_finder import RouteFinder
from laneshift.wiring import offices

PREFIX = "/api/v1"
ROUTERS = (
    *("me", "batches", "plans", "items", "approvals", "canaries", "trains", "rollbacks", "requests", "changes"),
    *("freeze", "journal", "events", "reports", "access_keys", "decisions", "flows", "flow_runs", "traces", "usage"),
)
"""The modules of `server/api`, each with a `router`. One that cannot be imported stops the start."""
IDENTITY = ("ceremonies", "people")
"""The modules of `server/identity`, as above."""
_TOLD = (
    *("response_model", "status_code", "tags", "dependencies", "summary", "description", "response_description"),
    *("responses", "deprecated", "methods", "operation_id", "include_in_schema", "response_class", "name"),
    *("callbacks", "openapi_extra", "response_model_include", "response_model_exclude", "response_model_by_alias"),
    *("response_model_exclude_unset", "response_model_exclude_defaults", "response_model_exclude_none"),
)
"""What a route says of itself besides its path and its function."""

Layer = Callable[[ASGIApp], ASGIApp]
"""Wraps an application in a middleware."""


@dataclass(frozen=True)
class Application:
    """`app` has the routes and their description; `asgi` is what is served: the same behind every layer."""

    app: FastAPI
    asgi: ASGIApp


def assemble(parts: Parts, *, layers: Sequence[Layer] = (), more: Sequence[APIRouter] = ()) -> Application:
    """The application for `parts`.

    `layers` come after it was asked who this is and before any route, the first of them outermost; that one also stands
    before refusals of credentials. `more` are routers beside those of the API. Raises what importing a router raises,
    and `RuntimeError` for a route without a gate.
    """
    app = FastAPI(
        title="Laneshift",
        version=__version__,
        summary="Lands many code changes in one Python monorepo, in parallel, safely, and proves it.",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=_lifespan(parts),
        redirect_slashes=False,
    )
    app.state.parts = parts
    for name in ("health", "description", "metrics", "mcp.route"):
        mount(app, import_module(f"laneshift.server.{name}").router)
    for name in ROUTERS:
        mount(app, import_module(f"laneshift.server.api.{name}").router, PREFIX)
    for name in MODELS:
        mount(app, import_module(f"laneshift.server.models.{name}").router, MODEL_PREFIX)
    for name in PAGES:
        mount(app, import_module(f"laneshift.server.pages.{name}").router)
    for name in IDENTITY:
        mount(app, import_module(f"laneshift.server.identity.{name}").router, "/id")
    for router in more:
        mount(app, router)
    app.router.routes.insert(0, RouteFinder([route for route in app.routes if isinstance(route, APIRoute)]))
    described(app)
    handle_errors(app)
    return Application(app, _wrapped(app, parts, layers))


def mount(app: FastAPI, router: APIRouter, prefix: str = "") -> None:
    """Add the routes of `router`. Raises `RuntimeError` for one before which no `Gate` stands."""
    for route in router.routes:
        if not isinstance(route, APIRoute) or not _is_guarded(route):
            raise RuntimeError(f"nothing stands before {prefix}{getattr(route, 'path', route)}")
        # One by one, not as a router within a router: to look through sixty of those takes longer than most answers.
        told = {name: getattr(route, name) for name in _TOLD}
        kind = type(route) if isinstance(route, AdmittingRoute) else AdmittingRoute
        app.router.add_api_route(prefix + route.path, admitted(route), route_class_override=kind, **told)


def _is_guarded(route: APIRoute) -> bool:
    waiting = [route.dependant]
    while waiting:
        found = waiting.pop()
        call: object = found.call
        if isinstance(call, Gate):
            return True
        waiting += found.dependencies
    return False


def _wrapped(app: FastAPI, parts: Parts, layers: Sequence[Layer]) -> ASGIApp:
    options = parts.options
    asgi: ASGIApp = Origins(Linked(app), own_origin(options))
    for layer in reversed(layers):
        asgi = layer(asgi)
    asgi = Identify(asgi, parts.resolvers, *layers[:1])
    asgi = Bodies(asgi, options.body, options.body_seconds)
    asgi = Hosts(asgi, options.hosts)
    asgi = SecurityHeaders(asgi, secure=options.scheme == "https")
    return RequestLog(asgi, parts.hidden, parts.shop.telemetry.observe, PREFIX)


def _lifespan(parts: Parts) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        following = asyncio.create_task(parts.feed.run())
        try:
            async with speaking(parts, offices(parts.shop)) as app.state.spoken:
                yield
        finally:
            parts.feed.stop()
            await following
            await parts.background.close()
            await parts.models.close()
            parts.close()

    return lifespan

"""Guards that are asked before the framework looks at a request's body and values, and once.

As a dependency a guard costs as much again as what it decides. So a route whose function takes what a `Guard` gives is
mounted with the guard before it and a function that takes the same without it.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Coroutine
from typing import Any
from weakref import WeakKeyDictionary

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from laneshift.server.guard import Guard

Endpoint = Callable[..., Any]
_ADMITTED = "admitted"
"""Where in the state of a request what its guard gave is."""
_REQUEST = "request_of_admission"
_GUARDS: WeakKeyDictionary[Endpoint, Guard] = WeakKeyDictionary()


class AdmittingRoute(APIRoute):
    """A route that asks the guard of its function first, if `admitted` made that."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """As the framework asks for it."""
        inner, guard = super().get_route_handler(), _GUARDS.get(self.endpoint)
        if guard is None:
            return inner

        async def handler(request: Request) -> Response:
            request.scope["state"][_ADMITTED] = await guard(request)
            return await inner(request)

        return handler


def admitted(route: APIRoute) -> Endpoint:
    """What an `AdmittingRoute` calls for `route`: its function, without a guard that goes before it.

    A route with several gates, or with one that is no plain `Guard`, keeps them as they are.
    """
    guards = [(each.name, each.call) for each in route.dependant.dependencies if isinstance(each.call, Guard)]
    if len(guards) != 1:
        return route.endpoint
    (name, guard), *_ = guards
    made = _without(route.endpoint, name) if name else route.endpoint
    if made is not route.endpoint:
        _GUARDS[made] = guard
    return made


def _without(endpoint: Endpoint, name: str) -> Endpoint:
    """The function, given what the guard gave for the parameter `name`."""
    signature = inspect.signature(endpoint, eval_str=True)
    left = [each for each in signature.parameters.values() if each.name != name]
    own = next((each.name for each in left if each.annotation is Request), "")
    if not own:
        left.append(inspect.Parameter(_REQUEST, inspect.Parameter.KEYWORD_ONLY, annotation=Request))

    def whole(values: dict[str, Any]) -> dict[str, Any]:
        request: Request = values[own] if own else values.pop(_REQUEST)
        values[name] = request.scope["state"][_ADMITTED]
        return values

    async def waiting(**values: Any) -> Any:
        return await endpoint(**whole(values))

    def working(**values: Any) -> Any:
        return endpoint(**whole(values))

    made: Any = waiting if inspect.iscoroutinefunction(endpoint) else working
    made.__signature__ = signature.replace(parameters=left)
    made.__name__, made.__doc__, made.__module__ = endpoint.__name__, endpoint.__doc__, endpoint.__module__
    found: Endpoint = made
    return found

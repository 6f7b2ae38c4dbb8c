"""Finds the route of a request without trying them all: by its exact path, or by one pattern made of all others."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from fastapi.routing import APIRoute
from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send

from laneshift.server.bodiless import bodiless

_NAMED = re.compile(r"\(\?P<[^>]+>")


class RouteFinder(BaseRoute):
    """Stands before all routes and is the one of them that matches first, as the framework would find it.

    What it does not find, such as an unknown path or another method, is left to the routes themselves.
    """

    def __init__(self, routes: Sequence[APIRoute]) -> None:
        """`routes` are all, in their order: of several that match a request the first counts."""
        methods = sorted({method for route in routes for method in _methods(route)})
        self._exact = {(method, route.path): route for method in methods for route in _exact(routes, method)}
        self._others = {method: _Pattern(route for route in routes if method in _methods(route)) for method in methods}

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """As a route says; what it gives names the route that was found, which has the last word."""
        if scope["type"] != "http" or scope.get("root_path") or scope["path"].endswith("\n"):
            # The patterns of routes allow for a line's end that an exact path does not have.
            return Match.NONE, {}
        method, path = scope["method"], scope["path"]
        if method == "HEAD":
            method, scope = "GET", {**scope, "method": "GET"}
        route = self._exact.get((method, path))
        if route is None and method in self._others:
            route = self._others[method].first(path)
        if route is not None:
            match, found = route.matches(scope)
            if match is Match.FULL:
                return match, found
        return Match.NONE, {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As a route says."""
        route: APIRoute = scope["route"]
        if scope["method"] == "HEAD":
            await bodiless(route.handle, scope, receive, send)
            return
        await route.handle(scope, receive, send)


class _Pattern:
    """Routes with parameters, as one regular expression."""

    def __init__(self, routes: Iterable[APIRoute]) -> None:
        self._routes = [route for route in routes if "{" in route.path]
        each = (_NAMED.sub("(?:", route.path_regex.pattern) for route in self._routes)
        self._pattern = re.compile("|".join(f"(?P<r{number}>{pattern})" for number, pattern in enumerate(each)))

    def first(self, path: str) -> APIRoute | None:
        """The first that matches `path`."""
        found = self._pattern.match(path)
        return self._routes[int(found.lastgroup[1:])] if found is not None and found.lastgroup else None


def _exact(routes: Sequence[APIRoute], method: str) -> Iterable[APIRoute]:
    """The routes whose path has no parameter and which no earlier route stands before."""
    mine = [route for route in routes if method in _methods(route)]
    for route in mine:
        if "{" not in route.path and next(each for each in mine if each.path_regex.match(route.path)) is route:
            yield route


def _methods(route: APIRoute) -> set[str]:
    return route.methods or set()

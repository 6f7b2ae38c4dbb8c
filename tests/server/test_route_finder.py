"""A route is found as the framework finds it, which tries all of them in turn."""

from __future__ import annotations

import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.routing import Match
from starlette.types import Scope

from laneshift.server.route_finder import RouteFinder

ROUTES = (
    *(("GET", "/plans/{plan}"), ("GET", "/plans/newest"), ("POST", "/plans"), ("GET", "/plans"), ("GET", "/")),
    *(("DELETE", "/plans/{plan}"), ("GET", "/plans/{plan}/items/{item}"), ("GET", "/numbers/{number:int}")),
    *(("GET", "/numbers/{name}"), ("GET", "/files/list"), ("GET", "/files/{name:path}"), ("GET", "/a.b/{x}/c")),
    *(("GET", "/files/late"), ("POST", "/plans/{plan}/runs"), ("GET", "/plans")),
)
PARTS = ("", "plans", "newest", "numbers", "7", "-7", "files", "list", "late", "items", "a.b", "aXb", "c", "runs", "\n")


def everything() -> list[APIRoute]:
    """A route for each line, in this order, of which some are hidden by earlier ones."""
    router = APIRouter()
    for number, (method, path) in enumerate(ROUTES):
        router.add_api_route(path, lambda: None, methods=[method], name=str(number))
    return [route for route in router.routes if isinstance(route, APIRoute)]


ALL = everything()
FINDER = RouteFinder(ALL)


def asked(method: str, path: str) -> Scope:
    return {"type": "http", "method": method, "path": path, "root_path": "", "headers": []}


def first(method: str, path: str) -> tuple[Match, Scope]:
    """What the framework comes to."""
    for route in ALL:
        match, found = route.matches(asked(method, path))
        if match is Match.FULL:
            return match, found
    return Match.NONE, {}


@given(st.lists(st.sampled_from(PARTS), min_size=1, max_size=5), st.sampled_from(["GET", "POST", "DELETE", "PUT"]))
@settings(max_examples=600, derandomize=True, deadline=None, database=None)
def test_the_same_route_is_found_with_the_same_parameters(parts: list[str], method: str) -> None:
    path = "/" + "/".join(parts)
    assert FINDER.matches(asked(method, path)) == ((Match.NONE, {}) if path.endswith("\n") else first(method, path))


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_each_route_is_found_or_hidden_by_an_earlier_one(method: str, path: str) -> None:
    filled = (
        path.replace("{number:int}", "7")
        .replace("{name:path}", "x/y")
        .format(plan="p", item="i", name="n", flow="f", run="r", x="x")
    )
    match, found = FINDER.matches(asked(method, filled))
    assert (match, found) == first(method, filled)
    assert match is Match.FULL


def test_what_has_no_route_here_is_left_to_the_others() -> None:
    assert FINDER.matches(asked("PUT", "/plans")) == (Match.NONE, {}), "405 is for the routes to say"
    assert FINDER.matches({**asked("GET", "/plans"), "root_path": "/behind"}) == (Match.NONE, {})
    assert FINDER.matches({**asked("GET", "/plans"), "type": "websocket"}) == (Match.NONE, {})
    assert RouteFinder([]).matches(asked("GET", "/plans")) == (Match.NONE, {})

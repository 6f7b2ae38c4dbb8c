"""Routes of pages: what goes wrong is told as a page too."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi.exceptions import RequestValidationError
from starlette.requests import Request
from starlette.responses import Response

from laneshift.errors import LaneshiftError, Refused
from laneshift.server import problems
from laneshift.server.admission import AdmittingRoute
from laneshift.server.pages.rendering import page


class PageRoute(AdmittingRoute):
    """Answers errors with a page: the same words, the same code and the same status as the API has."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """As the framework asks for it."""
        inner = super().get_route_handler()

        async def handler(request: Request) -> Response:
            try:
                return await inner(request)
            except RequestValidationError:
                return told_as_page(
                    request, Refused("http.bad-value", "a value in this address is not one that is understood")
                )
            except LaneshiftError as error:
                return told_as_page(request, error)

        return handler


def told_as_page(request: Request, error: LaneshiftError) -> Response:
    """The page that tells of an error, with the status that stands for it."""
    state = request.scope["state"]
    told = problems.problem(error, state.get("request_id", ""), hidden=state.get("hidden", ()))
    answer = page(request, "error.html", told["status"], title=told["title"], problem=told)
    answer.headers["Cache-Control"] = "no-store"
    if told["status"] == 401:
        answer.headers["WWW-Authenticate"] = 'Bearer realm="laneshift"'
    return answer

"""Where in the state of a request the headers are that say what is left of a model, for whatever answers it."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.types import Scope

HEADERS = "model_headers"


def model_headers(scope: Scope) -> Mapping[str, str]:
    """The headers of this moment; none where no model was asked."""
    found: Mapping[str, str] = scope.get("state", {}).get(HEADERS, {})
    return found

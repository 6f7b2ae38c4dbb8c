"""What one request is in samples: by the template of its route and the class of its status, never by its path. Pure."""

from __future__ import annotations

import re
from functools import lru_cache

from starlette.types import Scope

from laneshift.telemetry import catalogue as known
from laneshift.telemetry.metric import OTHER, Sample

_NAMED = re.compile(r"\{([^{}:]+)(?::[^{}]*)?\}")
_HUNDRED = 100


def measured(scope: Scope, status: int, seconds: float, prefix: str) -> tuple[Sample, ...]:
    """The samples of a request that was answered `status` after so many seconds; 0 is a request without an answer.

    `prefix` is what routes of the API have before what they say of themselves. Call it after routes were looked at.
    """
    group = f"{status // _HUNDRED}xx" if status else "none"
    one, taken = _samples(template(scope, prefix), group)
    return (one, Sample(taken.metric, seconds, taken.values))


def template(scope: Scope, prefix: str) -> str:
    """The route with its parameters in capitals, since no format takes braces; `other` for what has no route.

    Whatever ends before the routes has none: unknown paths, foreign hosts, spent quotas.
    """
    path = getattr(scope.get("route"), "path", None)
    if not isinstance(path, str):
        return OTHER
    before = prefix if scope["path"].startswith(f"{prefix}/") and not path.startswith(f"{prefix}/") else ""
    return before + _without_braces(path)


@lru_cache(maxsize=512)
def _without_braces(path: str) -> str:
    return _NAMED.sub(lambda found: found[1].upper(), path)


@lru_cache(maxsize=2048)
def _samples(route: str, group: str) -> tuple[Sample, Sample]:
    """Both samples of a request that took no time. There are as many as routes, times the classes of statuses."""
    return known.REQUESTS.sample(1, status=group), known.REQUEST_TIME.sample(0.0, route=route, status=group)

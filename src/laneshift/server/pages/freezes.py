"""What pages show of a freeze: who stopped landings and why, and whether who looks may begin or end one."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request

from laneshift.runs import freezing
from laneshift.server.api.freeze import told
from laneshift.server.auth.policies import REPOSITORY
from laneshift.server.guard import parts_of, somebody

FREEZES = ("landing.frozen", "landing.thawed")


def shown(request: Request) -> dict[str, Any]:
    """The standing of the freeze, as the API tells it, with `may`: `start`, `end` or both."""
    parts, principal = parts_of(request), somebody(request)
    standing = told(parts, freezing.standing(parts.shop.journal))
    may = [name for name in ("start", "end") if parts.policy.would(principal, f"freeze.{name}", REPOSITORY)]
    return {**standing, "may": may}

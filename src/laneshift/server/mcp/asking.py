"""Who asks at `/mcp`, and the desk that they are given."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request

from laneshift.agents.desk.desk import Desk, Offices
from laneshift.config import Settings
from laneshift.runs.plan import Plan
from laneshift.server.auth.policies import REPOSITORY
from laneshift.server.auth.principal import Principal
from laneshift.server.auth.subjects import batch_resource
from laneshift.server.guard import allowed, somebody
from laneshift.server.parts import Parts


def desk_for(parts: Parts, offices: Offices, context: Any) -> Desk:
    """The desk of whoever sent the request of `context`: the policies decide each time, and it is put on record.

    Raises `Refused` (`access.no-credential`) for nobody.
    """
    request: Request = context.request
    principal = somebody(request)
    settings = parts.shop.settings(parts.shop.repository.tree(parts.policy.tip()))

    def allow(action: str, plan: Plan | None) -> None:
        allowed(request, action, REPOSITORY if plan is None else batch_resource(plan))

    return Desk(parts.shop, offices, agent_named(settings, principal), allow)


def agent_named(settings: Settings, principal: Principal) -> str:
    """The name of the agent of the settings whose key this is: the same address, and the same person answers for it.

    Empty for a person, and for an agent that the settings do not name so.
    """
    if principal.kind != "agent":
        return ""
    own = (principal.name.casefold(), principal.owner.casefold())
    found = (name for name, each in settings.agents.items() if (each.email.casefold(), each.owner.casefold()) == own)
    return next(found, "")

"""The desk of an agent that was started on this machine, under a name that whoever started it gave it."""

from __future__ import annotations

from collections.abc import Callable

from laneshift.agents.claims.port import Claims
from laneshift.agents.desk.desk import NEEDED, Desk
from laneshift.agents.registry import known
from laneshift.runs.landing_branch import landing_tip
from laneshift.runs.plan import Plan
from laneshift.runs.workshop import Workshop


def local_desk(shop: Workshop, claims: Callable[[], Claims], agent: str) -> Desk:
    """Its desk. What it may do are its roles by the settings, which are read anew for each question.

    Raises `Refused`: `agents.unknown` where the settings do not name it, `agents.not-allowed` where they let it do
    nothing at all.
    """

    def allow(action: str, _: Plan | None) -> None:
        known(shop.settings(shop.repository.tree(landing_tip(shop))), agent, NEEDED.get(action, "suggesting"))

    allow("", None)
    return Desk(shop, claims, agent, allow)

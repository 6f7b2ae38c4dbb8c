"""The desk of an agent that was started on this machine, under a name that whoever started it gave it."""

from __future__ import annotations

from laneshift.agents.desk.desk import NEEDED, Allow, Desk, Offices
from laneshift.agents.registry import known
from laneshift.errors import Refused
from laneshift.runs.landing_branch import landing_tip
from laneshift.runs.plan import Plan
from laneshift.runs.workshop import Workshop


def local_desk(shop: Workshop, offices: Offices, agent: str) -> Desk:
    """Its desk.

    Raises `Refused`: `desk.nobody` without a name, `agents.unknown` where the settings do not name it,
    `agents.not-allowed` where they let it do nothing at all.
    """
    if not agent:
        raise Refused("desk.nobody", "nobody said which agent this is", cure="give --agent NAME")
    allow = rights(shop, agent)
    allow("", None)
    return Desk(shop, offices, agent, allow)


def rights(shop: Workshop, agent: str) -> Allow:
    """What it may do: its roles by the settings of the branch that batches land on, read anew for each question."""

    def allow(action: str, _: Plan | None) -> None:
        known(shop.settings(shop.repository.tree(landing_tip(shop))), agent, NEEDED.get(action, "suggesting"))

    return allow

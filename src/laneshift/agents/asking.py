"""Packs as a person asks for them: for which agents, of which items, without what somebody holds already."""

from __future__ import annotations

from collections.abc import Sequence

from laneshift.agents.claims.port import Claims
from laneshift.agents.packs.division import Division
from laneshift.agents.packs.ended import accepted
from laneshift.agents.packs.kept import read as read_pack
from laneshift.agents.packs.making import divided, remaining
from laneshift.agents.registry import Registered, registered
from laneshift.errors import Fault, Refused
from laneshift.repo.refs import read
from laneshift.runs.plan import Plan
from laneshift.runs.workshop import Workshop


def asked(shop: Workshop, claims: Claims, plan: Plan, names: Sequence[str], items: Sequence[str]) -> Division:
    """The packs of `plan` for the agents called `names`, by default all that may commit.

    What a claim holds stays with its holder, and what was accepted of a pack is done.

    Raises `Refused` (`packs.bad-agents`) with a fault for each name, and as `divided` does.
    """
    agents = _agents(shop, plan, names)
    claims.lapse()
    held = {item for claim in claims.all() if claim.plan == plan.id for item in claim.items}
    held |= {item for pack in accepted(shop, plan.id) for item in read_pack(shop, plan.id, pack).items}
    left = [item.id for item in remaining(shop, plan, items) if item.id not in held]
    if not left:
        why = f"{len(held)} item(s) are held by somebody, or were submitted" if held else ""
        raise Refused("packs.nothing-left", f"nothing of {plan.id} is left to be handed out", why=why)
    return divided(shop, plan, agents, pick=left)


def _agents(shop: Workshop, plan: Plan, names: Sequence[str]) -> list[Registered]:
    """As the branch that the plan lands on has them now."""
    there = registered(shop.settings(shop.repository.tree(read(shop.repository, plan.target) or plan.base)))
    if not names:
        return [agent for agent in there.values() if agent.may("claiming") and agent.may("committing")]
    faults = [
        Fault(
            "packs.bad-agents",
            f"agents.{name}",
            "the settings name no such agent" if name not in there else "it may not claim",
        )
        for name in dict.fromkeys(names)
        if name not in there or not there[name].may("claiming")
    ]
    if faults:
        known = ", ".join(name for name, agent in there.items() if agent.may("claiming")) or "none"
        cure = f"these may: {known}"
        raise Refused("packs.bad-agents", f"{len(faults)} of them cannot be given packs", cure=cure, faults=faults)
    return [there[name] for name in dict.fromkeys(names)]

"""What laneshift itself makes of a pack: whatever is just so in a commit is no doing of the agent's own."""

from __future__ import annotations

from laneshift.agents.packs.pack import Pack
from laneshift.agents.packs.work import applier
from laneshift.errors import CheckFailed, Refused
from laneshift.repo.objects import Tree
from laneshift.runs.workshop import Workshop


def expected(shop: Workshop, pack: Pack, start: Tree) -> Tree | None:
    """The tree of the pack's items, done by the engine from `start`; None where the engine cannot do them there."""
    plan = shop.plans.load(pack.plan)
    done, tree = applier(shop, plan.rules), start
    try:
        for item in pack.items:
            tree = done(tree, plan.item(item)).tree
    except (Refused, CheckFailed):
        return None
    return tree

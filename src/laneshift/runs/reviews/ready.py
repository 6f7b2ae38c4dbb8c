"""Which changes of a plan can be merged now: the forge has them open, at the commit that was tested."""

from __future__ import annotations

from laneshift.forge.port import Changes
from laneshift.repo.refs import read
from laneshift.runs.plan import Plan
from laneshift.runs.reviews.names import HEADS
from laneshift.runs.workshop import Workshop


def ready_branches(shop: Workshop, plan: Plan, changes: Changes) -> list[str]:
    """Branches of open changes that are where they were tested. Raises as the forge does; it is asked if need be."""
    proposed = shop.state(plan).proposed
    if not proposed:
        return []
    held = {change.head: change.commit for change in changes.all() if change.state == "open"}
    there = [facts for facts in proposed if held.get(facts["branch"]) == facts["tip"]]
    return [
        str(facts["branch"])
        for facts in there
        if facts["remote"] or read(shop.repository, f"{HEADS}{facts['branch']}") == facts["tip"]
    ]

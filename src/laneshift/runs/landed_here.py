"""What other clones have landed is in this one: its commits, what the remote shows, and both ends of the way back."""

from __future__ import annotations

from laneshift.landing.swap import LANDED, REVERTS
from laneshift.repo.refs import RefUpdate, read, swap
from laneshift.repo.remotes import fetch, find
from laneshift.runs.at_hand import at_hand
from laneshift.runs.plan import Plan
from laneshift.runs.workshop import Workshop

_ANCHORS = ((LANDED, "tip"), (REVERTS, "revert"))


def bring(shop: Workshop, plan: Plan) -> None:
    """Where clones share the records, have every landing of `plan` in this clone, computed again and compared by id.

    The refs of its batch follow from what an earlier landing put there; one that holds something else stays as it is.
    Raises `NeedsPerson` (`run.not-the-same`), and what the remote's answer calls for.
    """
    if not shop.shared:
        return
    told = [r.facts for r in shop.journal.records(kind="land.recorded") if r.facts["batch"] == plan.batch]
    hand, repository = at_hand(shop, plan), shop.repository
    for landed in (facts for facts in told if facts["plan"] == plan.id):
        hand.landing(landed)
    if not told or told[-1]["plan"] != plan.id:
        return
    last = told[-1]
    if last.get("remote"):
        fetch(repository, find(repository, last["remote"]), last["target"])
    updates = []
    for prefix, name in _ANCHORS:
        there = read(repository, prefix + plan.batch)
        if there is None or (there != last[name] and there in {facts[name] for facts in told}):
            updates.append(RefUpdate(prefix + plan.batch, there, last[name]))
    swap(repository, updates, reason=f"laneshift: landed elsewhere {plan.batch}")

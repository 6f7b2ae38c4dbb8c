"""Whether the waivers that items passed by still hold where they land: judged anew, on the target, by the clock."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from laneshift.errors import Fault, NeedsPerson
from laneshift.gates.door import gates_of
from laneshift.gates.waiver_files import waivers_of
from laneshift.gates.waivers import Waivers, lapse
from laneshift.landing.train import Train
from laneshift.repo.differences import differences
from laneshift.runs.plan import Plan
from laneshift.runs.state import BatchState
from laneshift.runs.workshop import Workshop

JUDGED = "gates.waivers-judged"


def require_waivers(shop: Workshop, plan: Plan, key: str, train: Train) -> None:
    """Return when every failure that a waiver let pass is one that a waiver of the train's base lets pass today.

    A waiver that expired, was edited, lost its key or is gone from the target does not count, whatever it was during
    the run; one that came to the target since does. What held is recorded under `key`. Raises `NeedsPerson`
    (`waivers.lapsed`) with every item and gate that nothing covers.
    """
    state = shop.state(plan)
    if not any(_of(state, coupled.item) for coupled in train.items):
        return
    tree = shop.repository.tree(train.base)
    settings = shop.settings(shop.repository.tree(plan.base))
    waivers = waivers_of(tree, settings, {gate.id for gate in gates_of(settings)}, shop.clock())
    faults = list(_lapsed(shop, state, train, waivers))
    if faults:
        raise NeedsPerson(
            "waivers.lapsed",
            f"{len(faults)} failure(s) of gates are waived no more",
            where=train.base,
            why="what a waiver lets pass during a run has to be let pass when it lands as well",
            cure="mend the items, or sign anew with `laneshift gates waive`, commit that to the target and land again",
            faults=faults,
        )
    facts = {"plan": plan.id, "base": train.base, "tip": train.tip, "waivers": [str(each) for each in waivers.in_force]}
    shop.journal.append(f"{key}/waivers/{train.tip}", JUDGED, facts)


def _lapsed(shop: Workshop, state: BatchState, train: Train, waivers: Waivers) -> Iterator[Fault]:
    trees = [train.base_tree, *(coupled.tree for coupled in train.items)]
    for coupled, (before, after) in zip(train.items, pairwise(trees), strict=True):
        waived = _of(state, coupled.item)
        if not waived:
            continue
        touched = sorted(differences(shop.repository.tree(before), shop.repository.tree(after)))
        for each in waived:
            if why := lapse(waivers, each["gate"], coupled.item, touched, each["waiver"]):
                yield Fault("waivers.lapsed", coupled.item, f"gate {each['gate']} failed, and {why}")


def _of(state: BatchState, item: str) -> list[dict[str, str]]:
    facts = state.waived.get(item)
    return list(facts["waived"]) if facts else []

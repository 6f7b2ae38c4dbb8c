"""Resume: everything that was begun and not ended, in every plan, taken up where its journal says."""

from __future__ import annotations

from laneshift.runs import rolling_back
from laneshift.runs.plan import Plan
from laneshift.runs.working import land, run, ship, state_of
from laneshift.runs.workshop import Workshop


def resume(shop: Workshop, workers: int) -> list[Plan]:
    """Finish what was left; returns the plans that had something left. Raises what stops one of them."""
    taken = []
    for plan in shop.plans.all():
        state = state_of(shop, plan)
        if state.ship_open:
            ship(shop, plan, workers)
        elif state.run_open:
            run(shop, plan, workers)
        elif state.land_open:
            land(shop, plan)
        elif rolling_back.unfinished(shop, plan):
            rolling_back.roll_back(shop, plan)
        else:
            continue
        taken.append(plan)
    return taken

"""Resume: everything that was begun and not ended, in every plan, taken up where its journal says."""

from __future__ import annotations

from dataclasses import dataclass

from laneshift.errors import LaneshiftError
from laneshift.runs import rolling_back
from laneshift.runs.events import Event
from laneshift.runs.holding import holding
from laneshift.runs.plan import Plan
from laneshift.runs.reconciling import reconcile
from laneshift.runs.reviews.merging import settle
from laneshift.runs.settle_steps import SettleSteps
from laneshift.runs.state import BatchState
from laneshift.runs.working import abandon, canary, land, run, ship, state_of
from laneshift.runs.workshop import Workshop


@dataclass(frozen=True)
class Resumed:
    """A plan that had something left, and the error that its continuation ended with, if it did."""

    plan: Plan
    error: LaneshiftError | None


def resume(shop: Workshop, workers: int) -> list[Resumed]:
    """Finish what was left, plan by plan: what stops one of them does not keep the others from going on.

    What was begun of a plan whose inputs have drifted is given up once its batch has been planned again.
    Raises `CheckFailed` (`lock.held`) while another process is at work.
    """
    found = []
    for plan in shop.plans.all():
        state = state_of(shop, plan)
        if not state.unfinished and not state.proposed:
            continue
        try:
            _finish(shop, plan, workers)
        except LaneshiftError as error:
            if error.code == "lock.held":
                raise
            if error.code == "pins.drift" and _replaced(shop, plan):
                abandon(shop, plan, error)
                shop.report(Event("pins", f"{plan.id} is given up: {error.what}, and a newer plan has its place"))
                continue
            found.append(Resumed(plan, error))
        else:
            if state.unfinished or state_of(shop, plan).proposed != state.proposed:
                found.append(Resumed(plan, None))  # a change that only goes on waiting is nothing that was left
    return found


def _replaced(shop: Workshop, plan: Plan) -> bool:
    """Whether the batch has been planned again since."""
    return shop.plans.load(plan.batch).id != plan.id


def _finish(shop: Workshop, plan: Plan, workers: int) -> None:
    """Each part that is unfinished, once; a ship has its run and its landing in it."""
    state = state_of(shop, plan)
    if state.ship is not None:
        ship(shop, plan, workers)
    elif state.canary is not None:
        canary(shop, plan, workers)
    elif state.run is not None:
        run(shop, plan, workers)
    elif state.land is not None:
        land(shop, plan)
    elif state.doubt is not None:
        with holding(shop, f"push of {plan.id}"):
            reconcile(shop, plan, state.doubt)
    elif state.behind is not None:
        _follow(shop, plan, state)
    elif state.rollback is None:
        with holding(shop, f"changes of {plan.id}"):
            settle(shop, plan)
    else:
        rolling_back.roll_back(shop, plan)


def _follow(shop: Workshop, plan: Plan, state: BatchState) -> None:
    with holding(shop, f"work tree of {plan.id}"):
        if state.behind is not None:
            SettleSteps(shop, plan).follow(state.behind)

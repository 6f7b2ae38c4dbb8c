"""Asking an agent to mend an item that was set aside: a run of that item alone, with the agent as its fixer."""

from __future__ import annotations

from typing import Protocol

from laneshift.errors import Refused
from laneshift.runs.fixer import nobody
from laneshift.runs.plan import Plan
from laneshift.runs.state import BatchState
from laneshift.runs.workshop import Workshop


class Run(Protocol):
    """Runs items of a plan, as `working.run` does."""

    def __call__(self, shop: Workshop, plan: Plan, workers: int, *, only: list[str], fixer: str) -> BatchState:
        """Run the items `only`, and have `fixer` offered what fails."""
        ...


def mend(shop: Workshop, plan: Plan, item: str, agent: str, run: Run) -> BatchState:
    """Run `item` again and offer what fails to `agent`, or to the fixer of the settings; where everything is then.

    Steps that passed are remembered. Raises `Refused`: `fix.not-set-aside` for an item that did not fail,
    `fix.nobody` where nobody is named who mends, `agents.*` for an agent that may not, and as `run` does.
    """
    plan.item(item)
    state = shop.state(plan)
    found = state.items[item].state
    if found != "quarantined" and state.run is None:
        what = f"{item} is {found}, and only what was set aside can be mended"
        raise Refused("fix.not-set-aside", what, cure=f"laneshift inspect {plan.id} {item}")
    if shop.fixing.fixer(shop.settings(shop.repository.tree(plan.base)), agent) is None:
        raise nobody("the plan's base has no [fixer]")
    return run(shop, plan, 0, only=[item], fixer=agent)

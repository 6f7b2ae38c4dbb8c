"""Plans by the names that agents give them."""

from __future__ import annotations

from laneshift.runs.plan import Plan
from laneshift.runs.plans_by_name import plan_by_name
from laneshift.runs.workshop import Workshop


def plan_named(shop: Workshop, name: str) -> Plan:
    """The plan with this id, or the newest of this batch.

    Raises `Refused` (`plan.not-found`) also for what the command line would take for a file: an agent reads nothing
    here that is not kept among the plans.
    """
    return plan_by_name(shop.plans, name, shop.plans.load)


def plans_asked(shop: Workshop, name: str) -> list[Plan]:
    """The plan that is named, or the newest of every batch. Raises as `plan_named` does."""
    return [plan_named(shop, name)] if name else shop.plans.newest()

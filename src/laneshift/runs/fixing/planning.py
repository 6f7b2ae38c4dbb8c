"""A plan made again with the fixes that its items were given, so that people can approve of those too."""

from __future__ import annotations

from dataclasses import replace

from laneshift.errors import Refused
from laneshift.runs.fixing.awaiting import awaiting_plan
from laneshift.runs.lock_file import LockFile
from laneshift.runs.plan import Plan
from laneshift.runs.workshop import Workshop


def plan_again(shop: Workshop, plan: Plan) -> Plan:
    """The plan with every fix in it, without what has landed; the newest of its batch from now on.

    It rests on the same base, batch file and settings, and has an id of its own: nobody has approved of it yet.
    Raises `Refused`: `run.unfinished` while something of the plan is, `fix.nothing-to-plan` where nothing was mended.
    """
    state = shop.state(plan)
    if state.unfinished:
        what = f"the {' and '.join(state.unfinished)} of {plan.id} was begun and has not ended"
        raise Refused("run.unfinished", what, cure="laneshift resume")
    if not awaiting_plan(state):
        what = f"no item of {plan.id} waits to be planned again with a fix"
        raise Refused("fix.nothing-to-plan", what, cure=f"laneshift inspect {plan.id}")
    items = tuple(state.item(item.id) for item in plan.items if state.items[item.id].state != "landed")
    again = replace(plan, items=items, when=shop.now())
    lock = LockFile(shop.repository.state_dir)
    known = lock.get(plan.id)
    shop.plans.save(again)
    if known is not None:
        lock.put(replace(known, plan=again.id, made=again.when, pins=again.pins), shop.plans.has)
    return again

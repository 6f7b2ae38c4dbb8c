"""A plan as text, and read back with suspicion: it may come from another clone, or from somebody's editor. Pure."""

from __future__ import annotations

import json

from laneshift.errors import Fault, Refused
from laneshift.runs.plan import Plan
from laneshift.runs.plan_check import plan_faults

LARGEST = 64 * 2**20
"""The most bytes that a stored plan has."""


def text_of(plan: Plan) -> str:
    """The plan with its digest, as JSON."""
    return json.dumps({"digest": plan.digest, "plan": plan.as_json()}, indent=1) + "\n"


def plan_in(text: str, where: str) -> Plan:
    """The plan that a text of `text_of` holds; `where` names its place to a person.

    Raises `Refused`: `plan.unreadable` for what is no plan, `plan.unsound` for one that laneshift never made,
    `plan.edited` when its content is not what its digest says.
    """
    try:
        stored = json.loads(text)
        plan, said = Plan.from_json(stored["plan"]), str(stored["digest"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Refused("plan.unreadable", "this file is not a plan", where=where, why=str(error)[:400]) from error
    faults = [Fault("plan.unsound", where, text) for text in plan_faults(plan)]
    if faults:
        raise Refused("plan.unsound", "this file is not a plan that laneshift made", where=where, faults=faults)
    if plan.digest != said:
        raise Refused(
            "plan.edited",
            "this plan was changed after it was made",
            where=where,
            why=f"its digest is {plan.digest}, it says {said}",
            cure="make the plan again with `laneshift plan`",
        )
    return plan


def too_large(where: str) -> Refused:
    """The error for a file that no plan fills."""
    return Refused("plan.unreadable", "this file is too large for a plan", where=where)

"""Plans by the names that agents give them."""

from __future__ import annotations

import re

from laneshift.errors import Refused
from laneshift.runs.plan import Plan
from laneshift.runs.plan_files import not_found
from laneshift.runs.workshop import Workshop

_NAME = re.compile(r"[^/\\\x00-\x1f\x7f]{1,300}")


def plan_named(shop: Workshop, name: str) -> Plan:
    """The plan with this id, or the newest of this batch.

    Raises `Refused` (`plan.not-found`) also for what the command line would take for a file: an agent reads nothing
    here that is not kept among the plans.
    """
    if not _NAME.fullmatch(name) or name.startswith(".") or name.endswith(".json"):
        raise not_found(name[:100])
    try:
        return shop.plans.load(shop.plans.latest(name) or name)
    except (OSError, ValueError) as error:
        raise not_found(name[:100]) from error
    except Refused as error:
        raise (not_found(name[:100]) if error.code == "plan.not-found" else error) from error


def plans_asked(shop: Workshop, name: str) -> list[Plan]:
    """The plan that is named, or the newest of every batch. Raises as `plan_named` does."""
    return [plan_named(shop, name)] if name else shop.plans.newest()

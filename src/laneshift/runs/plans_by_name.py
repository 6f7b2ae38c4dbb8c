"""Plans by the names that others give, who read nothing here but what is kept among the plans."""

from __future__ import annotations

import re
from collections.abc import Callable

from laneshift.errors import Refused
from laneshift.runs.plan import Plan
from laneshift.runs.plan_files import Plans, not_found

_NAME = re.compile(r"[^/\\\x00-\x1f\x7f]{1,300}")
_SHOWN = 100


def plan_by_name(plans: Plans, name: str, load: Callable[[str], Plan]) -> Plan:
    """The plan with this id, or the newest of this batch; `load` gives it by its id.

    Raises `Refused` (`plan.not-found`), also for what the command line would take for a file. Which batches there are
    is told to those alone who may list them.
    """
    if not _NAME.fullmatch(name) or name.startswith(".") or name.endswith(".json"):
        raise not_found(name[:_SHOWN])
    try:
        return load(plans.latest(name) or name)
    except (OSError, ValueError) as error:
        raise not_found(name[:_SHOWN]) from error
    except Refused as error:
        raise (not_found(name[:_SHOWN]) if error.code == "plan.not-found" else error) from error

"""Steps of kind `approval`: a person says yes. Of a plan whose repository names people, by signing its digest.

Where nobody is named, a signal with the name of the step's `signal` counts, and who gave it is in the value. A refusal
is a signal too: its value is false, or has `approve = false`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, Field

from laneshift.config.values import STRICT
from laneshift.errors import NeedsPerson
from laneshift.runs.approval_judging import bench_of, standings
from laneshift.runs.approving import require
from laneshift.runs.awaiting import needs_approval
from laneshift.runs.flowing.effects import Done, Failed, NotYet, Outcome, Signal, Work
from laneshift.runs.flowing.kinds.given import given
from laneshift.runs.flowing.kinds.site import Site

Json = Any
_LOOK_SECONDS = 15.0
_FINAL = frozenset({"approval.canary-red", "approval.no-canary"})
"""What no signature mends."""


class Approval(BaseModel):
    """The settings. `plan` is the plan to approve, empty for a yes to the flow itself; `text` is what people read."""

    model_config = STRICT
    plan: str = ""
    signal: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,59}$")] = "approve"
    text: Annotated[str, Field(max_length=2000)] = ""


def perform(site: Site, work: Work) -> Outcome:
    """Whether it is approved; the value is {by, plan}."""
    asked = given(Approval, work.settings)
    if asked.plan:
        plan = site.shop.plans.load(asked.plan)
        if needs_approval(site.shop, plan):
            try:
                require(site.shop, plan)
            except NeedsPerson as error:
                if error.code in _FINAL:
                    return Failed(error.code, error.what, error.why)
                return NotYet(_LOOK_SECONDS, f"{error.what}: laneshift approve {plan.id}")
            held, _ = standings(bench_of(site.shop, plan))
            return Done({"by": list(held.approvers), "plan": plan.id})
    given_ = next((each for each in work.signals if each.name == asked.signal and _is_person(each)), None)
    if given_ is None:
        return NotYet(None, asked.text or "a person has to say yes", (asked.signal,))
    if not _is_yes(given_):
        return Failed("flow.refused", f"{given_.by} said no", _said(given_))
    return Done({"by": [given_.by], "plan": asked.plan, "said": given_.value})


def _is_person(signal: Signal) -> bool:
    """An agent never approves, whatever the policy lets it signal."""
    return not signal.by.startswith("agent:")


def _is_yes(signal: Signal) -> bool:
    value = signal.value
    return value.get("approve", True) is True if isinstance(value, Mapping) else value is None or value is True


def _said(signal: Signal) -> str:
    return str(signal.value.get("why", "")) if isinstance(signal.value, Mapping) else ""

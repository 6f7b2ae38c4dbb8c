"""Whether a landing by review has anything to do: what is proposed already, on the base of today, only waits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from laneshift.runs.arguments import Landing, is_reviewed, landing_remote
from laneshift.runs.land_steps import LandSteps
from laneshift.runs.plan import Plan
from laneshift.runs.state import BatchState
from laneshift.runs.trains import Trains
from laneshift.runs.workshop import Workshop


def waiting(
    shop: Workshop, plan: Plan, state: BatchState, landing: Landing, merged: Sequence[Mapping[str, Any]]
) -> dict[str, Any] | None:
    """The outcome of a landing that need not begin; None where there is something to land or to bring up to date.

    `merged` are the landings that were recorded just now. Raises what looking at the target does.
    """
    if not is_reviewed(shop, plan, landing) or not (state.proposed or merged):
        return None
    ready = [item for item in state.in_state("ready-to-land") if not landing.only or item in landing.only]
    if not state.proposed and not ready:
        return {**merged[-1], "items": [item for each in merged for item in each["items"]], "dropped": []}
    tip = LandSteps(shop, plan, Trains(shop, plan)).target_tip({"remote": landing_remote(shop, plan, landing.remote)})
    proposed = {item for each in state.proposed if each["base"] == tip for item in each["items"]}
    if not set(ready) <= proposed:
        return None
    changes = [dict(each) for each in state.proposed if each["base"] == tip]
    items = [item for each in changes for item in each["items"]]
    return {"result": "proposed", "changes": changes, "items": items, "dropped": []}

"""Run, land and ship: each starts a workflow under a key, or joins the one that an earlier process left.

The key carries an attempt number from the journal. An attempt that was started and not ended is joined; after one
that ended, the next number starts a new one.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

from laneshift.errors import NeedsPerson, Refused
from laneshift.repo.lock import hold
from laneshift.runs.engine.port import StepFailed
from laneshift.runs.failure import rebuilt
from laneshift.runs.plan import Plan
from laneshift.runs.program import program
from laneshift.runs.run_steps import RunSteps
from laneshift.runs.state import BatchState
from laneshift.runs.workshop import Workshop


@dataclass(frozen=True, slots=True)
class Landing:
    """How a landing is asked for: some of the items only, or the test without the landing."""

    only: tuple[str, ...] = ()
    check: bool = False


def state_of(shop: Workshop, plan: Plan) -> BatchState:
    """Where every item of the plan is."""
    return RunSteps(shop, plan).state()


def run(shop: Workshop, plan: Plan, workers: int) -> BatchState:
    """Work on every waiting item; quarantined ones are tried again. Returns when none is left."""
    with _holding(shop, f"run of {plan.id}"):
        argument = run_argument(shop, plan, workers)
        if argument["items"] or state_of(shop, plan).run_open:
            _perform(shop, plan, "run", argument, argument["workers"])
    return state_of(shop, plan)


def land(shop: Workshop, plan: Plan, landing: Landing = Landing()) -> dict[str, Any]:
    """Land what is ready. Raises the error that stopped the landing, if one did."""
    with _holding(shop, f"landing of {plan.id}"):
        outcome = _perform(shop, plan, "land", land_argument(shop, plan, landing), 1)
    return _checked(outcome)


def ship(shop: Workshop, plan: Plan, workers: int) -> dict[str, Any]:
    """Run, then land."""
    with _holding(shop, f"shipping of {plan.id}"):
        state = state_of(shop, plan)
        key = state.ship_open or f"{plan.id}/ship-{state.run_attempt + 1}"
        argument = {
            "key": key,
            "run": run_argument(shop, plan, workers),
            "land": land_argument(shop, plan, Landing()),
        }
        outcome = _perform(shop, plan, "ship", argument, max(workers, 1))
    return _checked(outcome["land"])


def run_argument(shop: Workshop, plan: Plan, workers: int) -> dict[str, Any]:
    """What the run workflow is started with. An open attempt is joined, so only its key matters then."""
    state = state_of(shop, plan)
    attempt = state.run_attempt if state.run_open else state.run_attempt + 1
    again = state.in_state("quarantined") if state.run_attempt and not state.run_open else []
    wanted = {*state.to_run(), *again}
    items = [item.id for item in plan.items if item.id in wanted]
    return {
        "key": f"{plan.id}/run-{attempt}",
        "plan": plan.id,
        "attempt": attempt,
        "items": items,
        "workers": max(1, workers or os.cpu_count() or 1),
    }


def land_argument(shop: Workshop, plan: Plan, landing: Landing) -> dict[str, Any]:
    """What the land workflow is started with. Raises `Refused` for an item that is not ready to land."""
    state = state_of(shop, plan)
    ready = state.in_state("ready-to-land", *(["held"] if landing.check else []))
    unready = [item for item in landing.only if item not in ready]
    if unready:
        raise Refused("land.not-ready", f"not ready to land: {', '.join(unready)}", cure=f"laneshift inspect {plan.id}")
    attempt = state.land_attempt if state.land_open else state.land_attempt + 1
    return {
        "key": f"{plan.id}/land-{attempt}",
        "plan": plan.id,
        "attempt": attempt,
        "only": list(landing.only),
        "check": landing.check,
    }


def _holding(shop: Workshop, what: str) -> Any:
    shop.repository.state_dir.mkdir(parents=True, exist_ok=True)
    return hold(shop.repository.state_dir / "work.lock", what)


def _perform(shop: Workshop, plan: Plan, workflow: str, argument: dict[str, Any], workers: int) -> Any:
    with shop.engine(program(shop, plan), workers, plan.id) as engine:
        try:
            return engine.run(workflow, argument["key"], argument)
        except StepFailed as failure:
            raise rebuilt(failure.facts) from failure


def _checked(outcome: dict[str, Any]) -> dict[str, Any]:
    if outcome["result"] == "stopped":
        raise rebuilt(outcome["error"])
    if outcome["result"] == "base-moved":
        raise NeedsPerson(
            "land.base-moves",
            f"the target moved {outcome['rounds']} times while the landing was tested",
            cure="land again when fewer others push, or in smaller batches",
        )
    return outcome

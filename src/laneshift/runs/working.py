"""Run, land, ship and canary: each starts a workflow under a key, or joins the one that an earlier process left.

What is asked for is in the journal before anything else happens, so that a process killed at any instant after that is
taken up by `resume`. The key carries an attempt number: an attempt that was started and not ended is joined; after one
that ended, the next number starts a new one. Before any of it, what the plan was made from is looked at again.
"""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from typing import Any

from laneshift.errors import LaneshiftError, Refused
from laneshift.evidence.canonical import canonical
from laneshift.landing.pushing import holds
from laneshift.repo.fetching import ensure_commit
from laneshift.repo.refs import read
from laneshift.runs.approving import require
from laneshift.runs.arguments import Landing, heavy, is_other, land_argument, landing_remote, run_argument, unfinished
from laneshift.runs.canarying import Canary, begun, canary_of
from laneshift.runs.collecting import seldom_collected
from laneshift.runs.engine.port import StepFailed
from laneshift.runs.failure import rebuilt
from laneshift.runs.freezing import refuse_frozen
from laneshift.runs.holding import holding
from laneshift.runs.land_steps import LandSteps
from laneshift.runs.pausing import lift, paused
from laneshift.runs.pinning import refuse_drift
from laneshift.runs.plan import Plan
from laneshift.runs.program import program
from laneshift.runs.reviews.merging import settle
from laneshift.runs.reviews.waiting import waiting
from laneshift.runs.run_steps import RunSteps
from laneshift.runs.state import BatchState
from laneshift.runs.trains import Trains
from laneshift.runs.workshop import Workshop

_PARTS = {
    "ship": ("run", "land", "ship"),
    "canary": ("run", "land", "canary"),
    "run": ("run",),
    "land": ("land",),
}
"""What has to be closed when it fails."""
_ENDS = ("ship", "canary", "run", "land")
"""What can be given up, what started others first."""
_OWN = {
    "ship": ("run", "land", "ship", "push", "work-tree"),
    "canary": ("run", "land", "canary"),
    "run": ("run",),
    "land": ("land", "push", "work-tree"),
}
"""What is unfinished while it is, and is finished with it."""


_ALL = Landing()


def state_of(shop: Workshop, plan: Plan) -> BatchState:
    """Where every item of the plan is."""
    return shop.state(plan)


def run(
    shop: Workshop,
    plan: Plan,
    workers: int,
    go_on: str = "",
    *,
    auto: bool = False,
    only: Collection[str] | None = None,
    fixer: str = "",
) -> BatchState:
    """Work on every waiting item; quarantined ones are tried again. Returns when none is left, or at a pause.

    With `only` it works on those items alone, but goes on with a run that was begun as that one was begun. What fails
    is offered to the agent `fixer`, by default to the one that the settings name.
    `go_on` is the reason for which a person lifts a pause; `auto` asks to go without an approval. Raises `Refused`
    while another part of the plan is unfinished, `NeedsPerson` while it is paused (`run.paused`) and as `require` does,
    and the error that ended the run early, if one did.
    """
    with holding(shop, f"run of {plan.id}"):
        state = _only(shop, plan, "run")
        refuse_drift(shop, plan)
        if go_on:
            lift(shop, plan, state, go_on)
            state = state_of(shop, plan)
        _refuse_pause(plan, state, "run")
        argument = run_argument(shop, plan, state, workers, only, fixer)
        if argument["items"] or state.run is not None:
            require(shop, plan, auto=auto)
            RunSteps(shop, plan).started(argument)
            outcome = _perform(shop, plan, "run", argument, heavy(shop, plan, workers))
            if outcome["error"] is not None and outcome["error"]["code"] != "run.paused":
                raise rebuilt(outcome["error"])
    return state_of(shop, plan)


def land(shop: Workshop, plan: Plan, wanted: Landing | None = None, *, auto: bool = False) -> dict[str, Any]:
    """Land what is ready. Raises the error that stopped the landing, if one did, and otherwise as `run` does.

    What was begun is ended; `wanted` is refused (`run.unfinished`) where something else was begun. `NeedsPerson`
    (`land.frozen`) while a freeze stands. What people merged since is recorded first; where nothing is left but
    changes that wait for them, these are told.
    """
    landing = wanted or _ALL
    with holding(shop, f"landing of {plan.id}"):
        state = _only(shop, plan, "land")
        if wanted is not None and state.land is not None and is_other(state.land, wanted):
            raise unfinished(plan, "land", "otherwise than asked for now")
        if state.land is None and not landing.check:
            merged = settle(shop, plan)
            state = _only(shop, plan, "land")
            if (told := waiting(shop, plan, state, landing, merged)) is not None:
                return told
        if not _has_moved(shop, plan):
            refuse_drift(shop, plan)
            if not (state.land["check"] if state.land else landing.check):
                refuse_frozen(shop, plan.id)
                require(shop, plan, "landing", auto=auto)
        argument = land_argument(shop, plan, state, landing)
        LandSteps(shop, plan, Trains(shop, plan)).started(argument)
        outcome = _perform(shop, plan, "land", argument, 1)
    return _checked(outcome)


def ship(shop: Workshop, plan: Plan, workers: int, remote: str | None = None, *, auto: bool = False) -> dict[str, Any]:
    """Run, then land. `remote` is that of `Landing`; a ship that was begun keeps the one that it was begun with."""
    with holding(shop, f"shipping of {plan.id}"):
        state = _only(shop, plan, "ship")
        if not _has_moved(shop, plan):
            refuse_drift(shop, plan)
            refuse_frozen(shop, plan.id)
            require(shop, plan, "shipping", auto=auto)
        _refuse_pause(plan, state, "ship")
        key = state.ship["key"] if state.ship else f"{plan.id}/ship-{state.ship_attempt + 1}"
        attempt = state.ship_attempt if state.ship else state.ship_attempt + 1
        landing = Landing(remote=state.ship.get("remote", "") if state.ship else landing_remote(shop, plan, remote))
        facts = {"plan": plan.id, "key": key, "attempt": attempt, "remote": landing.remote}
        shop.journal.append(f"{key}/started", "ship.started", facts)
        argument = {
            "key": key,
            "run": run_argument(shop, plan, state, workers),
            "land": land_argument(shop, plan, state, landing),
        }
        outcome = _perform(shop, plan, "ship", argument, heavy(shop, plan, workers))
    return _checked(outcome)


def canary(shop: Workshop, plan: Plan, workers: int, size: Decimal | None = None) -> Canary:
    """Run the items of the canary and test them together, landing nothing; what was found, recorded.

    `size` is their share of the items, by default as the plan's base sets it; a canary that was begun keeps its own.
    Raises `CheckFailed` (`canary.nothing-checked`) when there is no item to check, and as `run` does.
    """
    with holding(shop, f"canary of {plan.id}"):
        state = _only(shop, plan, "canary")
        refuse_drift(shop, plan)
        facts = state.canary or begun(shop, plan, state, size)
        only = tuple(facts["items"])
        argument = {
            "key": facts["key"],
            "run": run_argument(shop, plan, state, workers, only),
            "land": land_argument(shop, plan, state, Landing(only, check=True, beside=True), known=only),
        }
        outcome = _perform(shop, plan, "canary", argument, heavy(shop, plan, workers))
    if outcome["result"] == "stopped":
        raise rebuilt(outcome["error"])
    return canary_of(shop, plan, facts["key"])


def abandon(shop: Workshop, plan: Plan, why: LaneshiftError) -> None:
    """End what was begun of the plan without finishing it, for the reason `why`. What is ready to land stays so."""
    with holding(shop, f"giving up of {plan.id}"):
        state = state_of(shop, plan)
        with shop.engine(program(shop, plan), 1, plan.id) as engine:
            for part in _ENDS:
                begun: Mapping[str, Any] | None = getattr(state, part)
                if begun is not None:
                    # A process that was killed early has recorded what was asked for, and not started it.
                    with contextlib.suppress(Refused):
                        engine.cancel(begun["key"])
        _close(shop, plan, _ENDS, why)


def _only(shop: Workshop, plan: Plan, wanted: str) -> BatchState:
    """The state, if nothing is unfinished but what is wanted. A plan does one thing at a time."""
    _fitting(shop, plan)
    state = state_of(shop, plan)
    mine = _OWN[wanted] if getattr(state, wanted) is not None else ()
    others = [part for part in state.unfinished if part not in mine]
    if others:
        raise unfinished(plan, " and ".join(others))
    return state


def _refuse_pause(plan: Plan, state: BatchState, wanted: str) -> None:
    """A paused run starts nothing; an attempt that is open ends by itself, and tells that it is paused."""
    if state.paused is not None and getattr(state, wanted) is None and (wanted == "run" or state.to_run()):
        raise paused(plan, state.paused)


def _has_moved(shop: Workshop, plan: Plan) -> bool:
    """Whether the target holds what a landing of the plan made, or may hold it, and nobody has recorded that.

    What has happened is recorded whatever else has changed since.
    """
    if shop.state(plan).doubt is not None:
        return True
    journal, prefix = shop.journal, f"{plan.id}/"
    landed = {record.facts["tip"] for record in journal.records(kind="land.recorded", prefix=prefix)}
    intended = journal.records(kind="land.intended", prefix=prefix)
    meant = {record.facts["new"] for record in intended if not record.facts.get("remote")} - landed
    there = read(shop.repository, plan.target)
    return there is not None and any(holds(shop.repository, there, tip) for tip in meant)


def _fitting(shop: Workshop, plan: Plan) -> None:
    """Refuse a plan of another repository; keep one that came from a file."""
    check_base(shop, plan)
    shop.plans.keep(plan)


def check_base(shop: Workshop, plan: Plan) -> None:
    """See to it that the base of `plan` is here, from the remote if need be.

    Raises `Refused`: `plan.no-base` when it cannot be had, `plan.other-base` when it is not what the plan says.
    """
    try:
        ensure_commit(shop.repository, plan.base, plan.target)
        tree = shop.repository.tree(plan.base).oid
    except Refused as error:
        raise Refused(
            "plan.no-base",
            f"this repository does not have the base {plan.base[:12]} of {plan.id}",
            why=error.why or error.what,
            cure="push a branch that holds it from the clone that planned, or plan again",
        ) from error
    if tree != plan.base_tree:
        raise Refused("plan.other-base", f"the base of {plan.id} has tree {tree}, the plan says {plan.base_tree}")


def _perform(shop: Workshop, plan: Plan, workflow: str, argument: Mapping[str, Any], workers: int) -> Any:
    shop.foresee()
    with seldom_collected(), shop.engine(program(shop, plan), workers, plan.id) as engine:
        try:
            return engine.run(workflow, argument["key"], argument)
        except StepFailed as failure:
            # A key that ended badly stays so: without this record every later attempt would join the failure.
            error = rebuilt(failure.facts)
            _close(shop, plan, _PARTS[workflow], error)
            raise error from failure


def _close(shop: Workshop, plan: Plan, parts: Iterable[str], error: LaneshiftError) -> None:
    state = state_of(shop, plan)
    told = {"plan": plan.id, "result": "failed", "outcome": shop.store.put(canonical(error.as_dict()))}
    for part in parts:
        begun: Mapping[str, Any] | None = getattr(state, part)
        if begun is not None:
            shop.journal.append(f"{begun['key']}/ended", f"{part}.ended", told)


def _checked(outcome: dict[str, Any]) -> dict[str, Any]:
    if outcome["result"] == "stopped":
        raise rebuilt(outcome["error"])
    if outcome.get("behind"):
        raise rebuilt(outcome["behind"])
    return outcome

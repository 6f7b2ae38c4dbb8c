"""Run, land and ship: each starts a workflow under a key, or joins the one that an earlier process left.

What is asked for is in the journal before anything else happens, so that a process killed at any instant after that is
taken up by `resume`. The key carries an attempt number: an attempt that was started and not ended is joined; after one
that ended, the next number starts a new one.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from laneshift.errors import LaneshiftError, Refused
from laneshift.evidence.canonical import canonical
from laneshift.repo.fetching import ensure_commit
from laneshift.repo.lock import hold
from laneshift.repo.refs import settle
from laneshift.repo.remotes import find
from laneshift.runs.engine.port import StepFailed
from laneshift.runs.failure import rebuilt
from laneshift.runs.land_steps import LandSteps
from laneshift.runs.plan import Plan
from laneshift.runs.program import program
from laneshift.runs.run_steps import RunSteps
from laneshift.runs.state import BatchState
from laneshift.runs.trains import Trains
from laneshift.runs.workshop import Workshop

_PARTS = {"ship": ("run", "land", "ship"), "run": ("run",), "land": ("land",)}
"""What has to be closed when it fails."""
_OWN = {"ship": ("run", "land", "ship", "push", "work-tree"), "run": ("run",), "land": ("land", "push", "work-tree")}
"""What is unfinished while it is, and is finished with it."""


@dataclass(frozen=True, slots=True)
class Landing:
    """How a landing is asked for: some of the items only, or the test without the landing.

    `remote` is the git remote to land on, "" the local branch alone; None leaves it to the settings.
    """

    only: tuple[str, ...] = ()
    check: bool = False
    remote: str | None = None


def state_of(shop: Workshop, plan: Plan) -> BatchState:
    """Where every item of the plan is."""
    return RunSteps(shop, plan).state()


def run(shop: Workshop, plan: Plan, workers: int) -> BatchState:
    """Work on every waiting item; quarantined ones are tried again. Returns when none is left.

    Raises `Refused` while another part of the plan is unfinished, and the error that ended the run early, if one did.
    """
    with holding(shop, f"run of {plan.id}"):
        state = _only(shop, plan, "run")
        argument = _run_argument(shop, plan, state, workers)
        if argument["items"] or state.run is not None:
            RunSteps(shop, plan).started(argument)
            outcome = _perform(shop, plan, "run", argument, _heavy(shop, plan, workers))
            if outcome["error"] is not None:
                raise rebuilt(outcome["error"])
    return state_of(shop, plan)


def land(shop: Workshop, plan: Plan, landing: Landing = Landing()) -> dict[str, Any]:
    """Land what is ready. Raises the error that stopped the landing, if one did, and `Refused` as `run` does."""
    with holding(shop, f"landing of {plan.id}"):
        state = _only(shop, plan, "land")
        argument = _land_argument(shop, plan, state, landing)
        LandSteps(shop, plan, Trains(shop, plan)).started(argument)
        outcome = _perform(shop, plan, "land", argument, 1)
    return _checked(outcome)


def ship(shop: Workshop, plan: Plan, workers: int, remote: str | None = None) -> dict[str, Any]:
    """Run, then land. `remote` is that of `Landing`; a ship that was begun keeps the one that it was begun with."""
    with holding(shop, f"shipping of {plan.id}"):
        state = _only(shop, plan, "ship")
        key = state.ship["key"] if state.ship else f"{plan.id}/ship-{state.ship_attempt + 1}"
        attempt = state.ship_attempt if state.ship else state.ship_attempt + 1
        landing = Landing(remote=state.ship.get("remote", "") if state.ship else landing_remote(shop, plan, remote))
        facts = {"plan": plan.id, "key": key, "attempt": attempt, "remote": landing.remote}
        shop.journal.append(f"{key}/started", "ship.started", facts)
        argument = {
            "key": key,
            "run": _run_argument(shop, plan, state, workers),
            "land": _land_argument(shop, plan, state, landing),
        }
        outcome = _perform(shop, plan, "ship", argument, _heavy(shop, plan, workers))
    return _checked(outcome)


@contextmanager
def holding(shop: Workshop, what: str) -> Iterator[None]:
    """The lock under which everything that changes the repository works; `lock.held` tells who has it.

    Refs that a killed process moved by halves are settled first, since everything after looks at them.
    """
    shop.repository.state_dir.mkdir(parents=True, exist_ok=True)
    with hold(shop.repository.state_dir / "work.lock", what):
        settle(shop.repository)
        yield


def _only(shop: Workshop, plan: Plan, wanted: str) -> BatchState:
    """The state, if nothing is unfinished but what is wanted. A plan does one thing at a time."""
    _fitting(shop, plan)
    state = state_of(shop, plan)
    mine = _OWN[wanted] if getattr(state, wanted) is not None else ()
    others = [part for part in state.unfinished if part not in mine]
    if others:
        raise Refused(
            "run.unfinished",
            f"the {' and '.join(others)} of {plan.id} was begun and has not ended",
            cure="laneshift resume",
        )
    return state


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


def _run_argument(shop: Workshop, plan: Plan, state: BatchState, workers: int) -> dict[str, Any]:
    """What the run workflow is started with; for an attempt that is open, what it was started with."""
    if state.run is not None:
        return {name: state.run[name] for name in ("key", "plan", "attempt", "items", "workers")}
    wanted = {*state.to_run(), *(state.in_state("quarantined") if state.run_attempt else [])}
    attempt = state.run_attempt + 1
    return {
        "key": f"{plan.id}/run-{attempt}",
        "plan": plan.id,
        "attempt": attempt,
        "items": [item.id for item in plan.items if item.id in wanted],
        "workers": _heavy(shop, plan, workers),
    }


def _land_argument(shop: Workshop, plan: Plan, state: BatchState, landing: Landing) -> dict[str, Any]:
    """What the land workflow is started with. Raises `Refused` for an item that is not ready to land."""
    if state.land is not None:
        return {name: state.land[name] for name in ("key", "plan", "attempt", "only", "check", "remote", "bases")}
    # What has landed is in the base of a check already, so a command that names it still shows what it showed.
    ready = state.in_state("ready-to-land", *(["held", "landed"] if landing.check else []))
    unready = [item for item in landing.only if item not in ready]
    if unready:
        raise Refused("land.not-ready", f"not ready to land: {', '.join(unready)}", cure=f"laneshift inspect {plan.id}")
    attempt = state.land_attempt + 1
    return {
        "key": f"{plan.id}/land-{attempt}",
        "plan": plan.id,
        "attempt": attempt,
        "only": list(landing.only),
        "check": landing.check,
        "remote": landing_remote(shop, plan, landing.remote),
        "bases": shop.settings(shop.repository.tree(plan.base)).landing.attempts,
    }


def landing_remote(shop: Workshop, plan: Plan, asked: str | None) -> str:
    """The name of the remote to land on, "" for none: as asked, or as the plan's base sets it.

    Raises `Refused` when this repository has no such remote, or it is one that must not be talked to, and where clones
    work together and there is none.
    """
    name = shop.settings(shop.repository.tree(plan.base)).landing.remote if asked is None else asked
    if shop.shared and not name:
        raise Refused(
            "land.no-remote",
            "several clones work on this, so a landing in the branch of one of them would be no landing",
            cure="set landing.remote in laneshift.toml, or give --remote NAME",
        )
    return find(shop.repository, name).name if name else ""


def _heavy(shop: Workshop, plan: Plan, workers: int) -> int:
    """How many items are worked on at a time: as asked, as configured, or one a core."""
    if workers:
        return workers
    return shop.settings(shop.repository.tree(plan.base)).workers or os.cpu_count() or 1


def _perform(shop: Workshop, plan: Plan, workflow: str, argument: Mapping[str, Any], workers: int) -> Any:
    with shop.engine(program(shop, plan), workers, plan.id) as engine:
        try:
            return engine.run(workflow, argument["key"], argument)
        except StepFailed as failure:
            # A key that ended badly stays so: without this record every later attempt would join the failure.
            error = rebuilt(failure.facts)
            _close(shop, plan, workflow, error)
            raise error from failure


def _close(shop: Workshop, plan: Plan, workflow: str, error: LaneshiftError) -> None:
    state = state_of(shop, plan)
    told = {"plan": plan.id, "result": "failed", "outcome": shop.store.put(canonical(error.as_dict()))}
    for part in _PARTS[workflow]:
        begun: Mapping[str, Any] | None = getattr(state, part)
        if begun is not None:
            shop.journal.append(f"{begun['key']}/ended", f"{part}.ended", told)


def _checked(outcome: dict[str, Any]) -> dict[str, Any]:
    if outcome["result"] == "stopped":
        raise rebuilt(outcome["error"])
    if outcome.get("behind"):
        raise rebuilt(outcome["behind"])
    return outcome

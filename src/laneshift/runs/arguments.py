"""What the workflows of a plan are started with: worked out anew, or what an attempt that is open was started with."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from laneshift.errors import Refused
from laneshift.repo.remotes import find
from laneshift.runs.plan import Plan
from laneshift.runs.state import BatchState
from laneshift.runs.workshop import Workshop


@dataclass(frozen=True, slots=True)
class Landing:
    """How a landing is asked for: some of the items only, or the test without the landing.

    `remote` is the git remote to land on, "" the local branch alone; `by` is `swap` or `pull-request`. None leaves
    either to the settings. `beside`: a check looks at lanes as they are where what the items wait for has moved too.
    """

    only: tuple[str, ...] = ()
    check: bool = False
    remote: str | None = None
    by: str | None = None
    beside: bool = False


def run_argument(
    shop: Workshop, plan: Plan, state: BatchState, workers: int, only: Collection[str] | None = None, fixer: str = ""
) -> dict[str, Any]:
    """What the run workflow is started with: every item that waits or is to be tried again, or those of `only`.

    `fixer` is the agent to be offered what fails; empty for the one that the settings name. Raises `Refused`
    (`agents.*`) for one that is not there, may not mend, or cannot be started.
    """
    if state.run is not None:
        names = ("key", "plan", "attempt", "items", "stages", "workers")
        return {name: state.run[name] for name in (*names, *(["fixer"] if "fixer" in state.run else []))}
    shop.fixing.fixer(shop.settings(shop.repository.tree(plan.base)), fixer)
    wanted = {*state.to_run(), *(state.in_state("quarantined") if state.run_attempt else [])}
    chosen = [item for item in plan.items if item.id in wanted and (only is None or item.id in only)]
    chosen.sort(key=lambda item: item.stage)
    attempt = state.run_attempt + 1
    return {
        "key": f"{plan.id}/run-{attempt}",
        "plan": plan.id,
        "attempt": attempt,
        "items": [item.id for item in chosen],
        "stages": [[number, len(list(found))] for number, found in groupby(chosen, key=lambda item: item.stage)],
        "workers": heavy(shop, plan, workers),
        **({"fixer": fixer} if fixer else {}),
    }


def land_argument(
    shop: Workshop, plan: Plan, state: BatchState, landing: Landing, known: Collection[str] = ()
) -> dict[str, Any]:
    """What the land workflow is started with. `known` are items that will be ready by then, or are not to land.

    Raises `Refused` (`land.not-ready`) for another one that is not ready to land.
    """
    if state.land is not None:
        known = ("key", "plan", "attempt", "only", "check", "beside", "remote", "bases", "per")
        return {name: state.land[name] for name in known if name in state.land}
    # What has landed is in the base of a check already, so a command that names it still shows what it showed.
    ready = {*state.in_state("ready-to-land", *(["held", "landed"] if landing.check else [])), *known}
    unready = [item for item in landing.only if item not in ready]
    if unready:
        raise Refused(
            "land.not-ready",
            f"not ready to land: {', '.join(unready)}",
            why="; ".join(
                f"{item} is {state.items[item].state}" if item in state.items else f"the batch has no item {item}"
                for item in unready
            ),
            cure=f"laneshift inspect {plan.id}",
        )
    attempt = state.land_attempt + 1
    return {
        "key": f"{plan.id}/land-{attempt}",
        "plan": plan.id,
        "attempt": attempt,
        "only": list(landing.only),
        "check": landing.check,
        **({"beside": True} if landing.beside else {}),
        "remote": landing_remote(shop, plan, landing.remote),
        "bases": shop.settings(shop.repository.tree(plan.base)).landing.attempts,
        **({"per": forge_per(shop, plan, landing)} if is_reviewed(shop, plan, landing) else {}),
    }


def is_other(begun: Mapping[str, Any], wanted: Landing) -> bool:
    """Whether a landing that was begun is not what is asked for: a check where one should land, or other items.

    A wish that names no items, or no remote, leaves them to what was begun.
    """
    remote = wanted.remote is not None and wanted.remote != begun.get("remote", "")
    return begun["check"] != wanted.check or is_for_others(begun["only"], wanted.only) or remote


def is_for_others(begun: Collection[str], wanted: Collection[str]) -> bool:
    """Whether items are named, and not those that something was begun for."""
    return bool(wanted) and set(wanted) != set(begun)


def unfinished(plan: Plan, part: str, how: str = "") -> Refused:
    """What to raise where something has to be ended before anything else."""
    what = " ".join(filter(None, (f"the {part} of {plan.id} was begun", how, "and has not ended")))
    return Refused("run.unfinished", what, cure="laneshift resume")


def is_reviewed(shop: Workshop, plan: Plan, landing: Landing) -> bool:
    """Whether people merge what is to land, at the forge; a check only looks."""
    by = landing.by or shop.settings(shop.repository.tree(plan.base)).landing.by
    return by == "pull-request" and not landing.check


def forge_per(shop: Workshop, plan: Plan, landing: Landing) -> str:
    """What one change brings: `batch` or `lane`. The forge is opened here, so that what it lacks is told first.

    Raises `Refused` (`land.no-remote`) for a forge elsewhere and no remote to push to, and as opening it does.
    """
    forge = shop.forge()
    if forge.kind != "local" and not landing_remote(shop, plan, landing.remote):
        raise Refused(
            "land.no-remote",
            f"a change at {forge.kind} needs its branch there, and there is no remote to push it to",
            cure="set landing.remote in laneshift.toml, or give --remote NAME",
        )
    return forge.per


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


def heavy(shop: Workshop, plan: Plan, workers: int) -> int:
    """How many items are worked on at a time: as asked, as configured, or one a core."""
    if workers:
        return workers
    return shop.settings(shop.repository.tree(plan.base)).workers or os.cpu_count() or 1

"""Making one plan and showing it, from a batch file or from a scored inventory."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from rich.console import Console

from laneshift.cli.gates_view import waiver_lines
from laneshift.cli.opened import opened
from laneshift.cli.plan_view import planned_data, show_plan
from laneshift.cli.session import Session
from laneshift.cli.triage_view import triage_data, triage_lines
from laneshift.runs.awaiting import needs_approval
from laneshift.runs.inventory_batch import Filters, Taken
from laneshift.runs.inventorying import plan_from
from laneshift.runs.lock_file import batch_place, write_lock
from laneshift.runs.planning import Order, Planned, make_plan
from laneshift.runs.triage import triage
from laneshift.runs.waiver_signing import of_tree
from laneshift.runs.workshop import Workshop


def plan_batch(talk: Session, order: Order, lock: Path | None) -> None:
    """Plan a batch file."""
    shop = opened(talk)
    _told(talk, shop, make_plan(shop, _placed(order, shop)), lock, None)


def plan_manifest(talk: Session, order: Order, picked: tuple[str, str, int], lock: Path | None) -> None:
    """Plan what a manifest lists, of one complexity, to one lane, so many at most: `picked`, empty or 0 for all."""
    shop = opened(talk)
    found = plan_from(shop, _placed(order, shop), Filters(*picked))
    _told(talk, shop, found.planned, lock, found.taken)


def plan_submitted(talk: Session, names: list[str], order: Order, lock: Path | None) -> None:
    """Plan submissions that were accepted, by their ids."""
    from laneshift.agents.submitting.planning import plan_submissions

    shop = opened(talk)
    _told(talk, shop, plan_submissions(shop, names, order), lock, None)


def _placed(order: Order, shop: Workshop) -> Order:
    return replace(order, place=batch_place(order.file, shop.repository.work_dir))


def _told(talk: Session, shop: Workshop, planned: Planned, lock: Path | None, taken: Taken | None) -> None:
    if lock is not None:
        write_lock(lock, planned.locked)
    verb = "canary" if needs_approval(shop, planned.plan) else "run"
    on = shop.repository.tree(planned.plan.base)
    waivers = of_tree(on, shop.settings(on), shop.clock())

    first = triage(shop, planned.plan)

    def show(console: Console) -> None:
        show_plan(console, planned)
        for line in triage_lines(first):
            console.print(line, markup=False, soft_wrap=True)
        for line in waiver_lines(waivers):
            console.print(line, markup=False, soft_wrap=True)
        if taken is not None:
            console.print(_line(taken), markup=False, soft_wrap=True)

    data = {**planned_data(planned), "waivers": waivers.as_json(), "triage": triage_data(first)}
    if taken is not None:
        data["manifest"] = _data(taken)
    talk.result(data, show, f"laneshift {verb} {planned.plan.id}")


def _data(taken: Taken) -> dict[str, Any]:
    left_out = {"complexity": taken.complexity, "lane": taken.lane, "limit": taken.limit}
    return {"modules": taken.modules, "taken": len(taken.batch.lines), "left_out": left_out}


def _line(taken: Taken) -> str:
    reasons = (
        (taken.complexity, "of another complexity"),
        (taken.lane, "to another lane"),
        (taken.limit, "beyond the limit"),
    )
    rest = ", ".join(f"{number} {why}" for number, why in reasons if number)
    return f"{len(taken.batch.lines)} of {taken.modules} modules of the manifest" + (f"; {rest}" if rest else "")

"""The program that the durable engine runs for one plan: its workflows, and its steps by name."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from laneshift.runs.engine.port import Program, Step
from laneshift.runs.item_steps import ItemSteps
from laneshift.runs.land_steps import LandSteps
from laneshift.runs.plan import Plan
from laneshift.runs.run_steps import RunSteps
from laneshift.runs.settle_steps import SettleSteps
from laneshift.runs.workflows import WORKFLOWS
from laneshift.runs.workshop import Workshop
from laneshift.steps.order import STEPS


def program(shop: Workshop, plan: Plan) -> Program:
    """Everything that can happen to `plan`."""
    items, runs, lands, settle = (
        ItemSteps(shop, plan),
        RunSteps(shop, plan),
        LandSteps(shop, plan),
        SettleSteps(shop, plan),
    )
    nine: dict[str, Step] = {name: partial(items.perform, name) for name in STEPS}
    others: dict[str, Step] = {
        "run-started": runs.started,
        "run-ended": runs.ended,
        "take": runs.take,
        "base-tree": runs.base_tree,
        "finish": runs.finish,
        "set-aside": runs.set_aside,
        "land-started": lands.started,
        "land-ended": lands.ended,
        "target-tip": lands.target_tip,
        "combine": lands.combine,
        "suite": lands.suite,
        "probe": lands.probe,
        "hold": lands.hold,
        "prepare-revert": lands.prepare_revert,
        "swap": lands.swap,
        "record-landing": settle.record,
        "ship-started": partial(_ship, shop, plan, "ship.started"),
        "ship-ended": partial(_ship, shop, plan, "ship.ended"),
    }
    heavy = frozenset({*STEPS, "combine", "suite", "probe"})
    return Program(WORKFLOWS, {**nine, **others}, heavy)


def _ship(shop: Workshop, plan: Plan, kind: str, argument: Mapping[str, Any]) -> None:
    shop.journal.append(f"{argument['key']}/{kind}", kind, {"plan": plan.id, "key": argument["key"]})

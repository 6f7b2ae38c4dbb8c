"""The program that the durable engine runs for one plan: its workflows, and its steps by name."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from laneshift.evidence.canonical import canonical
from laneshift.runs.at_hand import AtHand
from laneshift.runs.canarying import CanarySteps
from laneshift.runs.engine.port import Program, Step
from laneshift.runs.fixing.fix_steps import FixSteps
from laneshift.runs.item_steps import ItemSteps
from laneshift.runs.land_looks import LandLooks
from laneshift.runs.land_steps import LandSteps
from laneshift.runs.land_tests import LandTests
from laneshift.runs.plan import Plan
from laneshift.runs.reviews.proposing import ProposeSteps
from laneshift.runs.run_steps import RunSteps
from laneshift.runs.settle_steps import SettleSteps
from laneshift.runs.train_cuts import TrainCuts
from laneshift.runs.trains import Trains
from laneshift.runs.workflows import WORKFLOWS
from laneshift.runs.workshop import Workshop
from laneshift.steps.order import STEPS


def program(shop: Workshop, plan: Plan) -> Program:
    """Everything that can happen to `plan`."""
    items, runs, settle, trains = (
        ItemSteps(shop, plan),
        RunSteps(shop, plan),
        SettleSteps(shop, plan),
        Trains(shop, plan),
    )
    lands = LandSteps(shop, plan, trains)
    hand, fixes = AtHand(shop, plan, items, lands, trains), FixSteps(shop, plan)
    nine: dict[str, Step] = {name: hand.for_item(partial(items.perform, name)) for name in STEPS}
    running: dict[str, Step] = {
        "run-started": runs.started,
        "run-ended": runs.ended,
        "stage-ended": runs.stage_ended,
        "take": runs.take,
        "base-tree": runs.base_tree,
        "finish": runs.finish,
        "fix": fixes.fix,
        "set-aside": hand.for_item(runs.set_aside),
        "give-up": runs.give_up,
        "record-landing": hand.for_train(settle.record),
        "ship-ended": partial(_ship_ended, shop, plan),
        "canary-ended": CanarySteps(shop, plan).ended,
    }
    looks = LandLooks(shop, plan, trains, lambda: items.parts)
    heavy = frozenset({*STEPS, "fix", "combine", "look", "look-again", "suite", "probe"})
    journalled = frozenset({*STEPS, "fix", "take", "base-tree", "finish", "set-aside", "give-up"})
    landing = _landing(shop, plan, lands, hand, LandTests(shop, plan, trains), looks)
    return Program(WORKFLOWS, {**nine, **running, **landing}, heavy, journalled)


def _landing(
    shop: Workshop, plan: Plan, lands: LandSteps, hand: AtHand, tests: LandTests, looks: LandLooks
) -> dict[str, Step]:
    proposes = ProposeSteps(shop, plan)
    return {
        "cut-change": proposes.cut,
        "propose": hand.for_train(proposes.propose),
        "land-started": lands.started,
        "land-ended": lands.ended,
        "cut-train": TrainCuts(shop, plan).cut,
        "target-tip": lands.target_tip,
        "combine": hand.for_train(lands.combine),
        "look": hand.for_train(looks.look),
        "look-again": hand.for_train(looks.again),
        "suite": hand.for_train(tests.suite),
        "probe": hand.for_train(tests.probe),
        "hold": lands.hold,
        "prepare-revert": hand.for_train(lands.prepare_revert),
        "swap": hand.for_train(lands.swap),
        "give-way": lands.give_way,
    }


def _ship_ended(shop: Workshop, plan: Plan, argument: Mapping[str, Any]) -> dict[str, Any]:
    outcome = dict(argument["outcome"])
    told = {"plan": plan.id, "result": outcome["result"], "outcome": shop.store.put(canonical(outcome))}
    shop.journal.append(f"{argument['key']}/ended", "ship.ended", told)
    return outcome

"""The approval step of a flow where the repository names people: their signatures count, and no signal does."""

from __future__ import annotations

from dataclasses import replace

from laneshift.cli.acting import site_of
from laneshift.runs.flowing.effects import Done, NotYet, Outcome, Signal, Work
from laneshift.runs.flowing.kinds.table import Table
from tests.approval_scene import ADA, BOB, Scene

YES = (Signal("1", "approve", True, f"person:{ADA}"),)


def asked(scene: Scene, signals: tuple[Signal, ...] = ()) -> Outcome:
    settings = {"plan": scene.plan.id}
    return Table(site_of(scene.shop())).perform(Work("approval", settings, "run-1/approve", signals=signals))


def test_it_waits_until_everybody_who_has_to_has_signed(scene: Scene) -> None:
    for approver in (ADA, BOB):
        outcome = asked(scene)
        assert isinstance(outcome, NotYet)
        assert f"laneshift approve {scene.plan.id}" in outcome.what
        scene.give(approver)
    assert asked(scene) == Done({"by": [ADA, BOB], "plan": scene.plan.id})


def test_a_signal_is_no_signature(scene: Scene) -> None:
    outcome = asked(scene, YES)
    assert isinstance(outcome, NotYet)
    assert (outcome.signals, outcome.seconds) == ((), 15.0)


def test_an_approval_that_lost_its_force_is_waited_for_again(scene: Scene) -> None:
    scene.give(ADA)
    scene.give(BOB)
    later = site_of(scene.shop())
    later = replace(later, shop=scene.shop(later=30 * 86_400))
    outcome = Table(later).perform(Work("approval", {"plan": scene.plan.id}, "run-1/approve"))
    assert isinstance(outcome, NotYet)

"""What a worker takes part in, and what it leaves alone."""

from __future__ import annotations

import dataclasses
import threading
from pathlib import Path

import pytest

from laneshift.errors import Refused
from laneshift.rollout.pins import of_text
from laneshift.runs import serving
from laneshift.runs.events import Event
from laneshift.runs.plan import Plan
from laneshift.runs.run_steps import RunSteps
from laneshift.runs.workshop import Workshop
from tests.monorepo import BATCH
from tests.toy import planned, shop_at, toy


@pytest.fixture
def begun(tmp_path: Path) -> tuple[Workshop, Plan]:
    """A plan whose run was begun and not ended."""
    path = toy(tmp_path / "repo")
    plan, shop = planned(path, BATCH), shop_at(path)
    begin_run(shop, plan)
    return shop, plan


def begin_run(shop: Workshop, plan: Plan) -> None:
    facts = {"key": f"{plan.id}/run-1", "plan": plan.id, "attempt": 1, "items": ["labs.shapes"], "workers": 1}
    RunSteps(shop, plan).started({**facts, "stages": [[1, 1]]})


class Soon(threading.Event):
    """Stops whoever has looked twice, however long that takes."""

    _looks = 0

    def is_set(self) -> bool:
        """As the base class, which is asked before each look."""
        self._looks += 1
        if self._looks > 2:
            self.set()
        return super().is_set()


def test_a_plan_of_another_version_is_refused_by_name(begun: tuple[Workshop, Plan]) -> None:
    shop, plan = begun
    other = dataclasses.replace(shop, tool="laneshift 99")
    for name in (plan.id, plan.batch):
        with pytest.raises(Refused) as caught:
            serving.serve(other, name, 1, threading.Event())
        assert caught.value.code == "worker.other-version"
        assert "laneshift 99" in caught.value.what


def test_without_a_name_plans_of_another_version_are_left_alone(begun: tuple[Workshop, Plan]) -> None:
    other = dataclasses.replace(begun[0], tool="laneshift 99")
    assert serving.serve(other, "", 1, Soon()) == 0


def test_what_is_unfinished_is_joined_and_sqlite_says_that_it_cannot_be(
    begun: tuple[Workshop, Plan], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LANESHIFT_ENGINE", "LANESHIFT_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(Refused) as caught:
        serving.serve(begun[0], "", 1, Soon())
    assert caught.value.code == "engine.one-process"


def test_a_plan_whose_base_cannot_be_had_is_left_to_others_and_refused_by_name(tmp_path: Path) -> None:
    path = toy(tmp_path / "repo")
    told: list[Event] = []
    shop = dataclasses.replace(shop_at(path), report=told.append)
    found = planned(path, BATCH)
    plan = dataclasses.replace(found, base="a" * 40, pins={**found.pins, "base": of_text("a" * 40)})
    shop.plans.save(plan)
    begin_run(shop, plan)
    assert serving.serve(shop, "", 1, Soon()) == 0
    assert [event.kind for event in told] == ["worker"], "told once, however often it looks"
    assert plan.id in told[0].text
    with pytest.raises(Refused) as caught:
        serving.serve(shop, plan.id, 1, threading.Event())
    assert (caught.value.code, "push" in caught.value.cure) == ("plan.no-base", True)


def test_a_plan_that_nobody_began_is_not_joined(tmp_path: Path) -> None:
    path = toy(tmp_path / "repo")
    plan = planned(path, BATCH)
    assert serving.serve(shop_at(path), plan.id, 1, Soon()) == 0

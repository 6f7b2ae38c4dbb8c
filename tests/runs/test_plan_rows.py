"""Plans in a database: what comes back is what was kept, and a row that somebody edited is read with suspicion."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from laneshift.errors import Refused
from laneshift.runs.plan_files import PlanFiles, Plans
from laneshift.runs.plan_rows import PlanRows
from tests.evidence.in_database import by_hand, opened
from tests.runs.test_plan_files import file_of, plan


@pytest.fixture(params=["files", "rows"])
def plans(request: pytest.FixtureRequest, tmp_path: Path) -> Plans:
    if request.param == "files":
        return PlanFiles(tmp_path / "state")
    return PlanRows(opened(request.getfixturevalue("postgres_url")))


def test_a_kept_plan_comes_back_by_its_batch_its_id_and_its_file(plans: Plans, tmp_path: Path) -> None:
    plans.save(plan())
    for name in ("core", plan().id, str(file_of(tmp_path, plan()))):
        assert plans.load(name) == plan()
    assert (plans.batches(), plans.all(), plans.newest()) == (["core"], [plan()], [plan()])


def test_the_newest_of_a_batch_is_the_last_one_saved(plans: Plans) -> None:
    for when in (1, 2, 1):
        plans.save(plan(when=when))
    assert plans.load("core").when == 1
    assert plans.latest("core") == plan(when=1).id
    plans.keep(plan(when=2))
    assert plans.load("core").when == 1, "one that is kept stays as it is"
    plans.keep(plan(when=3))
    assert plans.load("core").when == 3
    assert sorted(each.when for each in plans.readable("core")) == [1, 2, 3]
    assert plans.readable("cor") == []


@pytest.mark.parametrize("name", ["other", "", "../core", "core%", "core\0", "core\udcff", "missing.json"])
def test_a_name_that_no_plan_has_is_refused(plans: Plans, name: str) -> None:
    plans.save(plan())
    with pytest.raises(Refused) as caught:
        plans.load(name)
    assert caught.value.code == "plan.not-found"
    assert plans.latest(name) == ""


def test_a_row_that_was_edited_is_refused_and_passed_over(postgres_url: str) -> None:
    rows = PlanRows(opened(postgres_url))
    rows.save(plan())
    rows.save(plan(when=5))
    stored = json.loads(json.dumps({"digest": plan().digest, "plan": plan(when=7).as_json()}))
    text = json.dumps(stored).replace("%", "%%")
    by_hand(postgres_url, f"UPDATE laneshift.plans SET content = '{text}' WHERE id = '{plan().id}'")
    with pytest.raises(Refused) as caught:
        rows.load(plan().id)
    assert caught.value.code == "plan.edited"
    assert rows.readable("core") == [plan(when=5)]

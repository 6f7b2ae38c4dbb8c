"""kill -9 while a change is opened or its merge recorded: `resume` ends where nobody was killed."""

from __future__ import annotations

from pathlib import Path

import pytest

from laneshift.runs import resuming, working
from laneshift.runs.verifying import verify
from laneshift.wiring import forge
from tests.chaos.dying import killed
from tests.repo.builders import git_cli
from tests.runs.remote_toy import states
from tests.sweeps import swept
from tests.toy import copy_of, records, refs, shop_at

pytestmark = pytest.mark.chaos

BRANCH = "laneshift-pr/batch"
OPENING = [("before", "change.intended"), ("after", "change.intended"), ("before", "change.proposed")]
MERGED = [("before", "land.observed"), ("after", "land.observed"), ("after", "land.recorded")]


@pytest.mark.parametrize(("moment", "kind"), swept(OPENING, OPENING[2:]))
def test_a_killed_opening_leaves_one_change(ready_toy: Path, tmp_path: Path, moment: str, kind: str) -> None:
    mine = copy_of(ready_toy, tmp_path / "mine")
    killed(mine, "propose", moment, kind)
    assert [taken.error for taken in resuming.resume(shop_at(mine), 1)] == [None]
    shop = shop_at(mine)
    [facts] = working.state_of(shop, shop.plans.load("batch")).proposed
    [change] = forge(shop.repository).changes.all()
    assert change.commit == facts["tip"] == refs(mine)[f"refs/heads/{BRANCH}"]
    assert len(records(mine, "change.proposed")) == 1


@pytest.mark.parametrize(("moment", "kind"), swept(MERGED, MERGED[1:2]))
def test_a_killed_recording_records_it_once(ready_toy: Path, tmp_path: Path, moment: str, kind: str) -> None:
    mine = copy_of(ready_toy, tmp_path / "mine")
    shop = shop_at(mine)
    plan = shop.plans.load("batch")
    working.land(shop, plan, working.Landing(remote="", by="pull-request"))
    git_cli(mine, "merge", "-q", "--ff-only", BRANCH)
    killed(mine, "propose", moment, kind)
    assert [taken.error for taken in resuming.resume(shop_at(mine), 1)] == [None]
    assert states(mine) == ["landed", "landed"]
    assert len(records(mine, "land.recorded")) == 1
    assert verify(shop_at(mine), plan).findings == ()
    assert resuming.resume(shop_at(mine), 1) == []

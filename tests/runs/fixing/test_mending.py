"""An item that failed is mended by agents that are real processes, and lands by its intent."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from laneshift.errors import Refused
from laneshift.runs import resuming, working
from laneshift.runs.fixing.asking import mend
from laneshift.runs.fixing.attempts import attempts_at
from laneshift.runs.rolling_back import roll_back
from laneshift.runs.verifying import verify
from laneshift.wiring import forge
from tests.repo.builders import commit_files, git_cli
from tests.runs.fixing.scene import FILE, ITEM, MENDED, WHERE
from tests.runs.remote_toy import land
from tests.sweeps import swept
from tests.toy import copy_of, laneshift, records, shop_at, tree_of, with_tests
from tests.warm import run

NOTE = "# Where things are.\n\n\n"
POINTS = ["after fix.began", "before fix.ended"]


def test_it_is_mended_with_its_own_files_alone_and_lands_and_goes_back(set_aside: Path, tmp_path: Path) -> None:
    """A suggestion is kept and never applied; a stray file costs an attempt; what mends it lands and can be undone."""
    path = copy_of(set_aside, tmp_path / "repo")
    suggested = laneshift(path, "agent", "fix", "batch", ITEM, "--agent", "copilot", "--json")
    assert suggested.code == 1
    assert [each["outcome"] for each in suggested.data["attempts"]] == ["suggested"]
    assert '+    return __name__.startswith("core")' in suggested.data["attempts"][0]["diff"]
    assert suggested.data["item"]["state"] == "quarantined"
    kept = suggested.data["item"]["commit"]
    assert git_cli(path, "show", f"{kept}:{FILE}") + "\n" == WHERE
    assert not records(path, "item.amended")

    shop = shop_at(path)
    plan = shop.plans.load("batch")
    state = mend(shop, plan, ITEM, "claude-code", working.run)
    assert state.items[ITEM].state == "ready-to-land", state.items[ITEM].cause
    tried = attempts_at(shop, plan, ITEM)[1:]
    assert [(each.number, each.outcome) for each in tried] == [(1, "refused"), (2, "amended")]
    assert ".gitignore: added; core/left.hidden: added" in tried[0].why
    cached = {each.facts["step"]: each.facts["cached"] for each in records(path, "step.ended") if "/fix-2/" in each.key}
    assert {step for step, known in cached.items() if known} == {"review", "update_imports"}
    again = mend_is_refused(path)
    assert again == "fix.not-set-aside"

    # Meanwhile somebody edits another part of the mended file: both are in what is tested, and in what lands.
    commit_files(path, {"labs/where.py": NOTE + WHERE}, "say what it is about")
    before = tree_of(path)
    proposed = land(path, remote="", by="pull-request")
    assert proposed["result"] == "proposed", proposed
    assert records(path, "land.combined")[-1].facts["carried"] == [ITEM]
    [change] = forge(shop.repository).changes.all()
    assert f"| `{ITEM}` | `claude-code` | mended | `{FILE}` |" in change.body
    git_cli(path, "merge", "-q", "--ff-only", change.head)
    assert [taken.error for taken in resuming.resume(shop_at(path), 1)] == [None]
    assert (path / FILE).read_text() == NOTE + MENDED
    message = git_cli(path, "log", "-1", "--format=%B")
    assert "Mend 1 file as claude-code proposed" in message
    assert "Co-Authored-By: claude-code <claude-code@example.org>" in message
    assert verify(shop_at(path), plan).findings == ()
    roll_back(shop_at(path), plan)
    assert tree_of(path) == before


def mend_is_refused(path: Path) -> str:
    """The code with which another mending of the item is refused."""
    shop = shop_at(path)
    with pytest.raises(Refused) as refused:
        mend(shop, shop.plans.load("batch"), ITEM, "claude-code", working.run)
    return refused.value.code


@pytest.mark.parametrize("moment", swept(POINTS, POINTS[1:]))
def test_a_killed_attempt_counts_and_there_is_no_third(set_aside: Path, tmp_path: Path, moment: str) -> None:
    """Who is killed while an agent works has used up the attempt; the run goes on with the one that is left."""
    path = copy_of(set_aside, tmp_path / "repo")
    died = run("tests.runs.fixing.victim", [str(path), *moment.split()], path, with_tests())
    assert died.code == -signal.SIGKILL, died.err
    assert [each.facts["attempt"] for each in records(path, "fix.began")] == [1]
    [resumed] = resuming.resume(shop_at(path), 1)
    assert resumed.error is None
    shop = shop_at(path)
    plan = shop.plans.load("batch")
    assert [each.outcome for each in attempts_at(shop, plan, ITEM)] == ["lost", "amended"]
    item = shop.state(plan).items[ITEM]
    assert (item.state, item.step) == ("quarantined", "test")
    assert "codex tried 2 time(s) to mend it" in item.cause
    assert git_cli(path, "show", f"{item.commit}:{FILE}").endswith('startswith("labs.")')
    assert not records(path, "item.amended")


def test_an_agent_that_is_not_there_is_refused_before_anything_begins(set_aside: Path, tmp_path: Path) -> None:
    path = copy_of(set_aside, tmp_path / "repo")
    shop = shop_at(path)
    plan = shop.plans.load("batch")
    before = shop.journal.tip()
    for name, code in (("gemini", "agents.unknown"), ("", "fix.nobody")):
        with pytest.raises(Refused) as refused:
            mend(shop, plan, ITEM, name, working.run)
        assert refused.value.code == code
    assert shop.journal.tip() == before

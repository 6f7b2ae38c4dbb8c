"""Actions performed twice under one key, as after a kill: the same value, and the world as after the first time."""

from __future__ import annotations

import subprocess
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from laneshift.cli.acting import ACTIONS
from laneshift.runs.flowing.effects import Cancelled, NotYet, TimedOut
from laneshift.runs.flowing.kinds.acting_records import MARKS
from laneshift.runs.flowing.kinds.table import Table
from laneshift.runs.requesting import ask, requests
from laneshift.wiring import changes, issues
from tests.repo.builders import commit_files, git_cli
from tests.runs.flowing.kinds.scene import QUICK, act, failed, repository, site_at, work
from tests.toy import copy_of, refs, shop_at

MOVE = "labs.report\tlabs/report.py\tcore/report.py\n"
RULE = "id: calls\nlanguage: python\nrule:\n  pattern: area($A)\nfix: area($A, scale=1)\n"
LEFT_OUT = ["smoke", "unit", "imports", "manifests", "contracts", "openapi", "coverage", "dependencies"]
FEW = f"\n[health]\nwithout = {LEFT_OUT}\n"

TWICE: dict[str, dict[str, Any]] = {
    "repository.tip": {},
    "lanes.list": {},
    "lanes.examine": {"lane": "core"},
    "lanes.ratchet": {},
    "manifests.batch": {"depth": 1},
    "codemod.branches": {"codemod": "ast-grep:rules/calls.yml", "size": 1},
    "branch.absorb": {"branch": "topic"},
    "issue.put": {"key": "a", "title": "A", "body": "b"},
    "issue.close": {"key": "old", "why": "gone"},
    "change.put": {"key": "a", "title": "A", "head": "topic"},
    "keys.check": {},
    "records.verify": {},
    "mark": {"mark": "nightly", "commit": "HEAD"},
    "batch.plan": {"called": "one.tsv", "batch": MOVE},
    "report.health": {"run_tests": False},
    "report.audit": {"files": ["docs/audit.md"]},
}
OF_PLANS = {"batch.state", "batch.canary", "batch.run", "batch.land", "batch.ship", "batch.rollback"}
"""They are tried by the flows that ship."""


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = repository(
        tmp_path_factory.mktemp("acting") / "repo",
        {
            "laneshift.toml": QUICK + FEW,
            "rules/calls.yml": RULE,
            "docs/audit.md": "# Audit\n\n## Findings\n\n- [high] core/app.py: rounds twice\n",
        },
    )
    git_cli(path, "switch", "-q", "-c", "topic")
    commit_files(path, {"labs/more.py": "MORE = 1\n"}, "topic")
    git_cli(path, "switch", "-q", "main")
    commit_files(path, {"labs/other.py": "OTHER = 1\n"}, "main")
    issues(shop_at(path).repository).put("old", "Old", "old")
    shop_at(path).journal.append("a/first", "test.record", {})
    return path


@pytest.fixture
def mine(template: Path, tmp_path: Path) -> Path:
    return copy_of(template, tmp_path / "repo")


def world(path: Path) -> tuple[Any, ...]:
    shop = shop_at(path)
    kinds = Counter(each.kind for each in shop.journal.records())
    files = git_cli(path, "status", "--porcelain", "-uall")
    return refs(path), issues(shop.repository).all(), changes(shop.repository).all(), kinds, files, shop.plans.all()


def test_every_action_is_tried() -> None:
    assert TWICE.keys() | OF_PLANS | {"fail", "report.bench"} == ACTIONS.keys()


@pytest.mark.parametrize("action", TWICE)
def test_a_repeat_tells_the_same_and_changes_nothing(mine: Path, action: str) -> None:
    first = act(site_at(mine), action, **TWICE[action])
    after = world(mine)
    time.sleep(1.1 if action in ("batch.plan", "codemod.branches") else 0)  # a second is what commits and plans tell
    again = act(site_at(mine), action, **TWICE[action])
    assert first == again
    assert world(mine) == after


def test_another_step_is_not_a_repeat(mine: Path) -> None:
    one = act(site_at(mine), "repository.tip", "run-1/tip")
    commit_files(mine, {"labs/later.py": "LATER = 1\n"}, "later")
    assert act(site_at(mine), "repository.tip", "run-1/tip") == one
    assert (
        act(site_at(mine), "repository.tip", "run-2/tip")["commit"]
        == git_cli(mine, "rev-parse", "HEAD")
        != one["commit"]
    )


def test_a_mark_tells_where_it_was_and_never_goes_back(mine: Path) -> None:
    old, new = git_cli(mine, "rev-parse", "HEAD~1"), git_cli(mine, "rev-parse", "HEAD")
    site = site_at(mine)
    assert act(site, "mark", "a", mark="m") == {"known": False, "commit": new, "head": new}
    assert act(site, "mark", "b", mark="m", commit=old)["known"] is False
    assert act(site, "mark", "c", mark="m", commit=new) == {"known": True, "commit": old, "head": new}
    act(site, "mark", "b", mark="m", commit=old)  # a run that was away for long comes back
    assert refs(mine)[f"{MARKS}m"] == new


def test_a_branch_of_somebody_else_is_left_alone(mine: Path) -> None:
    git_cli(mine, "branch", "laneshift/codemod/batch-1", "topic")
    site, before = site_at(mine), {name: oid for name, oid in refs(mine).items() if name.startswith("refs/heads/")}
    settings: Mapping[str, Any] = {"action": "codemod.branches", **TWICE["codemod.branches"]}
    assert failed(Table(site).perform(work("action", settings))).code == "codemod.branch-taken"
    assert refs(mine) == {
        **before,
        **{name: oid for name, oid in refs(mine).items() if name.startswith("refs/laneshift/")},
    }


def test_a_change_under_review_needs_a_branch(mine: Path) -> None:
    settings = {"action": "change.put", "key": "a", "title": "A", "head": "no-such-branch"}
    assert failed(Table(site_at(mine)).perform(work("action", settings))).code == "forge.bad-branch"
    assert changes(shop_at(mine).repository).all() == []


def test_an_end_fails_with_its_own_code(mine: Path) -> None:
    failure = failed(
        Table(site_at(mine)).perform(work("action", {"action": "fail", "text": "Late.", "code": "keys.late"}))
    )
    assert (failure.code, failure.what) == ("keys.late", "Late.")


def test_a_benchmark_that_does_not_run_fails_the_step(mine: Path) -> None:
    """`make flows` has one that runs, gets slower, and has an issue."""
    settings = {"action": "report.bench", "base": "HEAD~1"}
    assert failed(Table(site_at(mine)).perform(work("action", settings))).code.startswith("bench.")
    assert [each.key for each in issues(shop_at(mine).repository).all()] == ["old"]


def test_while_somebody_else_asks_something_of_the_plan_a_step_waits(mine: Path) -> None:
    site = site_at(mine)
    plan = site.shop.plans.load(act(site, "batch.plan", called="one.tsv", batch=MOVE)["plan"])
    ask(site.shop.journal, plan, "run", {}, "person:ada@example.org", "session:1")
    outcome = Table(site).perform(work("action", {"action": "batch.land", "plan": plan.id}))
    assert isinstance(outcome, NotYet)
    assert len(requests(site.shop.journal, plan.id)) == 1


def test_a_request_goes_on_where_a_killed_process_left_it(mine: Path) -> None:
    """What a child is to do is asked for under the mark of the step: a repeat asks for no second one."""
    calls: list[Any] = []
    site = replace(site_at(mine), own=lambda words, _told: calls.append(words) or 0)
    plan = act(site, "batch.plan", called="one.tsv", batch=MOVE)["plan"]
    settings = {"action": "batch.run", "plan": plan}
    for _ in range(2):
        assert isinstance(Table(site).perform(work("action", settings, "run-1/run")), NotYet)
    assert isinstance(Table(site).perform(work("action", settings, "run-1/run", attempt=2)), NotYet)
    assert len(requests(site.shop.journal, plan)) == 1
    assert calls[0] == calls[1]
    assert calls[0][:4] == ("worker", "--requests", "--lifeline", "--request")


@pytest.mark.parametrize("why", ["stopped", "late"])
def test_what_is_cut_short_leaves_the_plan_to_others(mine: Path, why: str) -> None:
    site = replace(site_at(mine), own=lambda _words, _told: 0)
    plan = act(site, "batch.plan", called="one.tsv", batch=MOVE)["plan"]
    more = {"stopped": lambda: True} if why == "stopped" else {"deadline": 1.0}
    outcome = Table(site).perform(work("action", {"action": "batch.run", "plan": plan}, **more))
    assert isinstance(outcome, Cancelled if why == "stopped" else TimedOut)
    assert [each.standing for each in requests(site.shop.journal, plan)] == ["withdrawn"]
    ask(site.shop.journal, site.shop.plans.load(plan), "run", {}, "person:ada@example.org", "session:1")


def test_a_child_that_cannot_begin_fails_the_step(mine: Path) -> None:
    site = replace(site_at(mine), own=lambda _words, _told: 2)
    plan = act(site, "batch.plan", called="one.tsv", batch=MOVE)["plan"]
    failure = failed(Table(site).perform(work("action", {"action": "batch.run", "plan": plan})))
    assert (failure.code, failure.what[-8:]) == ("flow.worker-failed", "status 2")


def test_a_person_who_works_in_the_tree_keeps_what_is_not_committed(mine: Path) -> None:
    (mine / "labs/more.py").write_text("MINE = 1\n")
    act(site_at(mine), "codemod.branches", **TWICE["codemod.branches"])
    assert (mine / "labs/more.py").read_text() == "MINE = 1\n"
    assert subprocess.run(["git", "diff", "--quiet"], cwd=mine, check=False).returncode == 0

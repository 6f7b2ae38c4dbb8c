"""Stages of a run: killed between two it goes on there, too many failures pause it, a person lets it go on."""

from __future__ import annotations

import json
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from laneshift.config import Rollout
from laneshift.evidence.records import Record
from laneshift.rollout.canary import Candidate, canary
from laneshift.runs.pausing import judged
from laneshift.runs.plan import PlannedItem
from laneshift.runs.staging import FEWEST, staged
from laneshift.runs.state import fold
from laneshift.runs.working import state_of
from tests.chaos.dying import killed
from tests.cli.one_process import several
from tests.many import QUICK
from tests.runs.test_plan_files import plan
from tests.toy import Done, copy_of, laneshift, records, refs, shop_at, toy

ITEMS = 10
GOOD = {"module": "labs.good", "src": "labs/good.py", "dst": "serve/good.py", "critical": True}
BROKEN = [f"labs.m{number}" for number in range(ITEMS - 1)]
"""Items that fail before anything of theirs runs: they import what their destination may not."""


def _batch() -> str:
    paths = {name: name.replace(".", "/") + ".py" for name in BROKEN}
    items = [{"module": name, "src": path, "dst": path.replace("labs", "core")} for name, path in paths.items()]
    return json.dumps({"items": [*items, GOOD]})


def _stage(share: str) -> tuple[str, ...]:
    """The items of the canary of this share."""
    broken = [Candidate(name, "core/core") for name in BROKEN]
    return canary([*broken, Candidate("labs.good", "serve/serve", critical=True)], Decimal(share))


CANARY = _stage("0.10")
BAD = tuple(item for item in _stage("0.25") if item not in CANARY)


@pytest.fixture(scope="module")
def resumed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Done]:
    """A run that was killed right after its first stage, and taken up; the items of the second stage fail."""
    modules = {f"labs/m{number}.py": "import serve.inner\n" for number in range(ITEMS - 1)}
    files = {"laneshift.toml": QUICK, "labs/good.py": "GOOD = 1\n", "serve/__init__.py": "", "serve/inner.py": ""}
    path = toy(tmp_path_factory.mktemp("staged") / "repo", {**files, **modules})
    (path / ".git/batch.json").write_text(_batch())
    assert several(path, [["plan", ".git/batch.json"]])[0].code == 0
    killed(path, "run", "after", "run.stage-passed")
    return path, laneshift(path, "resume", "-j", "1")


@pytest.fixture
def mine(resumed: tuple[Path, Done], tmp_path: Path) -> Path:
    """A copy of the paused repository for one test."""
    return copy_of(resumed[0], tmp_path / "repo")


def states(path: Path) -> Counter[str]:
    shop = shop_at(path)
    return Counter(item.state for item in state_of(shop, shop.plans.load("batch")).items.values())


def test_a_run_killed_between_stages_goes_on_there_and_pauses(resumed: tuple[Path, Done]) -> None:
    path, done = resumed
    assert done.code == 4, done.err
    assert [record.facts["item"] for record in records(path, "item.claimed")] == [*CANARY, *BAD]
    [passed], [paused] = records(path, "run.stage-passed"), records(path, "run.paused")
    assert (passed.facts["stage"], passed.facts["failed"], passed.facts["done"]) == (1, 0, 1)
    told = {name: paused.facts[name] for name in ("stage", "failed", "done", "limit", "items")}
    assert told == {"stage": 2, "failed": 2, "done": 3, "limit": "0.10", "items": list(BAD)}
    assert states(path) == {"ready-to-land": 1, "quarantined": 2, "waiting": ITEMS - 3}
    assert "paused after stage 2: 2 of 3 item(s) failed, the limit is 0.10; nothing is undone." in done.out
    assert done.out.splitlines()[-1].startswith("next: laneshift inspect batch-")


def test_while_it_is_paused_nothing_starts_and_everything_stays(mine: Path) -> None:
    before = refs(mine), len(records(mine))
    commands = [
        ["run", "batch", "--json"],
        ["ship", ".git/batch.json", "--json"],
        ["resume", "--json"],
        ["status", "--json"],
        ["run", "batch", "--go-on", "two\nlines", "--json"],
    ]
    run, ship, resume, status, vague = several(mine, commands)
    for done in (run, ship):
        assert (done.code, done.data["error"]["code"]) == (4, "run.paused")
        assert "--go-on" in done.data["error"]["cure"]
    assert (resume.code, resume.data["resumed"]) == (0, [])
    [batch] = status.data["batches"]
    assert (batch["paused"]["items"], status.data["next"]) == (list(BAD), f"laneshift inspect {batch['plan']}")
    # The same batch again is the same plan: it waits for a person and does not start anew.
    assert len(shop_at(mine).plans.all()) == 1
    assert (vague.code, vague.data["error"]["code"]) == (2, "usage.no-reason")
    assert (refs(mine), len(records(mine))) == before


def test_a_person_lets_it_go_on_with_a_reason(mine: Path) -> None:
    done, again = several(
        mine,
        [
            ["run", "batch", "-j", "1", "--go-on", "the failure is known", "--json"],
            ["run", "batch", "--go-on", "again", "--json"],
        ],
    )
    assert done.code == 1, done.err
    assert (done.data["counts"]["waiting"], done.data["counts"]["attention"], done.data["paused"]) == (
        0,
        ITEMS - 1,
        None,
    )
    [lifted] = records(mine, "run.pause-lifted")
    assert (lifted.facts["reason"], lifted.facts["items"]) == ("the failure is known", list(BAD))
    assert (again.code, again.data["error"]["code"]) == (2, "run.not-paused")


def planned(count: int) -> tuple[PlannedItem, ...]:
    """As many items to run, and one that is not."""
    names = [f"labs.m{number:02}" for number in range(count)]
    ready = [PlannedItem(n, 1, n, f"{n}.py", f"core/{n}.py", "ready", stratum="core/core") for n in names]
    return (*ready, PlannedItem("line-9", 9, "", "", "", "refused"))


def test_few_items_are_one_stage_and_many_are_three() -> None:
    few, many_ = staged(planned(FEWEST - 1), Rollout()), staged(planned(40), Rollout())
    assert {item.stage for item in few if item.to_run} == {1}
    assert Counter(item.stage for item in many_) == {0: 1, 1: 4, 2: 6, 3: 30}


def test_what_a_person_let_pass_does_not_count_again() -> None:
    items = planned(10)
    whole = plan(items=staged(items, Rollout()))

    def settled(at: int, state: str) -> Record:
        facts = {"plan": whole.id, "item": items[at].id, "state": state}
        return Record(1, f"{at}", "item.settled", 0, "a", "t", facts, "", "", "")

    lifted = Record(1, "l", "run.pause-lifted", 0, "a", "t", {"plan": whole.id, "items": [items[0].id]}, "", "", "")
    told = [settled(0, "quarantined"), settled(1, "ready-to-land"), settled(2, "verified"), settled(3, "quarantined")]
    assert judged(fold(whole, told)) == ([items[0].id, items[3].id], 4)
    assert judged(fold(whole, [*told, lifted])) == ([items[3].id], 3)

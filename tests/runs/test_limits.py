"""Ceilings and exceptions: before work starts, and again when others have changed the target meanwhile."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from laneshift.errors import Refused
from laneshift.runs import working
from laneshift.runs.planning import Order, make_plan
from tests.repo.builders import commit_files
from tests.toy import QUICK, copy_of, planned, records, refs, shop_at, toy, tree_of, watched

FORCED = '"labs/registry.py" = { star = "Watch", reason = "its owners asked for it" }'
LIMITED = f"""{QUICK}
[exceptions]
do_not_promote = ["labs/secret/**"]
protected_paths = ["core/guarded.py"]
[exceptions.force_promote]
{FORCED}

[ceilings]
per_run = 4
per_day = 3
supporting_floor = 0.0
[ceilings.per_lane]
core = 3
"""
SECRET = {"labs/secret/__init__.py": "", "labs/secret/key.py": "KEY = 1\n"}
MOVES = {name: f"labs.{name}\tlabs/{name}.py\tcore/{name}.py\n" for name in ("shapes", "report", "registry", "plugin")}
KEY = "labs.secret.key\tlabs/secret/key.py\tcore/key.py\n"
GUARDED = {"core/guarded.py": "from labs.shapes import area\n\nAREA = area(1)\n"}
THREE = MOVES["shapes"] + MOVES["report"] + MOVES["registry"]


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three moves that are ready to land, one of them forced. Never change it: take a copy."""
    path = toy(tmp_path_factory.mktemp("limits") / "repo", {"laneshift.toml": LIMITED, **SECRET})
    working.run(shop_at(path), planned(path, THREE), workers=1)
    return path


@pytest.fixture
def mine(ran: Path, tmp_path: Path) -> Path:
    """A copy of it for one test."""
    return copy_of(ran, tmp_path / "repo")


def refusal(path: Path, batch: str, name: str = "other.tsv") -> Refused:
    with pytest.raises(Refused) as caught:
        planned(path, batch, name)
    return caught.value


def test_every_ceiling_that_a_batch_exceeds_is_told_and_no_plan_is_written(mine: Path) -> None:
    batch = "".join(MOVES.values()) + "labs.stays\tlabs/stays.py\tcore/stays.py\n"
    error = refusal(mine, batch)
    assert (error.code, error.exit_code) == ("ceiling.exceeded", 2)
    told = {fault.where: fault.what for fault in error.faults}
    assert told == {
        "ceilings.per_run": "the plan has 5 items, the limit is 4",
        "ceilings.per_lane.core": "lane 'core' has 5 items, the limit is 3",
        "ceilings.per_day": "0 items landed in the last 24 hours and 5 would follow, the limit is 3",
    }
    assert shop_at(mine).plans.batches() == ["batch"]


def test_stars_of_a_rich_batch_count(mine: Path) -> None:
    item = {
        "module": "labs.shapes",
        "src": "labs/shapes.py",
        "dst": "core/shapes.py",
        "stars": ["Trail", "Flow", "Oracle"],
    }
    with pytest.raises(Refused) as caught:
        make_plan(shop_at(mine), Order("rich.json", json.dumps({"items": [item]}).encode()))
    [fault] = caught.value.faults
    assert (fault.where, "'labs/shapes.py' with 3" in fault.what) == ("ceilings.stars_per_module", True)


def test_what_others_landed_today_counts_until_it_is_taken_back(mine: Path) -> None:
    shop = shop_at(mine)
    plan = shop.plans.load("batch")
    facts = {"plan": "other-1", "batch": "other", "items": ["x"]}
    yesterday = (shop.clock() - 25 * 3600) * 1000
    shop.journal.append("other-0/land-1/recorded", "land.recorded", {**facts, "items": ["y", "z"]}, at=yesterday)
    shop.journal.append("other-1/land-1/recorded", "land.recorded", facts)
    before = refs(mine)
    with pytest.raises(Refused) as caught:
        working.land(shop, plan)
    assert caught.value.code == "ceiling.exceeded"
    assert "1 items landed in the last 24 hours and 3 would follow" in caught.value.what
    assert (refs(mine), working.state_of(shop, plan).unfinished) == (before, [])
    assert working.land(shop, plan, working.Landing(check=True))["result"] == "green"
    shop.journal.append("other-1/rollback-1/recorded", "rollback.recorded", facts)
    assert len(working.land(shop, plan)["items"]) == 3


def test_what_must_not_be_promoted_is_refused_and_its_use_is_on_record(mine: Path) -> None:
    error = refusal(mine, KEY + MOVES["plugin"])
    assert [fault.code for fault in error.faults] == ["exception.refused"]
    assert "exceptions.do_not_promote 'labs/secret/**'" in error.faults[0].what
    plan = planned(mine, KEY + MOVES["plugin"], "other.tsv", skip_refused=True)
    assert [item.status for item in plan.items] == ["refused", "ready"]
    told = [r.facts for r in records(mine, "exception.used") if r.facts["plan"] == plan.id]
    assert [(use["item"], use["rule"], use["pattern"]) for use in told] == [
        ("labs.secret.key", "do_not_promote", "labs/secret/**")
    ]


def test_what_is_forced_has_its_star_and_is_on_record(ran: Path) -> None:
    plan = shop_at(ran).plans.load("batch")
    assert plan.item("labs.registry").stars == ("Watch",)
    [use] = records(ran, "exception.used")
    told = {name: use.facts[name] for name in ("item", "rule", "pattern", "reason")}
    assert told == {
        "item": "labs.registry",
        "rule": "force_promote",
        "pattern": "labs/registry.py",
        "reason": "its owners asked for it",
    }


def test_an_item_that_would_edit_a_protected_file_is_refused_at_plan(mine: Path) -> None:
    commit_files(mine, GUARDED)
    error = refusal(mine, MOVES["shapes"])
    assert "'core/guarded.py' is protected by exceptions.protected_paths" in error.faults[0].what


def test_and_held_at_landing_where_the_file_came_later(mine: Path) -> None:
    commit_files(mine, GUARDED)
    shop = shop_at(mine)
    plan = shop.plans.load("batch")
    done = working.land(shop, plan)
    assert (sorted(done["items"]), tree_of(mine)) == (["labs.registry", "labs.report"], done["tree"])
    held = working.state_of(shop, plan).items["labs.shapes"]
    assert held.state == "held"
    assert "'core/guarded.py' is protected by exceptions.protected_paths" in held.cause
    assert [r.facts["item"] for r in records(mine, "exception.used")] == ["labs.registry", "labs.shapes"]


def test_a_landing_may_rewrite_the_settings_that_it_is_pinned_to(mine: Path) -> None:
    shop = shop_at(mine)
    plan = shop.plans.load("batch")
    working.land(shop, plan)
    assert FORCED.replace("labs/", "core/") in (mine / "laneshift.toml").read_text()
    working.run(shop, plan, 1)
    assert working.land(shop, plan)["result"] == "nothing"
    commit_files(mine, {"laneshift.toml": (mine / "laneshift.toml").read_text() + "# theirs\n"})
    with pytest.raises(Refused, match="config drifted"):
        working.land(shop, plan)


@pytest.mark.parametrize(("name", "lands"), [("notes.txt", True), ("laneshift.toml", False)])
def test_others_who_get_in_between_stop_it_only_by_what_is_pinned(mine: Path, name: str, lands: bool) -> None:
    """Somebody commits while the suite runs: another tree is tested, and its pins are looked at again."""
    commits: list[str] = []

    def heard(moment: str, tree: str, selection: object) -> None:
        if moment == "before" and not commits:
            text = (mine / name).read_text() if (mine / name).exists() else ""
            commits.append(commit_files(mine, {name: text + "# theirs\n"}))

    shop = watched(mine, heard)
    plan = shop.plans.load("batch")
    if lands:
        assert len(working.land(shop, plan)["items"]) == 3
    else:
        with pytest.raises(Refused, match="config drifted"):
            working.land(shop, plan)
        assert refs(mine)["refs/heads/main"] == commits[0]
        assert working.state_of(replace(shop), plan).unfinished == []

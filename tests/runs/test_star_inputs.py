"""What a plan of promotions rests on: the files of stars in use are pinned, and the floor counts every module."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from laneshift.config import Settings
from laneshift.errors import Refused
from laneshift.repo.objects import File
from laneshift.rollout.pins import ABSENT
from laneshift.runs.pinned_inputs import refuse_missing, tree_digest, values
from laneshift.runs.planning import Order, make_plan
from tests.repo.builders import git_cli, repo_at
from tests.toy import shop_at

RULES = "[[rules]]\nstar = 'Watch'\nkind = 'path_regex'\nmatch = 'auth'\n"


def test_rules_and_canon_in_use_are_pinned_without_being_named_twice(tmp_path: Path) -> None:
    tree = repo_at(tmp_path / "repo", {"team/rules.toml": RULES, "a.py": ""}).tree("HEAD")
    used = Settings.model_validate({"stars": {"rules": "team/rules.toml"}})
    assert tree_digest("star_rules", tree, Settings()) == ABSENT
    before = tree_digest("star_rules", tree, used)
    assert before != ABSENT
    assert before == tree_digest("star_rules", tree, Settings.model_validate({"pins": {"star_rules": "team/*.toml"}}))
    changed = tree.edit({"team/rules.toml": File(RULES.replace("auth", "author").encode())})
    assert tree_digest("star_rules", changed, used) != before
    assert tree_digest("canon", tree, used) == ABSENT
    assert values(used, tree, "t", "b", "f")["star_rules"] == "team/rules.toml"
    refuse_missing(tree, used)
    with pytest.raises(Refused) as error:
        refuse_missing(tree, Settings.model_validate({"stars": {"canon": "team/canon.toml"}}))
    assert error.value.faults[0].where == "pins.canon"


@pytest.mark.parametrize(("promoted", "passes"), [(2, True), (3, False)])
def test_the_floor_counts_the_modules_that_a_batch_leaves_alone(tmp_path: Path, promoted: int, passes: bool) -> None:
    path = tmp_path / "repo"
    repo_at(path, {f"acme/m{at}/__init__.py": f"X = {at}\n" for at in range(5)})
    git_cli(path, "config", "user.name", "Ada Planner")
    git_cli(path, "config", "user.email", "ada@example.org")
    items = [
        {"kind": "manifest", "module": f"acme.m{at}", "src": f"acme/m{at}/__init__.py", "star": "Watch"}
        for at in range(promoted)
    ]
    order = Order("batch.json", json.dumps({"items": items}).encode(), target="main")
    if passes:
        assert len(make_plan(shop_at(path), order).plan.items) == promoted
        return
    with pytest.raises(Refused) as error:
        make_plan(shop_at(path), order)
    assert [(fault.where, fault.what) for fault in error.value.faults] == [
        ("ceilings.supporting_floor", "2 of 5 modules are Supporting, the least share is 0.55")
    ]

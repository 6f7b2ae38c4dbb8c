"""Dreams: the same for the same seed, ended at once when cancelled, bounded, and without a trace in the repository."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from laneshift.errors import Refused
from laneshift.evidence.canonical import canonical
from laneshift.runs.dreaming.asking import Constraints
from laneshift.runs.dreaming.dreaming import dream
from laneshift.runs.dreaming.model import Dream
from laneshift.runs.dreaming.scene import wish_of_batch, wish_of_plan
from laneshift.runs.workshop import Workshop
from tests.monorepo import BATCH, BREAKS, VERIFY
from tests.repo.builders import commit_files, git_cli
from tests.runs.dreaming.scenes import scene
from tests.toy import EXTRA, PAIR, planned, records, refs, shop_at, toy, work_files

WHOLE = BATCH + BREAKS + VERIFY + PAIR
ITEMS = 6
RISKY = {"labs/risky.py": "from . import shapes\n" * 8 + "print(shapes)\n" * 6}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return toy(tmp_path_factory.mktemp("dreaming") / "repo", {**EXTRA, **RISKY})


@pytest.fixture
def shop(place: Path) -> Workshop:
    return shop_at(place)


def dreamt(shop: Workshop, batch: str = WHOLE, **more: Any) -> Dream:
    return dream(shop, wish_of_batch(shop.repository, "batch.tsv", batch.encode()), **more)


def everything(path: Path) -> tuple[Any, ...]:
    """What may not change: refs, objects, the work tree, the journal and the plans."""
    objects = git_cli(path, "cat-file", "--batch-all-objects", "--batch-check=%(objectname)")
    return refs(path), objects, work_files(path), [record.key for record in records(path)], shop_at(path).plans.all()


def test_a_dream_leaves_the_repository_as_it_was(place: Path, shop: Workshop) -> None:
    before = everything(place)
    found = dreamt(shop, paths=5, depth=3)
    tree = found.as_json()["paths"][0]["outcome"]["tree"]
    assert everything(place) == before
    assert git_cli(place, "cat-file", "-e", tree, check=False) == ""
    with pytest.raises(Refused):
        shop.repository.tree(tree).read("laneshift.toml")


def test_the_same_seed_gives_the_same_bytes_and_another_other_paths(place: Path, shop: Workshop) -> None:
    first, again = dreamt(shop, paths=8, seed=1), dreamt(shop_at(place), paths=8, seed=1)
    assert first.as_bytes() == again.as_bytes() == canonical(first.as_json())
    other = dreamt(shop, paths=8, seed=2)
    assert other.id != first.id
    assert [path.order for path in other.paths] != [path.order for path in first.paths]
    assert other.paths[0].outcome == first.paths[0].outcome


@pytest.mark.parametrize("after", [0, 2, ITEMS - 1, ITEMS, ITEMS + 3, ITEMS + 7])
def test_cancel_takes_effect_within_one_expansion(shop: Workshop, after: int) -> None:
    told: list[int] = []
    found = dreamt(shop, paths=4, heard=told.append, cancelled=lambda: len(told) == after)
    assert told == list(range(after))
    assert found.end == "cancelled"
    assert len(found.items) == min(after, ITEMS)
    assert len(found.paths) < 4


def test_a_dream_out_of_time_says_so(shop: Workshop) -> None:
    found = dreamt(shop, seconds=-1.0)
    assert (found.as_json()["end"], found.as_json()["best"], found.items) == ("out-of-time", None, ())


def test_every_bound_is_told_at_once(shop: Workshop) -> None:
    with pytest.raises(Refused) as caught:
        dreamt(shop, paths=33, depth=0, seed=-1)
    assert [fault.where for fault in caught.value.faults] == ["num_paths", "depth", "seed"]
    many = "".join(f"labs.m{n}\tlabs/m{n}.py\tcore/m{n}.py\n" for n in range(301))
    with pytest.raises(Refused) as caught:
        dreamt(shop, many)
    assert caught.value.code == "dream.too-many-items"


def test_constraints_name_items_that_there_are(shop: Workshop) -> None:
    wrong = Constraints(only=("labs.gone",), first=("labs.left",), last=("labs.left",))
    with pytest.raises(Refused) as caught:
        dreamt(shop, constraints=wrong)
    assert [fault.code for fault in caught.value.faults] == ["dream.no-such-item", "dream.bad-constraint"]
    with pytest.raises(Refused) as caught:
        dreamt(shop, "labs.risky\tlabs/risky.py\tcore/risky.py\n", constraints=Constraints(max_risk="low"))
    assert caught.value.code == "dream.nothing"
    wanted = Constraints(without=("labs.plugin",), first=("labs.right",), last=("labs.shapes",), max_risk="medium")
    for path in dreamt(shop, paths=6, constraints=wanted).paths:
        assert "labs.plugin" not in path.order
        assert path.order[0] == "labs.right" or "labs.right" not in path.order
        assert path.order[-1] == "labs.shapes" or "labs.shapes" not in path.order


def test_faults_of_a_scenario_are_refused_all_at_once(shop: Workshop) -> None:
    batch = "labs.gone\tlabs/gone.py\tcore/gone.py\nlabs.left\tlabs/left.py\tnowhere/left.py\n" + VERIFY * 2
    with pytest.raises(Refused) as caught:
        dreamt(shop, batch)
    codes = {fault.code for fault in caught.value.faults}
    assert {"batch.src-missing", "batch.outside-lanes"} <= codes
    assert len(caught.value.faults) >= 4


def test_a_codemod_of_others_is_not_run(shop: Workshop) -> None:
    data = (
        b'[[items]]\nmodule = "labs"\nsrc = "labs"\nkind = "codemod"\nparameters = {codemod = "command", argv = "x"}\n'
    )
    with pytest.raises(Refused) as caught:
        dream(shop, wish_of_batch(shop.repository, "batch.toml", data))
    assert "dream.runs-code" in {fault.code for fault in caught.value.faults}


def test_a_plan_whose_target_moved_is_dreamt_on_the_new_tip(tmp_path: Path) -> None:
    path = toy(tmp_path / "repo")
    plan = planned(path, BATCH)
    moved = {"core/report.py": "MINE = 1\n"}
    commit_files(path, moved, "another")
    shop = shop_at(path)
    wish = wish_of_plan(shop.repository, plan)
    told = dream(shop, wish, paths=1, depth=1).as_json()
    assert [item for item, _ in told["paths"][0]["outcome"]["conflicts"]] == ["labs.report"]
    assert told["paths"][0]["outcome"]["lands"] == ["labs.shapes"]
    before = dream(shop, replace(wish, tip=plan.base), paths=1, depth=1).as_json()
    assert before["paths"][0]["outcome"]["conflicts"] == []


def test_what_breaks_lanes_only_together_is_seen_and_the_next_round_leaves_it_out(tmp_path: Path) -> None:
    name, batch = scene(tmp_path / "repo", 1)
    shop = shop_at(tmp_path / "repo")
    wish = wish_of_batch(shop.repository, name, batch.encode())
    one = dream(shop, wish, paths=1, depth=1).as_json()
    alone = {item["item"]: item for item in one["items"]}
    [(culprit, violation)] = one["paths"][0]["outcome"]["lane_violations"]
    assert (alone["labs.t0"]["lane_violations"], alone["labs.t1"]["lane_violations"]) == ([], [])
    assert culprit == "labs.t1"
    assert violation.startswith("lane core may not import lane serve: core/t1.py:")
    [(held, why)] = one["paths"][0]["outcome"]["held"]
    assert held == "labs.t1"
    assert why.startswith("breaks what its base does not, together with labs.t0: lanes: lane core may not import lane ")
    assert "labs.t1" not in one["paths"][0]["outcome"]["lands"]
    two = dream(shop, wish, paths=1, depth=2).as_json()["paths"][0]
    assert (two["rounds"], two["outcome"]["lane_violations"], two["outcome"]["held"]) == (2, [], [])
    assert two["outcome"]["tree"] == one["paths"][0]["outcome"]["tree"], "the landing holds what the dream leaves out"
    assert two["left_out"] == [["labs.t1", "it breaks lanes or imports together with others"]]
    kinds = [node["kind"] for node in two["trace"]]
    assert kinds == ["imagine", "expand", "critique"] * 2
    assert two["trace"][3]["parents"] == [two["trace"][2]["id"]]


def test_what_the_tree_does_not_allow_is_tried_first_and_then_lands(tmp_path: Path) -> None:
    name, batch = scene(tmp_path / "repo", 0)
    shop = shop_at(tmp_path / "repo")
    wish = wish_of_batch(shop.repository, name, batch.encode())
    [path] = dream(shop, wish, paths=1, depth=2).as_json()["paths"]
    rounds = [node["outputs"] for node in path["trace"] if node["kind"] == "critique"]
    assert [[item for item, _ in each["conflicts"]] for each in rounds] == [["core.c1"], []]
    assert path["order"][0] == "core.c1"
    assert len(path["outcome"]["lands"]) == len(path["order"])

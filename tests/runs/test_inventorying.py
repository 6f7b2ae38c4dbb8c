"""The inventory of real repositories: everything from the commit, and plans of it that lose no module."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from laneshift.errors import Refused
from laneshift.manifests.inventory.records import LEVELS
from laneshift.repo.commits import Identity, write_commit
from laneshift.repo.objects import File
from laneshift.runs.inventory_batch import Filters, take
from laneshift.runs.inventorying import inventory, plan_from
from laneshift.runs.lane_check import lanes_of
from laneshift.runs.planning import Order
from tests.monorepo import CONFIG, FILES, monorepo
from tests.repo.builders import WHEN, commit_files, git_cli, repo_at
from tests.toy import shop_at

DAY = 86_400
WHO = Identity("Builder", "builder@example.org")
EVERYTHING = f"{CONFIG}\n[inventory]\nleast_score = 0\n"
MORE = {
    "laneshift.toml": EVERYTHING,
    "labs/inner/__init__.py": "",
    "labs/inner/deep.py": '"""Deep."""\nimport numpy\nfrom . import lost\nfrom ..shapes import area\nprint(area)\n',
    "labs/broken.py": "def (:\n",
    "labs/test_inside.py": "def test_it():\n    pass\n",
    "labs/not-a-name.py": "X = 1\n",
    "labs/archive/old.py": "X = 1\n",
    "core/uses.py": "import labs.inner.deep\n",
}


def modules_of(data: bytes) -> dict[str, dict[str, Any]]:
    return {module["module"]: module for module in json.loads(data)["modules"]}


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    monorepo(tmp_path / "repo", MORE)
    return tmp_path / "repo"


def test_facts_come_from_the_tree(repo: Path) -> None:
    found = inventory(shop_at(repo), "labs")
    deep = modules_of(found.data)["labs.inner.deep"]
    assert deep["dependencies"] == {
        "lanes": {"labs": ["labs.inner", "labs.shapes"]},
        "outside": ["numpy"],
        "unresolved": ["labs.inner.lost"],
    }
    assert (deep["loc"], deep["classes"], deep["functions"]) == (5, 0, 0)
    assert deep["target_location"] == "core/inner/deep.py"
    assert "1 importer(s) to rewrite" in deep["complexity_rationale"]
    assert "2 relative import(s)" in deep["complexity_rationale"]
    assert modules_of(found.data)["labs.archive.old"]["metadata"]["in_archive"] is True
    assert {each.path: each.reason for each in found.inventory.left_out} == {
        "labs/__init__.py": "the marker of a package",
        "labs/broken.py": "does not parse",
        "labs/inner/__init__.py": "the marker of a package",
        "labs/not-a-name.py": "no import could name it",
        "labs/test_inside.py": "a test, or beside the code",
    }


def test_ages_are_told_from_the_commit_and_never_from_the_clock(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = shop_at(repo)
    changed = shop.repository.tree("HEAD").edit({"labs/plugin.py": File(b"VALUE = 42\n")})
    later = write_commit(
        shop.repository, changed.oid, [shop.repository.commit_id("HEAD")], "later\n", WHO, WHEN + 40 * DAY
    )
    git_cli(repo, "update-ref", "refs/heads/main", later)
    days = {name: each["metadata"]["last_modified_days"] for name, each in modules_of(made(repo)).items()}
    assert days.pop("labs.plugin") == 0
    assert set(days.values()) == {40}
    before = made(repo)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(WHEN + 4000 * DAY))
    assert made(repo) == before


def made(path: Path, base: str = "HEAD") -> bytes:
    return inventory(shop_at(path), "labs", base).data


def test_the_same_tree_gives_the_same_bytes(repo: Path, tmp_path: Path) -> None:
    data = made(repo)
    assert made(repo) == data, "from what was remembered"
    git_cli(tmp_path, "clone", "-q", str(repo), "other")
    assert made(tmp_path / "other") == data
    git_cli(repo, "commit", "-q", "--allow-empty", "-m", "nothing", "--date", f"{WHEN + DAY} +0000")
    assert made(repo) == data, "with an empty commit on top"
    backwards = dict(reversed(({**FILES, **MORE}).items()))
    assert made(repo_at(tmp_path / "third", backwards).work_dir or tmp_path) == data, "written in another order"
    assert json.loads(data)["generated"] == "tree:" + git_cli(repo, "rev-parse", "HEAD^{tree}")


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(["labs/x.py", "core/x.py", "core/deeper/x.py", "x.py"]),
    st.sampled_from(["import labs.{0}", "from labs import {0}", "import labs.{0}\nimport labs.gone"]),
    st.sampled_from(["shapes", "report", "registry", "plugin", "stays"]),
)
def test_one_more_importer_in_the_tree_never_makes_a_move_simpler(repo: Path, path: str, line: str, name: str) -> None:
    shop = shop_at(repo)
    tree = shop.repository.tree("HEAD")
    grown = tree.edit({path: File(f"{line.format(name)}\n".encode())})
    commit = git_cli(repo, "commit-tree", grown.oid, "-p", "HEAD", "-m", "grown")
    before = modules_of(inventory(shop, "labs").data)[f"labs.{name}"]
    after = modules_of(inventory(shop, "labs", commit).data)[f"labs.{name}"]
    assert LEVELS.index(before["complexity"]) <= LEVELS.index(after["complexity"])
    assert before["effort_hours"] <= after["effort_hours"]
    points = [int(each["complexity_rationale"].split()[1]) for each in (before, after)]
    assert points[0] < points[1]


@pytest.mark.parametrize(
    "picked", [Filters(), Filters("low"), Filters("", "core"), Filters("low", "core", 2), Filters("medium")]
)
def test_a_plan_has_each_module_in_one_class_or_says_what_left_it_out(repo: Path, picked: Filters) -> None:
    shop = shop_at(repo)
    found = inventory(shop, "labs")
    order = Order("im.json", found.data, skip_refused=True)
    made_ = plan_from(shop, order, picked)
    taken, plan = made_.taken, made_.planned.plan
    assert sum(plan.counts().values()) == len(plan.items) == len(taken.batch.lines)
    assert (
        len(plan.items) + taken.complexity + taken.lane + taken.limit == taken.modules == len(found.inventory.entries)
    )
    assert len({item.module for item in plan.items}) == len(plan.items)
    expected = [e for e in found.inventory.entries if picked.complexity in ("", e.complexity)]
    assert len(plan.items) == min(len(expected), picked.limit or len(expected))
    assert {(item.src, item.dst) for item in plan.items} <= {(e.facts.path, e.target) for e in expected}
    assert plan.batch == "-".join(filter(None, ("im", picked.lane, picked.complexity)))


def test_needs_go_first(repo: Path) -> None:
    shop = shop_at(repo)
    items = plan_from(shop, Order("im.json", made(repo), skip_refused=True), Filters()).planned.plan.items
    order = [item.module for item in items]
    assert order.index("labs.shapes") < order.index("labs.report")
    assert order.index("labs.shapes") < order.index("labs.inner.deep")


def test_hostile_modules_are_refused_all_at_once_whatever_the_filters(repo: Path) -> None:
    shop = shop_at(repo)
    told = json.loads(made(repo))
    wrong = ["../up.py", "/etc/x.py", "core/\x1b.py", "core/\u202ex.py", "core\\x.py", "core/a\x00.py"]
    for module, target in zip(told["modules"], wrong, strict=False):
        module["target_location"] = target
    told["modules"][-1]["loc"] = "many"
    data = json.dumps(told).encode()
    for picked in (Filters(), Filters("high"), Filters("", "core"), Filters("", "", 1)):
        with pytest.raises(Refused) as refused:
            plan_from(shop, Order("im.json", data), picked)
        assert len({fault.where for fault in refused.value.faults}) == len(wrong) + 1
        assert all(str(fault).isprintable() for fault in refused.value.faults)
    assert not list((repo / ".git/laneshift/plans").glob("*"))


def test_modules_of_one_destination_or_source_are_refused(repo: Path) -> None:
    shop = shop_at(repo)
    told = json.loads(made(repo))
    told["modules"][1]["target_location"] = told["modules"][0]["target_location"]
    with pytest.raises(Refused) as refused:
        plan_from(shop, Order("im.json", json.dumps(told).encode()), Filters())
    assert len(refused.value.faults) >= 2


def test_a_manifest_of_yesterday_tells_what_is_done_and_what_is_gone(repo: Path) -> None:
    data = made(repo)
    git_cli(repo, "mv", "labs/stays.py", "core/stays.py")
    commit_files(repo, {"labs/plugin.py": None}, "moved and removed")
    shop = shop_at(repo)
    plan = plan_from(shop, Order("im.json", data, skip_refused=True), Filters()).planned.plan
    status = {item.module: item.status for item in plan.items}
    assert status["labs.stays"] == "already-done"
    assert status["labs.plugin"] == "refused"
    assert sum(plan.counts().values()) == json.loads(data)["total_modules"]


def test_lanes_that_do_not_fit_are_refused(repo: Path) -> None:
    shop = shop_at(repo)
    for name, code in (("nowhere", "lanes.unknown"), ("core", "inventory.nothing-above")):
        with pytest.raises(Refused) as refused:
            inventory(shop, name)
        assert refused.value.code == code
    tree = shop.repository.tree("HEAD")
    with pytest.raises(Refused, match="no lane is called"):
        take("x.json", made(repo), Filters("", "nowhere"), lanes_of(shop.settings(tree), tree))


def test_a_manifest_that_is_too_large_or_badly_named_is_refused(repo: Path) -> None:
    shop = shop_at(repo)
    tree = shop.repository.tree("HEAD")
    lanes = lanes_of(shop.settings(tree), tree)
    assert [f.code for f in take("x.json", b" " * (2**24 + 1), Filters(), lanes).batch.faults] == [
        "batch.file-too-large"
    ]
    named = take("..json", made(repo), Filters(), lanes).batch
    assert "batch.bad-name" in {fault.code for fault in named.faults}
    empty = json.dumps({**json.loads(made(repo)), "modules": [], "total_modules": 0}).encode()
    assert {fault.code for fault in take("x.json", empty, Filters(), lanes).batch.faults} >= {"inventory.bad-total"}


def test_what_the_settings_weigh_is_what_counts(repo: Path) -> None:
    before = modules_of(made(repo))["labs.plugin"]
    config = (repo / "laneshift.toml").read_text("utf-8")
    heavy = "\n[inventory.score]\nage = 1000\n[inventory.complexity]\nuntested = 90\n[inventory.effort]\nbase = 8\n"
    commit_files(repo, {"laneshift.toml": config + heavy})
    after = modules_of(made(repo))["labs.plugin"]
    assert after["score"] > before["score"]
    assert (before["complexity"], after["complexity"]) == ("low", "high")
    assert after["effort_hours"] - before["effort_hours"] == 7.5
    commit_files(repo, {"laneshift.toml": config + "least_lines = 3\n"})
    assert "labs.plugin" not in modules_of(made(repo))


def test_a_forced_module_is_there_though_its_folder_is_kept_back(repo: Path) -> None:
    config = (repo / "laneshift.toml").read_text("utf-8")
    kept = '\n[exceptions]\ndo_not_promote = ["labs/**"]\n'
    kept += '[exceptions.force_promote."labs/stays.py"]\nstar = "s"\nreason = "r"\n'
    commit_files(repo, {"laneshift.toml": config + kept})
    assert set(modules_of(made(repo))) == {"labs.stays"}

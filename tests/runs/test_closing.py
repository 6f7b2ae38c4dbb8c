"""A landing regenerates, once and on the combined tree, the manifests that its items have made stale."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from laneshift.evidence.canonical import canonical
from laneshift.runs import resuming, working
from laneshift.runs.replaying import Replay
from laneshift.runs.trains import Trains
from laneshift.runs.working import Landing
from tests.chaos.dying import killed
from tests.repo.builders import commit_files, git_cli
from tests.sweeps import FULL
from tests.toy import EXTRA, PAIR, QUICK, Done, copy_of, laneshift, planned, records, shop_at, toy, tree_of

SHAPES = "labs.shapes\tlabs/shapes.py\tcore/shapes.py\n"
CORE, LABS = "core/module.manifest.json", "labs/module.manifest.json"
OWNER = '  "metadata": {"owner":  "ada@example.org", "tags": ["caf\\u00e9"]},\n'
RED_TOGETHER = {name: text for name, text in EXTRA.items() if name.endswith(("left.py", "right.py", "test_pair.py"))}
"""Two modules that may not both be in core."""
MOMENTS = [("before", "land.combined"), ("before", "land.observed")]
OFF = f"{QUICK}\n[manifests]\non_landing = false\n"


def with_manifests(path: Path, changes: dict[str, str]) -> Path:
    """The toy with a manifest of every module, that of core with words of a person."""
    toy(path, changes)
    assert laneshift(path, "manifest", "generate", "--all").code == 0
    file = path / CORE
    file.write_text(file.read_text().replace('  "dependencies": {', f'{OWNER}  "dependencies": {{', 1))
    commit_files(path, {}, "manifests")
    assert strict(path).code == 0
    git_cli(path, "branch", "before")
    return path


def strict(path: Path, rev: str = "main") -> Done:
    """Whether every manifest says what the code says."""
    return laneshift(path, "manifest", "validate", "--strict", "--tree", rev, "--json")


def run_and_land(path: Path, batch: str, name: str = "batch.tsv") -> dict[str, Any]:
    plan = planned(path, batch, name)
    working.run(shop_at(path), plan, workers=1)
    return working.land(shop_at(path), plan, Landing())


def exported(path: Path, manifest: str) -> list[str]:
    found: list[str] = json.loads(git_cli(path, "show", f"main:{manifest}"))["exports"]["functions"]
    return found


def rolled_back(path: Path, *arguments: str) -> None:
    done = laneshift(path, "rollback", "batch", *arguments, "--json")
    assert done.code == 0, done.out + done.err


def assert_right(path: Path) -> None:
    """No manifest is stale, and what a person wrote is there byte for byte."""
    assert strict(path).code == 0, strict(path).out
    assert OWNER.strip() in git_cli(path, "show", f"main:{CORE}")


@pytest.fixture(scope="module")
def landed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two moves into one package, landed, and a third held. Never change it: take a copy."""
    path = with_manifests(tmp_path_factory.mktemp("closing") / "repo", RED_TOGETHER)
    assert run_and_land(path, SHAPES + PAIR)["items"] == ["labs.shapes", "labs.left"]
    return path


@pytest.fixture
def mine(landed: Path, tmp_path: Path) -> Path:
    """A copy of `landed` for one test."""
    return copy_of(landed, tmp_path / "repo")


def test_moves_into_one_package_land_with_right_manifests_after_a_culprit_is_out(landed: Path) -> None:
    assert_right(landed)
    assert "shapes.area" in exported(landed, CORE)
    assert "shapes.area" not in exported(landed, LABS)
    kinds = [line.partition(":")[0] for line in git_cli(landed, "log", "--format=%s", "before..main").splitlines()]
    assert kinds == ["chore(manifests)", *["refactor(core)"] * 2]
    changed = git_cli(landed, "diff", "--name-status", "main~1", "main").split()
    assert set(changed[::2]) == {"M"}
    assert {CORE, LABS} == set(changed[1::2])


def test_verify_computes_the_regeneration_again_and_sees_a_forged_one(landed: Path) -> None:
    verified = laneshift(landed, "verify", "batch", "--json")
    assert (verified.code, verified.data["trees"]) == (0, 3), verified.out
    [record] = records(landed, "land.recorded")
    shop = shop_at(landed)
    details = json.loads(shop.store.get(record.facts["details"]))
    assert (details["closing"]["commit"], details["closing"]["paths"]) == (record.facts["tip"], [CORE, LABS])
    forged = json.loads(json.dumps(details))
    forged["closing"]["intent"]["codemod"]["paths"] = [LABS]
    found = Replay(shop.repository, lambda _: canonical(forged)).of(record.facts, record.tool)
    assert any("item manifests" in finding for finding in found.findings)


def test_another_process_makes_the_same_commits(landed: Path) -> None:
    [record] = records(landed, "land.recorded")
    shop = shop_at(landed)
    again = Trains(shop, shop.plans.load("batch")).build(record.facts["base"], record.facts["items"])
    assert (again.tip, again.tree) == (record.facts["tip"], record.facts["tree"])


@pytest.mark.chaos
@pytest.mark.parametrize("moment", MOMENTS if FULL else MOMENTS[:1])
def test_a_landing_killed_around_it_lands_the_same_and_goes_back_byte_for_byte(
    landed: Path, mine: Path, moment: tuple[str, str]
) -> None:
    rolled_back(mine)
    assert tree_of(mine, "main") == tree_of(mine, "before")
    killed(mine, "land", *moment)
    assert [one.error for one in resuming.resume(shop_at(mine), 1)] == [None]
    assert tree_of(mine, "main") == tree_of(landed, "main")
    rolled_back(mine)
    assert tree_of(mine, "main") == tree_of(mine, "before")


def test_one_item_goes_back_and_what_stays_is_right(mine: Path) -> None:
    rolled_back(mine, "--only", "labs.left")
    assert_right(mine)
    assert not git_cli(mine, "ls-tree", "main", "core/left.py")
    assert "shapes.area" in exported(mine, CORE)
    rolled_back(mine)
    assert tree_of(mine, "main") == tree_of(mine, "before")


def test_a_landing_goes_back_from_below_another_into_the_same_package(mine: Path) -> None:
    assert run_and_land(mine, "labs.stays\tlabs/stays.py\tcore/stays.py\n", "other.tsv")["result"] == "landed"
    assert_right(mine)
    rehearsed = laneshift(mine, "rollback", "batch", "--rehearse", "--json")
    assert rehearsed.code == 0, rehearsed.out + rehearsed.err
    rolled_back(mine)
    assert_right(mine)
    assert [name for name in exported(mine, CORE) if name.startswith("s")] == ["stays.answer"]
    assert "shapes.area" in exported(mine, LABS)


def test_a_stale_branch_is_brought_over_a_landing_that_regenerated(mine: Path) -> None:
    git_cli(mine, "switch", "-q", "-c", "theirs", "before")
    text = (mine / "labs/shapes.py").read_text() + "\n\ndef girth(radius):\n    return 2 * PI * radius\n"
    commit_files(mine, {"labs/shapes.py": text}, "girth")
    git_cli(mine, "switch", "-q", "main")
    done = laneshift(mine, "absorb", "theirs", "--json")
    assert done.code == 0, done.out + done.err
    changed = git_cli(mine, "diff", "--name-only", "main", "laneshift/absorbed/theirs").split()
    assert "core/shapes.py" in changed
    assert not [path for path in changed if path.endswith(".json")]


def test_nothing_is_regenerated_where_it_is_turned_off_or_nobody_has_manifests(mine: Path) -> None:
    [record] = records(mine, "land.recorded")
    git_cli(mine, "switch", "-q", "-c", "other", "before")
    off = commit_files(mine, {"laneshift.toml": OFF}, "off")
    git_cli(mine, "rm", "-q", CORE, LABS)
    none = commit_files(mine, {"laneshift.toml": QUICK}, "none")
    shop = shop_at(mine)
    trains = Trains(shop, shop.plans.load("batch"))
    for base in (off, none):
        train = trains.build(base, record.facts["items"])
        assert train.closing is None
        assert (train.tip, train.tree) == (train.items[-1].commit, train.items[-1].tree)
    assert trains.build(record.facts["base"], record.facts["items"]).closing is not None

"""144 moves over four agents: each makes its commits alone, and plain git puts them together in any order."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from laneshift.agents.packs.making import divided
from laneshift.agents.registry import registered
from laneshift.runs.planning import Order, make_plan
from laneshift.wiring import workshop
from tests.agents.packs import editor, independent
from tests.agents.packs.ground import AGENTS, batch, files, ground
from tests.once import once
from tests.repo.builders import commit_files, git_cli

SCRIPT = Path(independent.__file__)


@dataclass(frozen=True)
class Done:
    """What four agents made of the batch. `commits` has start and commit of each pack."""

    path: Path
    division: Mapping[str, Any]
    commits: Mapping[str, Mapping[str, str]]

    def judged(self, folder: Path, commits: Mapping[str, Any] | None = None, division: Any = None) -> tuple[int, str]:
        """What the independent script says."""
        (folder / "division.json").write_text(json.dumps(division or self.division))
        (folder / "commits.json").write_text(json.dumps(commits or self.commits))
        words = [
            sys.executable,
            str(SCRIPT),
            str(self.path),
            str(folder / "division.json"),
            str(folder / "commits.json"),
        ]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        assert not done.stderr
        return done.returncode, done.stdout


def merged(path: Path, one: str, other: str) -> str:
    """A merge of two commits by plain git. Fails where git finds a conflict."""
    tree = git_cli(path, "merge-tree", "--write-tree", one, other).splitlines()[0]
    return git_cli(path, "commit-tree", tree, "-p", one, "-p", other, "-m", "merge")


def make(folder: Path) -> Done:
    """The whole story in a new repository."""
    path = folder / "repository"
    shop = workshop(ground(path, files()), lambda _: None)
    plan = make_plan(shop, Order("many.tsv", batch().encode())).plan
    agents = registered(shop.settings(shop.repository.tree("HEAD")))
    found = divided(shop, plan, [agents[name] for name in AGENTS])
    division = json.loads(json.dumps(found.as_json()))
    commits: dict[str, dict[str, str]] = {}
    for number, pack in enumerate(division["packs"]):
        start = pack["base"]
        for name in pack["after"]:
            start = merged(path, start, commits[name]["commit"])
        commit = editor.work_on(path, folder / f"work-{number}", pack, start, division["tree"])
        commits[pack["id"]] = {"start": start, "commit": commit}
    return Done(path, division, commits)


@pytest.fixture(scope="session")
def done(tmp_path_factory: pytest.TempPathFactory) -> Done:
    return once(tmp_path_factory, "hundred", make)


def test_every_item_is_somebodys_and_work_is_even(done: Done) -> None:
    items = [item for pack in done.division["packs"] for item in pack["items"]]
    assert (len(items), len(set(items))) == (144, 144)
    assert done.division["left_out"] == {}
    weights = dict.fromkeys(AGENTS, 0)
    for pack in done.division["packs"]:
        weights[pack["agent"]] += pack["weight"]
    assert weights == done.division["loads"]
    assert min(weights.values()) >= 0.8 * max(weights.values())
    assert done.division["spread_percent"] <= 20
    # All import one file, and yet most of the work can begin at once.
    begun = sum(pack["weight"] for pack in done.division["packs"] if not pack["after"])
    assert begun >= 0.8 * sum(weights.values())


def test_the_commits_keep_to_the_packs_as_an_independent_script_finds(done: Done, tmp_path: Path) -> None:
    assert done.judged(tmp_path) == (0, "")


def test_the_script_finds_a_commit_that_does_not(done: Done, tmp_path: Path) -> None:
    copy = Done(shutil.copytree(done.path, tmp_path / "copy"), done.division, done.commits)
    mine, other = [pack for pack in done.division["packs"] if not pack["after"]][:2]
    git_cli(copy.path, "checkout", "-q", "--detach", done.commits[mine["id"]]["commit"])
    theirs = next(path for path in other["editable"] if path.startswith("tests/test_"))
    stray = commit_files(copy.path, {theirs: "changed\n"})
    bad = {**done.commits, mine["id"]: {**done.commits[mine["id"]], "commit": stray}}
    code, told = copy.judged(tmp_path, bad)
    assert code == 1
    assert "which is not its own" in told
    assert "both write" in told
    forged = json.loads(json.dumps(done.division))
    next(pack for pack in forged["packs"] if pack["id"] == mine["id"])["editable"].append(theirs)
    assert "the digest of its write set is another one" in copy.judged(tmp_path, bad, forged)[1]


def test_all_four_merge_in_any_order_and_make_the_engines_tree(done: Done) -> None:
    last = {pack["agent"]: done.commits[pack["id"]]["commit"] for pack in done.division["packs"]}
    assert sorted(last) == sorted(AGENTS)
    tips = [each["commit"] for each in done.commits.values()]
    for order in list(permutations(last.values()))[::7]:
        commit = done.division["base"]
        for tip in [*order, *tips]:
            commit = merged(done.path, commit, tip)
        assert git_cli(done.path, "rev-parse", f"{commit}^{{tree}}") == done.division["tree"]

"""A check that goes on from a near tree says what a check from nothing says, line for line."""

from __future__ import annotations

import random
import shutil
from collections import Counter

import pytest

from laneshift.code.index import Index
from laneshift.lanes.atlas import survey, survey_next
from laneshift.lanes.crossings import Ground, standing
from laneshift.lanes.kept import nearest
from laneshift.lanes.relined import relined
from laneshift.repo.objects import File, Repository, Tree
from laneshift.runs.lane_check import Atlases, look
from tests.lanes.drawn_trees import changed, drawn
from tests.lanes.ground import LANES, repository, tree_with

ROUNDS = 60


@pytest.fixture
def repo(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    return repository(tmp_path_factory.mktemp("relined") / "repo")


def edited(dice: random.Random, tree: Tree) -> Tree:
    """Lines put in, taken out, swapped and doubled, in a few files."""
    paths = [path for path, entry in tree.below("") if path.endswith(".py") and entry.is_regular]
    files: dict[str, File | None] = {}
    for path in dice.sample(paths, min(len(paths), dice.randrange(1, 4))):
        lines = tree.read(path).decode().splitlines()
        for _ in range(dice.randrange(1, 3)):
            at = dice.randrange(len(lines) + 1)
            how = dice.choice(("comment", "comment", "comment", "gone", "swap", "double", "broken"))
            if how == "comment" or not lines:
                lines.insert(at, f"# {dice.random()}")
            elif how == "gone":
                lines.pop(at % len(lines))
            elif how == "swap":
                dice.shuffle(lines)
            else:
                lines.append("x = (" if how == "broken" else lines[at % len(lines)])
        files[path] = File("".join(f"{line}\n" for line in lines).encode())
    return tree.edit(files)


def test_lines_alone_make_no_new_chains(repo: Repository) -> None:
    index, base = Index.open(repo), repo.tree("HEAD")
    ways: Counter[bool] = Counter()
    for seed in range(ROUNDS):
        dice = random.Random(seed)
        tree = drawn(dice, base)
        before = survey(tree, index)
        found = standing(Ground(before, LANES)).found
        for make in (edited, edited, changed):
            after = make(dice, tree)
            following = survey_next(before, after, index)
            short = relined(found, before, following)
            whole = standing(Ground(survey(after, index), LANES)).found
            assert short in (None, whole), f"seed {seed}"
            ways[short is None] += 1
            tree, before, found = after, following, whole
    assert min(ways.values()) > ROUNDS // 2, "both ways have to be tried"


def test_a_look_from_near_is_a_look_from_nothing(repo: Repository) -> None:
    base = repo.tree("HEAD")
    gone_on = 0
    for seed in range(ROUNDS // 4):
        dice = random.Random(9_000 + seed)
        tree = drawn(dice, base)
        for _ in range(4):
            gone_on += nearest(tree) is not None
            incremental = look(Atlases(Index.open(repo)), tree, LANES)
            kept = repo.state_dir / "lanes"
            kept.rename(repo.state_dir / "aside")
            assert look(Atlases(Index.open(repo)), tree, LANES) == incremental, f"seed {seed}"
            shutil.rmtree(kept)
            (repo.state_dir / "aside").rename(kept)
            tree = dice.choice((edited, edited, changed))(dice, tree)
    assert gone_on > ROUNDS // 4


def test_the_kept_tree_with_the_fewest_changes_is_the_nearest(repo: Repository) -> None:
    def kept(tree: Tree) -> Tree:
        look(Atlases(Index.open(repo), whole=True), tree, LANES)
        return tree

    base = repo.tree("HEAD")
    assert nearest(base) is None
    far = kept(tree_with(base, {"labs/a.py": "Y = 1\n", "core/__init__.py": "Z = 1\n"}))
    near = kept(tree_with(far, {"labs/a.py": "Y = 2\n", "labs/new.py": ""}))
    for tree, expected in (
        (near, near),
        (tree_with(near, {"labs/a.py": "Y = 3\n"}), near),
        (tree_with(far, {"labs/a.py": "Y = 3\n"}), far),
        (tree_with(near, {"labs/new2.py": ""}), None),
        (tree_with(near, {"docs/x.md": "text\n"}), near),
        (tree_with(near, {}, {"core/link": "../labs"}), None),
    ):
        found = nearest(tree)
        assert (None if found is None else found.tree) == expected

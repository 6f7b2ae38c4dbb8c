"""The atlas of a change equals the one made from nothing, and a kept one too; what a change adds is the difference."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest

from laneshift.code.index import Index
from laneshift.lanes import kept
from laneshift.lanes.atlas import Atlas, survey, survey_next
from laneshift.lanes.change import added
from laneshift.lanes.crossings import Ground, is_known, standing
from laneshift.repo.objects import Repository
from tests.lanes.drawn_trees import changed, drawn
from tests.lanes.ground import LANES, repository, tree_with

ROUNDS = 150


@pytest.fixture(scope="module")
def repo(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    return repository(tmp_path_factory.mktemp("atlas") / "repo")


def plain(atlas: Atlas) -> tuple[object, ...]:
    """Everything of an atlas that does not depend on how it was made."""
    into = {target: paths for target, paths in atlas.into.items() if paths}
    out = {path: sorted(arrows) for path, arrows in atlas.out.items()}
    return (
        out,
        into,
        atlas.scanned,
        dict(atlas.blind),
        dict(atlas.bent),
        atlas.passing,
        atlas.modules.by_path,
        atlas.linked,
    )


def test_the_next_atlas_is_the_one_made_from_nothing(repo: Repository) -> None:
    index, base = Index.open(repo), repo.tree("HEAD")
    reused = 0
    for seed in range(ROUNDS):
        dice = random.Random(seed)
        tree = drawn(dice, base)
        atlas = survey(tree, index)
        for _ in range(3):
            after = changed(dice, tree)
            following = survey_next(atlas, after, index)
            reused += any(following.out[path] is arrows for path, arrows in atlas.out.items() if path in following.out)
            assert plain(following) == plain(survey(after, index)), f"seed {seed}"
            tree, atlas = after, following
    assert reused > ROUNDS, "it has to reuse what did not change, not begin again"


def test_what_a_change_adds_is_what_two_whole_looks_differ_by(repo: Repository) -> None:
    index, base = Index.open(repo), repo.tree("HEAD")
    found = 0
    for seed in range(ROUNDS):
        dice = random.Random(1_000 + seed)
        tree = drawn(dice, base)
        before = standing(Ground(survey(tree, index), LANES))
        known = {each.identity for each in before.found}
        after = survey_next(before.ground.atlas, changed(dice, tree), index)
        whole = standing(before.ground.on(after)).found
        expected = tuple(each for each in whole if not is_known(each.identity, known))
        assert added(before, after) == expected, f"seed {seed}"
        found += len(expected)
    assert found > ROUNDS / 8


def _ways(atlas: Atlas, source: str, target: str) -> Iterator[tuple[str, str]]:
    """Every import by which a lane is left on some allowed way to another that it may not import: by brute force."""
    ground = Ground(atlas, LANES)
    allowed = {
        (path, arrow.target)
        for path, arrows in atlas.out.items()
        for arrow in arrows
        if ground.allows(ground.lane(path), ground.lane(arrow.target))
    }
    reach = {pair for pair in allowed if source not in map(ground.lane, pair)}
    while more := {(a, d) for (a, b), (c, d) in product(reach, reach) if b == c} - reach:
        reach |= more
    for path, first in allowed:
        leaves = ground.lane(path) == source and ground.lane(first) not in (source, target)
        if leaves and any(a == first and ground.lane(b) == target for a, b in reach):
            yield path, first


def test_chains_are_those_that_trying_every_way_finds(repo: Repository) -> None:
    index, base = Index.open(repo), repo.tree("HEAD")
    indirect = 0
    for seed in range(ROUNDS):
        atlas = survey(drawn(random.Random(2_000 + seed), base), index)
        found = [each for each in standing(Ground(atlas, LANES)).found if not each.is_direct]
        leaving = {(each.from_lane, each.to_lane, each.chain[0].importer, each.chain[0].imported) for each in found}
        lanes = [lane.name for lane in LANES.lanes]
        pairs = [(a, b) for a in lanes for b in lanes if not LANES.may_import(a, b)]
        assert leaving == {(a, b, *way) for a, b in pairs for way in _ways(atlas, a, b)}, f"seed {seed}"
        for each in found:
            assert all(
                hop.imported == following.importer for hop, following in zip(each.chain, each.chain[1:], strict=False)
            )
            assert LANES.lane_of(each.chain[-1].imported) is LANES.get(each.to_lane)
        indirect += len(found)
    assert indirect > 10


def test_a_kept_atlas_is_the_same_and_a_damaged_one_is_made_again(repo: Repository) -> None:
    tree = tree_with(repo.tree("HEAD"), {"core/x.py": "import labs.a\nimport_module(x)\n"}, {"core/l": "../labs"})
    index = Index.open(repo)
    atlas = kept.atlas_of(tree, index)
    again = kept.load(tree, ())
    assert again is not None
    assert plain(again) == plain(atlas)
    (path,) = (repo.state_dir / "lanes").glob(f"atlas-{tree.oid}-*.json")
    path.write_bytes(path.read_bytes().replace(b"labs/a.py", b"core/x.py"))
    assert kept.load(tree, ()) is None
    assert plain(kept.atlas_of(tree, index)) == plain(atlas)
    assert kept.load(tree, ()) is not None
    assert kept.load(tree, ("other",)) is None


def test_only_a_few_atlases_are_kept(repo: Repository) -> None:
    index = Index.open(repo)
    for number in range(8):
        kept.atlas_of(tree_with(repo.tree("HEAD"), {"core/n.py": f"N = {number}\n"}), index)
    assert len(list((repo.state_dir / "lanes").glob("*.json"))) == 6


def test_an_atlas_of_another_process_knows_less_and_says_the_same(repo: Repository) -> None:
    index, base = Index.open(repo), repo.tree("HEAD")
    dice = random.Random(7)
    tree = drawn(dice, base)
    loaded = replace(survey(tree, index), consulted=None)
    for _ in range(20):
        after = changed(dice, tree)
        assert plain(survey_next(loaded, after, index)) == plain(survey(after, index))


def test_a_folder_that_cannot_be_written_costs_only_time(repo: Repository, tmp_path: Path) -> None:
    tree = tree_with(repo.tree("HEAD"), {"core/y.py": "import labs.a\n"})
    folder = repo.state_dir / "lanes"
    spare = folder.rename(tmp_path / "spare") if folder.exists() else None
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.write_text("in the way")
    try:
        assert "core/y.py" in kept.atlas_of(tree, Index.open(repo)).out
    finally:
        folder.unlink()
        if spare:
            spare.rename(folder)

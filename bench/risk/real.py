"""Random moves in a real project, by the machinery of `bench.differential`: measured before, tried after."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from bench.differential.choose import choose
from bench.differential.differential import Options, checkout
from bench.differential.examine import Outcome, examine
from bench.differential.sample import sample
from bench.risk.outcomes import Seen
from corpus.project import project
from corpus.sdist import BY_NAME
from laneshift.code.index import Index
from laneshift.code.modules import Modules
from laneshift.matriz.ground import Ground
from laneshift.matriz.risk.measuring import measured
from laneshift.repo.objects import Repository


def real(name: str, seed: int, count: int, cache: Path, *, tests: bool = False) -> Iterator[Seen]:
    """`count` moves of one project. An item fails when it is refused, a proof does not hold, or what could be imported
    (with `tests`, also: what passed) before cannot be afterwards."""
    sdist = BY_NAME[name]
    source = project(sdist, cache)
    repository = Repository.open(source)
    tree = repository.tree("HEAD")
    with Index.open(repository, processes=1) as index:
        index.refresh(tree)
        ground = Ground(tree, index).warm()
        paths = [path for path, _ in tree.below("")]
        options = Options(seed, count, 1, 1, cache, cache / "risk")
        place = checkout(sdist, source, options, Modules.of(paths))
        place = place if tests else replace(place, suite=None)
        for number, move in enumerate(choose(paths, sdist.package, seed, count)):
            known = measured(ground, move.src, move.dst)
            outcome = examine(source, "HEAD", move)
            failed = outcome.refused or "; ".join(outcome.surprises[:1])
            if not failed:
                near = replace(place, names=_few(place.names, outcome, random.Random(seed + number)))
                tried = sample(near, outcome, seed + number)
                failed = "; ".join([*tried.surprises, *tried.circular][:1])
            yield Seen(f"{name}-{seed}", move.src, move.dst, known, failed[:300], known.dynamic > 0)


def _few(names: Mapping[str, str], outcome: Outcome, chance: random.Random) -> dict[str, str]:
    """The modules whose imports are tried: some of those that move, of those that were edited, and of the others."""
    moving = [path for path in outcome.relocations if path in names]
    edited = [path for path in outcome.touched if path in names and path not in outcome.relocations]
    others = sorted(set(names) - set(moving) - set(edited))
    drawn = [chance.sample(paths, min(most, len(paths))) for paths, most in ((moving, 4), (edited, 4), (others, 1))]
    return {path: names[path] for paths in drawn for path in paths}

"""Measures items once more, as they are known today: outcomes stay as they were tried."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from bench.risk.outcomes import Seen
from bench.risk.seeded import repository_of
from corpus.project import project
from corpus.sdist import BY_NAME
from laneshift.code.index import Index
from laneshift.matriz.ground import Ground
from laneshift.matriz.risk.measuring import measured
from laneshift.repo.objects import Repository


def again(seen: Sequence[Seen], count: int, cache: Path) -> Iterator[Seen]:
    """Items of one group: `count` is how many a generated repository has."""
    name, _, seed = seen[0].group.rpartition("-")
    with tempfile.TemporaryDirectory(prefix="laneshift-risk-") as folder:
        if name == "seeded":
            repository = repository_of(Path(folder), int(seed), count)
        else:
            repository = Repository.open(project(BY_NAME[name], cache))
        ground = Ground(repository.tree("HEAD"), Index.open(repository), repository.commit_id("HEAD")).warm()
        for each in seen:
            known = measured(ground, each.src, each.dst)
            yield replace(each, measured=known, reported=known.dynamic > 0)

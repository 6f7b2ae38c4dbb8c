"""Check the lanes of a tree, alone or against a base: violations, shims, contracts, and how much was looked at."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from laneshift.code.index import Index
from laneshift.code.modules import Modules
from laneshift.config import Settings, load
from laneshift.errors import Refused
from laneshift.lanes.contracts.options import Options
from laneshift.lanes.contracts.standing import newly_broken, options_of, verdicts
from laneshift.lanes.contracts.verdicts import Verdict
from laneshift.lanes.coverage import Coverage, coverage
from laneshift.lanes.crossings import Ground, standing
from laneshift.lanes.kept import atlas_of
from laneshift.lanes.looks import Look, look_at
from laneshift.lanes.model import Lanes, top_folders
from laneshift.lanes.ratchet import Judgement, judge_change
from laneshift.lanes.shims import Shim, shims
from laneshift.repo.objects import Tree
from laneshift.repo.similarity import renames


@dataclass(frozen=True, slots=True)
class Report:
    """What was found in one tree. `broken` are the contracts that the change breaks, or that are broken at all."""

    coverage: Coverage
    judgement: Judgement
    shims: tuple[Shim, ...]
    expired: tuple[Shim, ...]
    contracts: tuple[Verdict, ...]
    broken: tuple[Verdict, ...]
    lanes: Lanes

    @property
    def passes(self) -> bool:
        """Whether nothing new breaks a rule."""
        return self.judgement.passes and not self.expired and not self.broken


def settings_of(tree: Tree) -> Settings:
    """The settings that a tree carries."""
    return load(lambda path: tree.read(path) if path in tree else None)


def lanes_of(settings: Settings, tree: Tree) -> Lanes:
    """The lanes of a tree."""
    paths = () if settings.lanes else (path for path, _ in tree.below(""))
    return Lanes.of(settings.lanes, top_folders(paths))


def check(index: Index, tree: Tree, base: Tree | None, known: Tree | None, today: dt.date) -> Report:
    """Check `tree`. With `base`, settings and rules are those of the base, and only what the change adds fails.

    `known` is the tree whose baseline counts, usually the last commit. Raises `Refused` (`lanes.no-rules`) when there
    is nothing to check against, `CheckFailed` (`lanes.nothing-checked`) when there is nothing to check.
    """
    settings = settings_of(base or tree)
    lanes = lanes_of(settings, base or tree)
    options = options_of(base or tree)
    if options is None and all(lane.may_import is None for lane in lanes.lanes):
        raise Refused(
            "lanes.no-rules",
            "no lane says what it may import, and there is no contract of import-linter's",
            where="laneshift.toml",
            cure="give lanes a `may_import`, as docs/lanes.md shows",
        )
    before = None if base is None else look(index, base, lanes, settings)
    now = look(index, tree, lanes, settings, base)
    moves = {} if base is None or base == tree else {old: new for new, old in renames(base, tree).items()}
    found = None if before is None else before.found
    judgement = judge_change(found, now.found, (known, tree), settings.lanes_baseline, moves)
    told = () if options is None else contracts(index, tree, settings, options)
    old = () if options is None or base is None else contracts(index, base, settings, options)
    broken = newly_broken(old, told, module_names(moves, settings.source_roots, base, tree))
    expired = tuple(shim for shim in now.shims if shim.has_expired(today))
    return Report(now.coverage, judgement, now.shims, expired, told, broken, lanes)


def look(index: Index, tree: Tree, lanes: Lanes, settings: Settings, near: Tree | None = None) -> Look:
    """What stands in a tree. `near` is a tree that differs in a few files and was looked at before."""

    def fresh() -> Look:
        before = None if near is None else atlas_of(near, index, settings.source_roots)
        ground = Ground(atlas_of(tree, index, settings.source_roots, before), lanes)
        covered = coverage(ground.atlas, index)
        return Look(standing(ground).found, shims(ground, index), covered)

    return look_at(tree, lanes, settings.source_roots, fresh)


def contracts(index: Index, tree: Tree, settings: Settings, options: Options) -> tuple[Verdict, ...]:
    """One verdict for each contract of import-linter's configuration."""
    roots = settings.source_roots
    return verdicts(tree, index, options, roots, lambda: atlas_of(tree, index, roots))


def module_names(moves: Mapping[str, str], roots: Iterable[str], before: Tree | None, after: Tree) -> dict[str, str]:
    """Old to new dotted names of the files that moved, given by old and new path."""
    if before is None or not moves:
        return {}
    chosen = tuple(roots)
    old, new = (Modules.of((path for path, _ in tree.below("")), chosen).by_path for tree in (before, after))
    return {old[was]: new[now] for was, now in moves.items() if was in old and now in new}

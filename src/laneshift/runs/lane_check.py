"""Check the lanes of a tree, alone or against a base: violations, shims, contracts, and how much was looked at."""

from __future__ import annotations

import datetime as dt
import stat
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from laneshift.code.index import Index
from laneshift.code.modules import Modules
from laneshift.errors import Refused
from laneshift.lanes.atlas import Atlas
from laneshift.lanes.contracts.options import Options
from laneshift.lanes.contracts.standing import newly_broken, options_of, verdicts
from laneshift.lanes.contracts.verdicts import Verdict
from laneshift.lanes.coverage import Coverage, coverage
from laneshift.lanes.crossings import Ground, standing
from laneshift.lanes.kept import atlas_of, nearest
from laneshift.lanes.looks import Look, kept_look, look_at
from laneshift.lanes.model import Lanes, Rules
from laneshift.lanes.ratchet import Judgement, judge_change
from laneshift.lanes.relined import relined
from laneshift.lanes.shims import Shim, shims
from laneshift.repo.differences import differences
from laneshift.repo.objects import Entry, Tree
from laneshift.repo.tree_listing import list_by_git
from laneshift.runs.lane_rules import rules_of

if TYPE_CHECKING:  # what a check needs of them is kept
    from laneshift.config import Settings


@dataclass(frozen=True)
class Atlases:
    """The imports of trees, each looked at once; with `whole`, all files of a tree are read where it was not kept."""

    index: Index
    roots: tuple[str, ...] = ()
    whole: bool = False
    _made: dict[str, tuple[Atlas, Atlas | None]] = field(default_factory=dict)

    def atlas(self, tree: Tree) -> Atlas:
        """That of a tree."""
        return self._both(tree)[0]

    def near(self, tree: Tree) -> Atlas | None:
        """The one that it was made from, if there was any."""
        return self._both(tree)[1]

    def _both(self, tree: Tree) -> tuple[Atlas, Atlas | None]:
        if tree.oid not in self._made:
            near = None if self.whole else nearest(tree, self.roots)
            if near is None:
                list_by_git(tree)
            made = atlas_of(tree, self.index, self.roots, near, lean=True, said=self.whole)
            self._made[tree.oid] = (made, near)
        return self._made[tree.oid]


@dataclass(frozen=True, slots=True)
class Report:
    """What was found in one tree. `broken` are the contracts that the change breaks, or that are broken at all.

    `atlas` gives the imports of a tree that was judged alone and by lanes alone; None for any other. `reaching` is that
    of `Standing`, where chains were searched for just now.
    """

    coverage: Coverage
    judgement: Judgement
    shims: tuple[Shim, ...]
    expired: tuple[Shim, ...]
    contracts: tuple[Verdict, ...]
    broken: tuple[Verdict, ...]
    lanes: Lanes
    atlas: Callable[[], Atlas] | None = None
    reaching: Mapping[tuple[str, str], frozenset[str]] | None = None

    @property
    def passes(self) -> bool:
        """Whether nothing new breaks a rule."""
        return self.judgement.passes and not self.expired and not self.broken


def settings_of(tree: Tree) -> Settings:
    """The settings that a tree carries."""
    from laneshift.config import load  # noqa: PLC0415 - takes long to load, and what is kept of it is enough for most

    return load(lambda path: tree.read(path) if path in tree else None)


def lanes_of(settings: Settings, tree: Tree) -> Lanes:
    """The lanes of a tree."""
    return Rules.of(settings).lanes(tree)


def check(index: Index, tree: Tree, base: Tree | None, known: Tree | None, today: dt.date) -> Report:
    """Check `tree`. With `base`, settings and rules are those of the base, and only what the change adds fails.

    `known` is the tree whose baseline counts, usually the last commit. Raises `Refused` (`lanes.no-rules`) when there
    is nothing to check against, `CheckFailed` (`lanes.nothing-checked`) when there is nothing to check.
    """
    rules = rules_of(base or tree)
    if not rules.configured:
        list_by_git(base or tree)  # the folders are the lanes
    lanes = rules.lanes(base or tree)
    options = options_of(base or tree)
    if options is None:
        require_rules(lanes, "no lane says what it may import, and there is no contract of import-linter's")
    # Contracts are about every file, so what is known of near trees spares them nothing.
    atlases = Atlases(index, rules.roots, whole=options is not None)
    before = None if base is None else look(atlases, base, lanes)
    now = look(atlases, tree, lanes)
    moves = {} if base is None or base == tree else renamed(base, tree)
    found = None if before is None else before.found
    judgement = judge_change(found, now.found, (known, tree), rules.baseline, moves)
    told = () if options is None else contracts(atlases, tree, options)
    old = () if options is None or base is None else contracts(atlases, base, options)
    broken = newly_broken(old, told, module_names(moves, rules.roots, base, tree))
    atlas = None if base or options else lambda: atlases.atlas(tree)
    expired = tuple(shim for shim in now.shims if shim.has_expired(today))
    return Report(now.coverage, judgement, now.shims, expired, told, broken, lanes, atlas, now.reaching)


def require_rules(lanes: Lanes, what: str = "no lane says what it may import") -> None:
    """Raises `Refused` (`lanes.no-rules`) where nothing is forbidden: to find nothing would say nothing."""
    if all(lane.may_import is None for lane in lanes.lanes):
        cure = "give lanes a `may_import`, as docs/lanes.md shows"
        raise Refused("lanes.no-rules", what, where="laneshift.toml", cure=cure)


def renamed(before: Tree, after: Tree) -> dict[str, str]:
    """Old to new path of every file that git takes for renamed: where one is gone, or is no file now, and one came."""
    kinds = [(_kind(old), _kind(new)) for old, new in differences(before, after).values()]
    gone, came = (any(a != b and (a, b)[at] for a, b in kinds) for at in (0, 1))
    if not (gone and came):
        return {}
    from laneshift.repo.similarity import renames  # noqa: PLC0415 - needs a library that takes long to load

    return {old: new for new, old in renames(before, after).items()}


def _kind(entry: Entry | None) -> int:
    return 0 if entry is None else stat.S_IFMT(entry.mode)


def look(atlases: Atlases, tree: Tree, lanes: Lanes) -> Look:
    """What stands in a tree: as it was found before, or what a tree near it differs by, or from nothing."""
    return look_at(tree, lanes, atlases.roots, lambda: _fresh(atlases, tree, lanes))


def _fresh(atlases: Atlases, tree: Tree, lanes: Lanes) -> Look:
    now, index = atlases.atlas(tree), atlases.index
    near = atlases.near(tree)
    known = None if near is None else kept_look(near.tree, lanes, atlases.roots)
    ground = Ground(now, lanes)
    found = reasons = None
    if near is not None and known is not None:
        touched = differences(near.tree, tree)
        reasons = {path: told for path, told in known.coverage.scanned.items() if path not in touched}
        found = relined(known.found, near, now)
    if found is not None:
        return Look(found, shims(ground, index), coverage(now, index, reasons))
    stands = standing(ground)
    return Look(stands.found, shims(ground, index), coverage(now, index, reasons), stands.reaching)


def contracts(atlases: Atlases, tree: Tree, options: Options) -> tuple[Verdict, ...]:
    """One verdict for each contract of import-linter's configuration."""
    return verdicts(tree, atlases.index, options, atlases.roots, lambda: atlases.atlas(tree))


def module_names(moves: Mapping[str, str], roots: Iterable[str], before: Tree | None, after: Tree) -> dict[str, str]:
    """Old to new dotted names of the files that moved, given by old and new path."""
    if before is None or not moves:
        return {}
    chosen = tuple(roots)
    old, new = (Modules.of((path for path, _ in tree.below("")), chosen).by_path for tree in (before, after))
    return {old[was]: new[now] for was, now in moves.items() if was in old and now in new}

"""Check the lanes of a tree, alone or against a base: violations, shims, contracts, and how much was looked at."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from laneshift.code.facts import Links
from laneshift.code.index import Index
from laneshift.config import Settings, load
from laneshift.errors import Refused
from laneshift.lanes.atlas import Atlas
from laneshift.lanes.contracts.check import check as check_contracts
from laneshift.lanes.contracts.kept import verdicts_of
from laneshift.lanes.contracts.options import Options
from laneshift.lanes.contracts.options import read as read_contracts
from laneshift.lanes.contracts.verdicts import Breach, Verdict
from laneshift.lanes.coverage import Coverage, coverage
from laneshift.lanes.crossings import Ground, Identity, standing
from laneshift.lanes.dynamic import dynamic
from laneshift.lanes.kept import atlas_of
from laneshift.lanes.looks import Look, look_at
from laneshift.lanes.model import Lanes, top_folders
from laneshift.lanes.ratchet import Judgement, judge, read
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
    baseline = baseline_of(known, settings)
    after = baseline_of(tree, settings) if known is not None and settings.lanes_baseline in known else None
    moves = {} if base is None or base == tree else {old: new for new, old in renames(base, tree).items()}
    judgement = judge(None if before is None else before.found, now.found, baseline, moves, after)
    verdicts = () if options is None else contracts(index, tree, settings, options)
    old = () if options is None or base is None else contracts(index, base, settings, options)
    expired = tuple(shim for shim in now.shims if shim.has_expired(today))
    return Report(now.coverage, judgement, now.shims, expired, verdicts, newly_broken(old, verdicts), lanes)


def look(index: Index, tree: Tree, lanes: Lanes, settings: Settings, near: Tree | None = None) -> Look:
    """What stands in a tree. `near` is a tree that differs in a few files and was looked at before."""

    def fresh() -> Look:
        before = None if near is None else atlas_of(near, index, settings.source_roots)
        ground = Ground(atlas_of(tree, index, settings.source_roots, before), lanes)
        covered = coverage(ground.atlas, index)
        return Look(standing(ground).found, shims(ground, index), covered)

    return look_at(tree, lanes, settings.source_roots, fresh)


def options_of(tree: Tree) -> Options | None:
    """The configuration of import-linter that a tree carries."""
    return read_contracts(lambda path: tree.read(path) if path in tree else None)


def baseline_of(tree: Tree | None, settings: Settings) -> frozenset[Identity]:
    """The known violations that a tree lists; none when it has no list."""
    path = settings.lanes_baseline
    return frozenset() if tree is None or path not in tree else read(tree.read(path), path)


def contracts(index: Index, tree: Tree, settings: Settings, options: Options) -> tuple[Verdict, ...]:
    """One verdict for each contract of import-linter's configuration."""
    roots = tuple(settings.source_roots)
    return verdicts_of(tree, options, roots, lambda: _judged(atlas_of(tree, index, roots), index, options))


def _judged(atlas: Atlas, index: Index, options: Options) -> tuple[Verdict, ...]:
    links = index.links(atlas.tree)

    def links_of(path: str) -> Links:
        real = atlas.linked.files.get(path, path)
        found = links[real]
        if any(arrow.kind == "dynamic" for arrow in atlas.out[path]):
            return Links((*found.imports, *dynamic(atlas.tree.read(real)).imports), found.bound, found.is_open)
        return found

    return check_contracts(options, atlas.out, links_of, atlas.modules.roots)


def newly_broken(before: Iterable[Verdict], after: Iterable[Verdict]) -> tuple[Verdict, ...]:
    """The contracts that are invalid, or broken in a way in which they were not before."""
    known: Mapping[str, set[Breach]] = {each.name: _plain(each) for each in before}
    return tuple(each for each in after if each.status == "invalid" or _plain(each) - known.get(each.name, set()))


def _plain(verdict: Verdict) -> set[Breach]:
    """The breaches without lines, which any edit moves, each by its first and last import."""
    ends = ((breach.what, breach.chain) for breach in (*verdict.breaches, *verdict.unseen))
    return {Breach(f"{what} {_end(chain)}") for what, chain in ends}


def _end(chain: tuple[object, ...]) -> str:
    return " ".join(str(part).partition(" (")[0] for part in (*chain[:1], *chain[-1:]))

"""The lane model: which lane a path belongs to, and which lanes a lane may import.

Globs are read as `globs` says. Where globs of two lanes match one path, the one with the longer literal start wins, so
`core/labs/**` is carved out of `core/**` wherever it stands in the configuration.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from laneshift.errors import Fault, Refused
from laneshift.lanes import globs
from laneshift.repo.objects import Tree

if TYPE_CHECKING:  # all settings take longer to load than a check of lanes takes otherwise
    from laneshift import config

BASELINE = ".laneshift/lanes-baseline.txt"
"""The list of known violations, where settings name none."""
ROOT = "root"
"""The lane of Python files at the root of a repository that configures no lanes."""

_PLAIN_GLOB = re.compile(r"(?:[A-Za-z0-9_][A-Za-z0-9_.-]*/)*(?:[A-Za-z0-9_][A-Za-z0-9_.-]*|\*\*|\*\.py)")
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,39}\Z")


@dataclass(frozen=True, slots=True)
class Lane:
    """A named region. `may_import` is None when the lane may import every lane; a lane may always import itself.

    `coverage` (a share) and `p95_ms` are what a module has to reach to enter it, None where nothing is asked.
    """

    name: str
    paths: tuple[str, ...]
    level: str = "integration"
    may_import: frozenset[str] | None = None
    aliases: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    lint: tuple[str, ...] = ()
    coverage: float | None = None
    p95_ms: float | None = None


@dataclass(frozen=True, slots=True)
class _Glob:
    """One compiled glob and how specific it is: characters before the first wildcard, then literal characters."""

    lane: Lane
    pattern: re.Pattern[str]
    rank: tuple[int, int]


@dataclass(frozen=True)
class Lanes:
    """All lanes of one tree, in the order of the configuration."""

    lanes: tuple[Lane, ...]
    _globs: tuple[_Glob, ...]
    _by_name: Mapping[str, Lane]

    @classmethod
    def of(cls, settings_lanes: Mapping[str, config.Lane], top_folders: Iterable[str] = ()) -> Lanes:
        """The configured lanes; with none configured, one integration lane for each of `top_folders` and the root.

        Raises `Refused` (`lanes.bad-configuration`) with every fault at once: bad names and globs, the same glob in
        two lanes, aliases that clash, and `may_import` names that no lane has.
        """
        if not settings_lanes:
            return cls.built(tuple(_lanes_of_folders(top_folders)))
        lanes = tuple(
            Lane(
                name,
                tuple(lane.paths),
                lane.level,
                None if lane.may_import is None else frozenset(lane.may_import),
                tuple(lane.aliases),
                tuple(lane.owners),
                tuple(lane.lint),
                lane.thresholds.coverage,
                lane.thresholds.p95_ms,
            )
            for name, lane in settings_lanes.items()
        )
        faults = tuple(faults_of(lanes))
        if faults:
            raise Refused(
                "lanes.bad-configuration", f"{len(faults)} fault(s) in the lanes", where="lanes", faults=faults
            )
        return cls.built(lanes)

    @classmethod
    def built(cls, lanes: tuple[Lane, ...]) -> Lanes:
        """Lanes without a fault."""
        found = [_compile(lane, glob) for lane in lanes for glob in lane.paths]
        found.sort(key=lambda glob: (-glob.rank[0], -glob.rank[1], glob.lane.name))
        return cls(lanes, tuple(found), {name: lane for lane in lanes for name in (lane.name, *lane.aliases)})

    def lane_of(self, path: str) -> Lane | None:
        """The lane that `path` belongs to, or None. Ask with the path of a file, not of a folder."""
        return next((glob.lane for glob in self._globs if glob.pattern.match(path)), None)

    def get(self, name: str) -> Lane | None:
        """The lane with this name or alias, or None."""
        return self._by_name.get(name)

    def known(self, name: str) -> bool:
        """Whether a lane has this name or alias."""
        return name in self._by_name

    @property
    def names(self) -> tuple[str, ...]:
        """Every name and alias, sorted: the scopes that a commit message may have."""
        return tuple(sorted(self._by_name))

    def may_import(self, importer: str, imported: str) -> bool:
        """Whether code of one lane may import code of another. Both are names or aliases of lanes.

        Raises `Refused` (`lanes.unknown`) for a name that no lane has: an unknown lane is never waved through.
        """
        source, target = self._require(importer), self._require(imported)
        if source is target or source.may_import is None:
            return True
        return any(self._by_name[name] is target for name in source.may_import)

    def _require(self, name: str) -> Lane:
        lane = self._by_name.get(name)
        if lane is None:
            raise Refused("lanes.unknown", f"no lane is called {name!r}", where="lanes", cure=f"known: {self.names}")
        return lane


@dataclass(frozen=True, slots=True)
class Rules:
    """What settings say about lanes: those configured, the file that lists known violations, and the source roots."""

    configured: tuple[Lane, ...] = ()
    baseline: str = BASELINE
    roots: tuple[str, ...] = ()

    @classmethod
    def of(cls, settings: config.Settings) -> Rules:
        """Those of these settings. Raises `Refused` (`lanes.bad-configuration`) as `Lanes.of` does."""
        configured = Lanes.of(settings.lanes).lanes if settings.lanes else ()
        return cls(configured, settings.lanes_baseline, tuple(settings.source_roots))

    def lanes(self, tree: Tree) -> Lanes:
        """The lanes of a tree."""
        if self.configured:
            return Lanes.built(self.configured)
        return Lanes.of({}, top_folders(path for path, _ in tree.below("")))


def top_folders(paths: Iterable[str]) -> tuple[str, ...]:
    """The top-level folders that hold Python files, sorted: the lanes of a repository that configures none."""
    return tuple(sorted({path.partition("/")[0] for path in paths if path.endswith(".py") and "/" in path}))


def _lanes_of_folders(folders: Iterable[str]) -> Iterator[Lane]:
    """A folder whose name could not be a lane's name in the configuration has no lane until someone names one."""
    chosen = sorted({folder for folder in folders if _NAME.match(folder)})
    for folder in chosen:
        yield Lane(folder, (f"{folder}/**", "*.py") if folder == ROOT else (f"{folder}/**",))
    if ROOT not in chosen:
        yield Lane(ROOT, ("*.py",))


def _compile(lane: Lane, glob: str) -> _Glob:
    return _Glob(lane, globs.compiled(glob), globs.rank(glob))


def faults_of(lanes: tuple[Lane, ...]) -> Iterator[Fault]:
    """Bad names and globs, the same glob in two lanes, aliases that clash, and `may_import` names that no lane has."""
    yield from _name_faults(lanes)
    yield from _glob_faults(lanes)
    known = {name for lane in lanes for name in (lane.name, *lane.aliases)}
    for lane in lanes:
        for name in sorted(lane.may_import or ()):
            if name not in known:
                yield Fault("lanes.unknown-import", _where(lane), f"may_import names {name!r}, which is no lane")


def _name_faults(lanes: tuple[Lane, ...]) -> Iterator[Fault]:
    owners: dict[str, Lane] = {lane.name: lane for lane in lanes}
    for lane in lanes:
        for name in (lane.name, *lane.aliases):
            if not _NAME.match(name):
                cure = "use letters, digits, dots, dashes and underscores, 40 at most"
                yield Fault("lanes.bad-name", _where(lane), f"{name!r} cannot be a lane's name", cure)
        for alias in lane.aliases:
            owner = owners.setdefault(alias, lane)
            if owner is not lane or alias == lane.name or lane.aliases.count(alias) > 1:
                yield Fault("lanes.alias-clash", _where(lane), f"alias {alias!r} is taken by lane {owner.name!r}")


def _glob_faults(lanes: tuple[Lane, ...]) -> Iterator[Fault]:
    owners: dict[str, Lane] = {}
    for lane in lanes:
        for glob in lane.paths:
            problem = "" if _PLAIN_GLOB.fullmatch(glob) else _problem(glob)
            if problem:
                yield Fault("lanes.bad-glob", _where(lane), f"glob {glob!r} {problem}")
            owner = owners.setdefault(globs.trimmed(glob), lane)
            if owner is not lane:
                yield Fault("lanes.same-glob", _where(lane), f"glob {glob!r} is also in lane {owner.name!r}")


def _problem(glob: str) -> str:
    from laneshift.config import glob_problem  # noqa: PLC0415 - loads all settings, and hardly any glob needs it

    return glob_problem(glob)


def _where(lane: Lane) -> str:
    return f"lanes.{lane.name}"

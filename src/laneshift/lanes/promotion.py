"""What a module needs before it may enter a lane. Pure: each criterion is tried, or says why it was not.

A criterion that asks for something which nobody supplied is errored, never passed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from laneshift.code.facts import Facts
from laneshift.errors import Refused
from laneshift.lanes.crossings import Ground, standing
from laneshift.lanes.manifest_text import Manifest
from laneshift.lanes.model import Lane, Lanes

Status = Literal["passed", "failed", "not_applicable", "errored"]
_LEVELS = ("experimental", "integration", "production")
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion and what became of it."""

    name: str
    status: Status
    reason: str

    @property
    def blocks(self) -> bool:
        """Whether the module may not be promoted because of it."""
        return self.status in ("failed", "errored")


@dataclass(frozen=True, slots=True)
class Counted:
    """Statements of one file and how many of them tests ran."""

    statements: int
    covered: int


@dataclass(frozen=True, slots=True)
class Linted:
    """How the lane's lint command ended on the module's files."""

    ok: bool
    told: str


@dataclass(frozen=True)
class Candidate:
    """A module that wants to enter `lane`: its Python files, and what is known of it.

    `measured` is None when no coverage was supplied, `linted` None when no command ran.
    """

    files: tuple[str, ...]
    lane: Lane
    ground: Ground
    facts: Mapping[str, Facts]
    manifest: Manifest | None
    measured: Mapping[str, Counted] | None
    linted: Linted | None


def next_lane(lanes: Lanes, lane: Lane, wanted: str = "") -> Lane:
    """The lane to promote to: the wanted one, else the only one of the next level that there is.

    Raises `Refused` (`lanes.unknown`, `lanes.no-next-lane`) when there is none, or more than one.
    """
    if wanted:
        found = lanes.get(wanted)
        if found is None:
            raise Refused("lanes.unknown", f"no lane is called {wanted!r}", cure=f"known: {', '.join(lanes.names)}")
        return found
    for level in _LEVELS[_LEVELS.index(lane.level) + 1 :]:
        above = [each for each in lanes.lanes if each.level == level]
        if len(above) == 1:
            return above[0]
        if above:
            names = ", ".join(each.name for each in above)
            raise Refused("lanes.no-next-lane", f"{lane.name} may go to {names}", cure="say which with --to LANE")
    raise Refused("lanes.no-next-lane", f"no lane is above {lane.name}", cure="say which with --to LANE")


def criteria(candidate: Candidate) -> tuple[Criterion, ...]:
    """Every criterion, in a fixed order. Raises `Refused` (`lanes.no-such-module`) for a module without files."""
    if not candidate.files:
        raise Refused("lanes.no-such-module", "the module has no Python file")
    return (
        _imports(candidate),
        _tests(candidate),
        _coverage(candidate),
        _lint(candidate),
        _owner(candidate),
        _docs(candidate),
        _performance(candidate),
    )


def _imports(candidate: Candidate) -> Criterion:
    files = frozenset(candidate.files)
    moved = candidate.ground.placed(files, candidate.lane.name)
    bad = [
        each
        for each in standing(moved).found
        if each.chain[0].importer in files or (each.is_direct and each.chain[0].imported in files)
    ]
    if bad:
        return Criterion("imports", "failed", f"{len(bad)}: {_few([str(each) for each in bad])}")
    arrows = sum(len(moved.atlas.out[path]) for path in files)
    return Criterion("imports", "passed", f"{arrows} import(s) of {len(files)} file(s) are allowed there")


def _tests(candidate: Candidate) -> Criterion:
    tests = sorted(path for path in _reaching(candidate) if path in candidate.facts and candidate.facts[path].is_test)
    if not tests:
        return Criterion("tests", "failed", "no test reaches it by imports")
    return Criterion("tests", "passed", f"{len(tests)} test file(s) reach it: {_few(tests)}")


def _reaching(candidate: Candidate) -> set[str]:
    found = set(candidate.files)
    queue = deque(candidate.files)
    while queue:
        for path in candidate.ground.atlas.into.get(queue.popleft(), ()):
            if path not in found:
                found.add(path)
                queue.append(path)
    return found


def _coverage(candidate: Candidate) -> Criterion:
    wanted = candidate.lane.coverage
    if wanted is None:
        return Criterion("coverage", "not_applicable", f"lane {candidate.lane.name} asks for none")
    if candidate.measured is None:
        return Criterion("coverage", "errored", f"{wanted:.0%} is asked for and no coverage file was given")
    missing = [path for path in candidate.files if path not in candidate.measured]
    if missing:
        return Criterion("coverage", "errored", f"not in the coverage file: {_few(missing)}")
    statements = sum(candidate.measured[path].statements for path in candidate.files)
    covered = sum(candidate.measured[path].covered for path in candidate.files)
    if not statements:
        return Criterion("coverage", "not_applicable", "the module has no statement")
    told = f"{covered} of {statements} statement(s), {covered / statements:.1%} of {wanted:.0%}"
    return Criterion("coverage", "passed" if covered >= wanted * statements else "failed", told)


def _lint(candidate: Candidate) -> Criterion:
    if not candidate.lane.lint:
        return Criterion("lint", "not_applicable", f"lane {candidate.lane.name} names no command")
    if candidate.linted is None:
        return Criterion("lint", "errored", "the command did not run")
    return Criterion("lint", "passed" if candidate.linted.ok else "failed", candidate.linted.told)


def _owner(candidate: Candidate) -> Criterion:
    if candidate.manifest is None or not candidate.manifest.owner:
        return Criterion("owner", "failed", "no manifest names one")
    return Criterion("owner", "passed", candidate.manifest.owner)


def _docs(candidate: Candidate) -> Criterion:
    silent = [path for path in candidate.files if not candidate.facts[path].docstring and candidate.facts[path].lines]
    if silent:
        return Criterion("docs", "failed", f"without a docstring: {_few(silent)}")
    return Criterion("docs", "passed", f"{len(candidate.files)} file(s) have a docstring or no code")


def _performance(candidate: Candidate) -> Criterion:
    wanted = candidate.lane.p95_ms
    if wanted is None:
        return Criterion("performance", "not_applicable", f"lane {candidate.lane.name} asks for none")
    promised = None if candidate.manifest is None else candidate.manifest.p95_ms
    if promised is None:
        return Criterion("performance", "failed", f"a p95 of at most {wanted:g} ms is asked for, none is promised")
    told = f"promises a p95 of {promised:g} ms, at most {wanted:g} are asked for"
    return Criterion("performance", "passed" if promised <= wanted else "failed", told)


def _few(names: Sequence[str]) -> str:
    return "; ".join(_shown(names))


def _shown(names: Sequence[str]) -> Iterator[str]:
    yield from names[:_SHOWN]
    if len(names) > _SHOWN:
        yield f"and {len(names) - _SHOWN} more"

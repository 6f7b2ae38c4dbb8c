"""Lanes for a repository, from its folders: one for each package or distribution, and one for each folder whose name
tells another level. Every Python file gets a lane, since nothing may move to where there is none. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from laneshift.config import glob_problem
from laneshift.runs.proposing.areas import ROOT_NAMES, above, is_beside, level_of, packages_of, test_area
from laneshift.runs.proposing.roots import Roots

MANY = 40
"""More lanes than this are gathered by top-level folder."""

_DEEPEST = 1
_NAME = re.compile(r"[^A-Za-z0-9._-]")
_LONGEST = 40
_TESTS = "tests"
_DEFAULT = "integration"


@dataclass(frozen=True, slots=True)
class LaneIdea:
    """A lane and why it is proposed. `files` is how many Python files it has."""

    name: str
    paths: tuple[str, ...]
    level: str
    why: str
    may_import: tuple[str, ...] | None = None
    files: int = 0


@dataclass(frozen=True, slots=True)
class _Unit:
    """A region: its glob, the name it would like to have, the name it takes when that is taken, and its level."""

    glob: str
    name: str
    other: str
    level: str
    why: str


def lane_ideas(python: Sequence[str], roots: Roots) -> list[LaneIdea]:
    """The lanes, those with most files first; folders of tests are one lane, called tests."""
    packages = packages_of(python)
    ideas = _gathered(_unit(path, roots, packages) for path in python)
    if len(ideas) > MANY:
        ideas = _gathered(map(_top, python))
    return _with_rules(ideas)


def _unit(path: str, roots: Roots, packages: Collection[str]) -> _Unit:
    area = test_area(path, packages)
    if area:
        return _Unit(f"{area}/**", _TESTS, _TESTS, _DEFAULT, "tests")
    root = max((each for each in roots.code if each and path.startswith(f"{each}/")), key=len, default="")
    several = sum(1 for each in roots.code if each) > 1
    home = _home(root) if root and several else ""
    below = path[len(root) + 1 :] if root else path
    if home:
        unit = _folder(home, "a distribution")
    elif "/" in below:
        first = below.partition("/")[0]
        folder = f"{root}/{first}" if root else first
        unit = _folder(folder, "a package" if folder in packages else "a folder")
    else:
        unit = _folder(root, "modules without a package") if root else _Unit("*.py", "root", "root", _DEFAULT, "files")
    return _carved(path, unit, root)


def _home(root: str) -> str:
    """The folder of a distribution whose source root this is."""
    parent, _, name = root.rpartition("/")
    return parent if parent and name in ROOT_NAMES else root


def _folder(folder: str, what: str) -> _Unit:
    name = folder.rpartition("/")[2]
    level = level_of(name)
    why = f"{what} called {name}" if level else what
    return _Unit(f"{folder}/**", name, folder.replace("/", "-"), level or _DEFAULT, why)


def _carved(path: str, unit: _Unit, root: str) -> _Unit:
    """The region of a folder below the unit whose name tells another level, if `path` lies in one near the top."""
    if is_beside(path):
        return unit
    start = unit.glob.removesuffix("/**")
    deepest = max(start.count("/"), root.count("/") + 1 if root else 0) + _DEEPEST
    for folder in above(path):
        if not folder.startswith(f"{start}/") or folder.count("/") > deepest:
            continue
        level = level_of(folder.rpartition("/")[2])
        if level and level not in (unit.level, _DEFAULT):
            return _folder(folder, f"a part of {unit.name}")
    return unit


def _top(path: str) -> _Unit:
    first, slash, _ = path.partition("/")
    if not slash:
        return _Unit("*.py", "root", "root", _DEFAULT, "files")
    return _folder(first, "a folder")


def _gathered(units: Iterable[_Unit]) -> list[LaneIdea]:
    counts: dict[_Unit, int] = {}
    for unit in units:
        counts[unit] = counts.get(unit, 0) + 1
    ideas: dict[str, LaneIdea] = {}
    for unit, files in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0].glob)):
        if glob_problem(unit.glob):
            continue
        if unit.name == _TESTS and _TESTS in ideas and unit.why == ideas[_TESTS].why:
            known = ideas[_TESTS]
            ideas[_TESTS] = replace(known, paths=(*known.paths, unit.glob), files=known.files + files)
            continue
        name = _free(unit, ideas)
        ideas[name] = LaneIdea(name, (unit.glob,), unit.level, unit.why, files=files)
    return list(ideas.values())


def _free(unit: _Unit, taken: Collection[str]) -> str:
    for wish in (unit.name, unit.other):
        name = _NAME.sub("-", wish)[:_LONGEST].lstrip(".-") or "lane"
        if name not in taken:
            return name
    return next(each for at in range(2, len(taken) + 3) if (each := f"{name[: _LONGEST - 4]}-{at}") not in taken)


def _with_rules(ideas: Iterable[LaneIdea]) -> list[LaneIdea]:
    """With experimental lanes, code that others rely on may import only what is none.

    Tests, documentation and examples may import everything.
    """
    whole = list(ideas)
    if not any(idea.level == "experimental" for idea in whole):
        return whole
    steady = tuple(sorted(idea.name for idea in whole if idea.level != "experimental" and not _is_aside(idea)))
    return [replace(idea, may_import=steady) if idea.name in steady else idea for idea in whole]


def _is_aside(idea: LaneIdea) -> bool:
    return idea.why == _TESTS or all(is_beside(path) for path in idea.paths)

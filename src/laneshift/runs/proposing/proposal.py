"""A proposal of settings: tables of lines, each with its reason, and what was found and doubted on the way. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from laneshift.config import Settings
from laneshift.runs.proposing.applications import AppIdea
from laneshift.runs.proposing.lanes import LaneIdea
from laneshift.runs.proposing.roots import Roots
from laneshift.runs.proposing.scopes import ALWAYS
from laneshift.runs.proposing.suite import PYTEST, SuiteIdea

Value = str | bool | tuple[str, ...]
_SHOWN = 3
_HIDES = "a folder tests at the top would be taken for the packages of that name in the distributions"
_MOVES = Settings().characterization_dir
_UNSEEN = f"the suite looks there, and not at {_MOVES}"
_MANY = 200
_NEARLY_ALL = 0.8


@dataclass(frozen=True, slots=True)
class Line:
    """One setting of a table; one that is not `active` is written as a comment."""

    key: str
    value: Value
    why: str = ""
    active: bool = True


@dataclass(frozen=True, slots=True)
class Table:
    """One table: the parts of its name (none for the top), why it is there, and its lines."""

    name: tuple[str, ...]
    lines: tuple[Line, ...]
    why: str = ""

    @property
    def active(self) -> bool:
        """Whether any line of it counts."""
        return any(line.active for line in self.lines)


@dataclass(frozen=True, slots=True)
class Proposal:
    """The tables in the order in which they are written, and what a person should look at."""

    tables: tuple[Table, ...]
    doubts: tuple[str, ...] = ()

    def settings(self) -> Iterator[tuple[tuple[str, ...], Line]]:
        """Every line with its whole name."""
        for table in self.tables:
            yield from (((*table.name, line.key), line) for line in table.lines)


def proposal(
    roots: Roots,
    lanes: Sequence[LaneIdea],
    suite: SuiteIdea,
    apps: Sequence[AppIdea],
    used: Sequence[str],
    *,
    hides_tests: bool = False,
) -> Proposal:
    """What was found, as settings. `hides_tests`: a folder `tests` at the top would be taken for packages below."""
    top = Table((), (_roots_line(roots), _scopes_line(used), *_moves_line(suite, hides_tests=hides_tests)))
    tables = [top, *map(_lane_table, lanes), _suite_table(suite), *_app_table(apps)]
    return Proposal(tuple(tables), (*_root_doubts(roots), *_lane_doubts(lanes), *suite.doubts, *_app_doubts(apps)))


def _moves_line(suite: SuiteIdea, *, hides_tests: bool) -> Iterator[Line]:
    """Where tests of moved modules go, where that is not the default: the suite is to have them."""
    if hides_tests:
        yield Line("characterization_dir", "test_moves", _HIDES)
    elif suite.command == PYTEST and not any(f"{_MOVES}/".startswith(f"{path}/") for path in suite.paths):
        own = [path for path in suite.paths if "/" not in path and "test" in path]
        yield from (Line("characterization_dir", f"{path}/moves", _UNSEEN) for path in own[:1])


def _roots_line(roots: Roots) -> Line:
    beyond = [root for root in roots.code if root]
    if len(beyond) > 1:
        why = f"several distributions: {_some(beyond)}"
    elif beyond:
        why = f"packages are below {beyond[0]}"
    else:
        why = "flat: packages are at the top"
    if tests := [root for root in roots.listed if root and root not in roots.code]:
        why += f"; tests import what is in {_some(tests)} by itself"
    return Line("source_roots", roots.listed, why)


def _root_doubts(roots: Roots) -> Iterator[str]:
    if roots.left:
        yield f"taken for data, not for source roots: {_some(roots.left)}"


def _scopes_line(used: Sequence[str]) -> Line:
    why = "besides the lanes: what commits name already, and " if used else "besides the lanes, "
    return Line("commit_scopes", tuple(sorted({ALWAYS, *used})), f"{why}{ALWAYS} for what is in no lane")


def _lane_table(lane: LaneIdea) -> Table:
    lines = [Line("paths", lane.paths), Line("level", lane.level)]
    if lane.may_import is not None:
        lines.append(Line("may_import", lane.may_import, "all that is not experimental"))
    return Table(("lanes", lane.name), tuple(lines), f"{lane.why}, {lane.files} Python file(s)")


def _lane_doubts(lanes: Sequence[LaneIdea]) -> Iterator[str]:
    if lanes and all(lane.level == "integration" for lane in lanes):
        yield "no folder's name tells a level, so all lanes are integration and may import each other"
    whole = sum(lane.files for lane in lanes if lane.why != "tests")
    for lane in lanes:
        if lane.why != "tests" and lane.files > max(_MANY, whole * _NEARLY_ALL):
            has = f"lane {lane.name} has {lane.files} of {whole} files"
            yield f"{has}: parts with rules of their own can be lanes as well"
    if any(lane.may_import is not None for lane in lanes):
        yield "`laneshift lanes check` shows what stands against `may_import` today, `lanes baseline` lists it as known"


def _suite_table(suite: SuiteIdea) -> Table:
    lines = [Line("command", suite.command, suite.why)]
    if suite.paths:
        lines.append(Line("paths", suite.paths, suite.paths_why))
    if suite.smoke:
        lines.append(Line("smoke", suite.smoke, suite.smoke_why))
    nearest = suite.command == PYTEST and not suite.smoke
    return Table(
        ("tests",), tuple(lines), "smoke: by default the four test files nearest to an item" if nearest else ""
    )


def _app_table(apps: Sequence[AppIdea]) -> Iterator[Table]:
    if not apps:
        return
    app = apps[0]
    active = bool(app.openapi)
    lines = [Line("target", app.target, f"{app.path}:{app.line}", active)]
    if app.factory:
        lines.append(Line("factory", True, "it is made by calling that", active))
    if app.openapi not in ("", "/openapi.json"):
        lines.append(Line("openapi", app.openapi, "", active))
    why = "for the gates routes and rate-limits" + ("" if active else ", once it serves an OpenAPI document")
    yield Table(("gates", "app"), tuple(lines), why)


def _app_doubts(apps: Sequence[AppIdea]) -> Iterator[str]:
    if len(apps) > 1:
        yield f"other ASGI applications: {_some([app.target for app in apps[1:]])}"


def _some(names: Iterable[str]) -> str:
    known = list(names)
    more = f" and {len(known) - _SHOWN} more" if len(known) > _SHOWN else ""
    return ", ".join(known[:_SHOWN]) + more


def plain(value: Value) -> Any:
    """The value as TOML and JSON know it."""
    return list(value) if isinstance(value, tuple) else value

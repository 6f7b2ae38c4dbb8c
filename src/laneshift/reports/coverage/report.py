"""The verdict on what tests ran: per module, on the changed lines, and against what was reached before. Pure.

Statements are summed up, never percentages: two files of 1 and 99 statements are not worth the same. What has no data
is a fault by name, and never counts as 0 or as 100.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal

from laneshift.errors import Fault
from laneshift.reports.coverage.lines import Lines
from laneshift.reports.coverage.thresholds import Asked, longest


@dataclass(frozen=True, slots=True)
class Count:
    """How many there are, and how many of them ran."""

    all: int = 0
    run: int = 0

    def __add__(self, other: Count) -> Count:
        """Both together."""
        return Count(self.all + other.all, self.run + other.run)

    def reaches(self, percent: Decimal) -> bool:
        """Whether so many per cent ran; of nothing nothing is reached."""
        return self.all > 0 and self.run * 100 >= percent * self.all

    def below(self, other: Count) -> bool:
        """Whether the share of this one is smaller, exactly; nothing is smaller than everything that is."""
        return self.run * other.all < other.run * self.all if self.all else other.run > 0

    @property
    def percent(self) -> str:
        """Rounded down to two decimals, so that 79.999 never reads as 80; `n/a` of nothing."""
        if not self.all:
            return "n/a"
        return str((Decimal(self.run * 100) / self.all).quantize(Decimal("0.01"), rounding=ROUND_DOWN))


@dataclass(frozen=True, slots=True)
class Module:
    """One file that was measured, or `why` it has no data. `name` is its dotted name, empty where it has none."""

    path: str
    name: str
    group: str
    statements: Count
    branches: Count
    why: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """The modules below one name, what is asked of them, and what was recorded before."""

    asked: Asked
    modules: int
    statements: Count
    branches: Count
    recorded: Count | None
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """The statements that a change added or edited in one file: the first lines of those that did not run."""

    path: str
    statements: Count
    missed: tuple[int, ...]
    why: str = ""


@dataclass(frozen=True, slots=True)
class Coverage:
    """The report. `changes` is None where no base was named. Totals are of all files that were measured."""

    tree: str
    source: str
    tool: str
    branch: bool
    statements: Count
    branches: Count
    groups: tuple[Group, ...]
    modules: tuple[Module, ...]
    changes: tuple[Change, ...] | None
    changed: Decimal
    left_out: tuple[str, ...]
    foreign: tuple[str, ...]
    faults: tuple[Fault, ...]

    @property
    def passes(self) -> bool:
        """Whether nothing stands against it."""
        return not self.all_faults

    @property
    def all_faults(self) -> tuple[Fault, ...]:
        """Those of groups and those of the whole."""
        return (*(fault for group in self.groups for fault in group.faults), *self.faults)

    @property
    def changed_statements(self) -> Count:
        """What the change added or edited, in all files."""
        return total(each.statements for each in self.changes or ())


@dataclass(frozen=True, slots=True)
class Measure:
    """What is judged. `files` are by path of the tree, `absent` says why a file that git lists has no data.

    `spelled` are the parts under which each of them is found, `dotted` their names as modules.
    """

    tree: str
    source: str
    tool: str
    branch: bool
    files: Mapping[str, Lines]
    absent: Mapping[str, str]
    spelled: Mapping[str, Collection[tuple[str, ...]]]
    dotted: Mapping[str, str]
    left_out: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()


def total(counts: Iterable[Count]) -> Count:
    """All together."""
    return sum(counts, Count())


def report(
    measure: Measure,
    among: Sequence[Asked],
    recorded: Mapping[tuple[str, ...], Count],
    changes: Sequence[Change] | None,
    changed: Decimal,
    floor: Decimal = Decimal(0),
) -> Coverage:
    """Judge what was measured. `recorded` is the ratchet by the parts of names, `changes` None without a base."""
    by_parts = {each.parts: each for each in among}
    inside: dict[Asked, list[Module]] = defaultdict(list)
    for path in sorted({*measure.files, *measure.absent}):
        found = longest(measure.spelled[path], by_parts)
        if found is not None:
            inside[found].append(_module(measure, path, found.name))
    groups = [_group(each, inside[each], measure.branch, recorded.get(each.parts)) for each in among]
    gone = [each for parts, each in recorded.items() if parts not in by_parts]
    modules = tuple(module for each in among for module in inside[each])
    whole = [_gone(len(gone))] if gone else []
    return Coverage(
        tree=measure.tree,
        source=measure.source,
        tool=measure.tool,
        branch=measure.branch,
        statements=total(each.statements for each in modules),
        branches=total(each.branches for each in modules),
        groups=tuple(group for group in groups if group.modules or group.asked.parts),
        modules=modules,
        changes=None if changes is None else tuple(changes),
        changed=changed,
        left_out=measure.left_out,
        foreign=measure.foreign,
        faults=(*whole, *_floor(modules, floor), *_changed(changes or (), changed)),
    )


def _module(measure: Measure, path: str, group: str) -> Module:
    lines, name = measure.files.get(path), measure.dotted.get(path, "")
    if lines is None:
        return Module(path, name, group, Count(), Count(), measure.absent[path])
    statements = Count(len(lines.statements), len(lines.run))
    return Module(path, name, group, statements, Count(lines.branches, lines.branches_run))


def _group(asked: Asked, modules: Sequence[Module], branch: bool, recorded: Count | None) -> Group:
    statements = total(each.statements for each in modules)
    branches = total(each.branches for each in modules)
    faults = tuple(_faults(asked, modules, statements, branches if branch else None, recorded))
    return Group(asked, len(modules), statements, branches, recorded, faults)


def _faults(
    asked: Asked, modules: Sequence[Module], statements: Count, branches: Count | None, recorded: Count | None
) -> Iterator[Fault]:
    name, judged = asked.name, asked.statements is not None or asked.branches is not None
    if not modules:
        if asked.parts:
            yield Fault("coverage.nothing-there", name, "git lists no module below this name", "correct the name")
        return
    if judged or recorded is not None:
        yield from (
            Fault("coverage.no-data", each.path, f"{each.why} (asked by {name})") for each in modules if each.why
        )
    if judged and not statements.all:
        yield Fault("coverage.no-statements", name, "none of its statements was measured")
    elif asked.statements is not None and not statements.reaches(asked.statements):
        yield _low("coverage.below", name, statements, asked.statements, "statements")
    if asked.branches is not None and branches is None:
        yield Fault("coverage.no-branches", name, "the report has no branches", "measure them: `coverage run --branch`")
    elif asked.branches is not None and branches is not None and branches.all and not branches.reaches(asked.branches):
        yield _low("coverage.branches-below", name, branches, asked.branches, "branches")
    if recorded is not None and statements.below(recorded):
        told = f"{statements.percent} % of its statements ran, {recorded.percent} % did before"
        yield Fault("coverage.ratchet", name, told, "test what is new, or what lost its tests")


def _low(code: str, name: str, count: Count, asked: Decimal, what: str) -> Fault:
    told = f"{count.percent} % of its {what} ran ({count.run} of {count.all}), {asked:f} % are asked for"
    return Fault(code, name, told)


def _floor(modules: Iterable[Module], floor: Decimal) -> Iterator[Fault]:
    for each in modules:
        if floor and each.statements.all and not each.statements.reaches(floor):
            yield _low("coverage.floor", each.path, each.statements, floor, "statements")


def _changed(changes: Sequence[Change], asked: Decimal) -> Iterator[Fault]:
    yield from (Fault("coverage.changed-no-data", each.path, each.why) for each in changes if each.why)
    found = total(each.statements for each in changes)
    if found.all and not found.reaches(asked):
        yield _low("coverage.changed", "the change", found, asked, "statements")


def _gone(count: int) -> Fault:
    what = f"{count} name(s) of the ratchet are in no threshold any more"
    return Fault("coverage.ratchet-gone", "the ratchet", what, "put the thresholds back: what was reached is kept")

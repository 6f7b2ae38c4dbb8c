"""A report about coverage laid over a tree: which files have data, which should, and whether it is of this tree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from laneshift.code.modules import Modules
from laneshift.config import Settings
from laneshift.config.coverage import Coverage as Asking
from laneshift.errors import Fault, Refused
from laneshift.lanes.globs import compiled
from laneshift.repo.objects import Tree
from laneshift.reports.coverage.changed import changed_lines
from laneshift.reports.coverage.lines import Lines, Measured
from laneshift.reports.coverage.ratchet import higher
from laneshift.reports.coverage.ratchet import read as read_ratchet
from laneshift.reports.coverage.report import Change, Count, Coverage, Measure, report
from laneshift.reports.coverage.resolving import resolve
from laneshift.reports.coverage.sources import need, stale_line, statement_starts
from laneshift.reports.coverage.thresholds import Asked, asked, longest, spellings

_WHY = {
    "statements": "git lists it, and the report has no data of it",
    "unparsable": "it cannot be parsed, so the report has no data of it",
}
_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Compared:
    """The tree that a change is held against, and its settings."""

    tree: Tree
    settings: Settings


def coverage_of(
    tree: Tree,
    settings: Settings,
    measured: Measured,
    source: str,
    base: Compared | None = None,
    last: Compared | None = None,
) -> Coverage:
    """The report about `tree`. `source` is the name of what was measured; `base` adds the lines that changed since.

    `last` is a tree whose record of what was reached counts as well, such as the last commit under a work tree.

    Raises `Refused`: `coverage.no-thresholds` where nothing is asked, `coverage.stale` for a report of other sources,
    and what `resolving.resolve` and the ratchet raise.
    """
    now, before = settings.coverage, base.settings.coverage if base else None
    among = asked(now, before)
    if all(each.statements is None and each.branches is None for each in among):
        raise Refused(
            "coverage.no-thresholds",
            "no threshold is set, so nothing could fail",
            where="coverage.thresholds",
            cure='set them: [coverage] default = 75, or [coverage.thresholds] core = 75, "serve.api" = 80',
        )
    edited = {} if base is None else changed_lines(base.tree, tree)
    measure = _measure(_Given(tree, settings, before, among, edited), measured, source)
    changes = None if base is None else tuple(_changes(tree, edited, measure))
    recorded = higher(_recorded(Compared(tree, settings)), *(_recorded(each) for each in (base, last) if each))
    floor = max(each.floor for each in (now, before) if each is not None)
    changed = max(each.changed for each in (now, before) if each is not None)
    return report(measure, among, recorded, changes, changed, floor)


@dataclass(frozen=True, slots=True)
class _Given:
    """What a report is laid over: the tree, what is asked of it, and the lines that were edited in it."""

    tree: Tree
    settings: Settings
    before: Asking | None
    among: Sequence[Asked]
    edited: Mapping[str, frozenset[int]]


def _measure(given: _Given, measured: Measured, source: str) -> Measure:
    tree, settings = given.tree, given.settings
    files = [path for path, entry in tree.entries.items() if entry.is_regular]
    resolved = resolve(measured, files, str(tree.repository.work_dir or ""), settings.coverage.root)
    excluded = frozenset(_excluded(files, settings.coverage, given.before))
    lines = {path: measured.files[name] for path, name in resolved.names.items() if path not in excluded}
    _refuse_stale(tree, lines, source)
    python = [path for path in files if path.endswith(".py")]
    dotted = Modules.of(python, settings.source_roots).by_path
    spelled = {path: spellings(path, dotted.get(path)) for path in {*lines, *python} - excluded}
    absent = _absent(given, lines, {path: spelled[path] for path in python if path not in excluded})
    left_out = tuple(sorted(path for path in python if path in excluded))
    about = (tree.oid, source, measured.tool, measured.branch)
    with_data = {path: each for path, each in lines.items() if path not in absent}
    return Measure(*about, with_data, absent, spelled, dotted, left_out, resolved.foreign)


def _absent(
    given: _Given, lines: Mapping[str, Lines], spelled: Mapping[str, frozenset[tuple[str, ...]]]
) -> dict[str, str]:
    """Why files have no data, of those that anything is asked of; the others are not even parsed."""
    by_parts = {each.parts: each for each in given.among if each.statements is not None or each.branches is not None}
    known = {path for path, each in lines.items() if each.statements or each.excluded}
    wanted = (
        path
        for path, names in spelled.items()
        if path not in known and (path in given.edited or path in lines or longest(names, by_parts))
    )
    return {path: _WHY[found] for path in wanted if (found := need(given.tree.read(path))) in _WHY}


def _excluded(files: Iterable[str], now: Asking, before: Asking | None) -> Iterator[str]:
    """What is left out. Of a change what was left out before it, too: a change cannot excuse itself."""
    rules = [[compiled(glob) for glob in each.exclude] for each in (now, before) if each is not None]
    for path in files:
        if all(any(glob.match(path) for glob in globs) for globs in rules):
            yield path


def _refuse_stale(tree: Tree, lines: Mapping[str, Lines], source: str) -> None:
    found = ((path, stale_line(tree.read(path), each)) for path, each in sorted(lines.items()) if path.endswith(".py"))
    faults = [
        Fault("coverage.stale", f"{path}:{line}", "the report has a statement here, the file has none")
        for path, line in found
        if line is not None
    ]
    if faults:
        raise Refused(
            "coverage.stale",
            f"the coverage report is of other sources: {len(faults)} file(s) changed since",
            where=source,
            cure="run the tests again",
            faults=faults[:_SHOWN],
        )


def _changes(now: Tree, edited: Mapping[str, frozenset[int]], measure: Measure) -> Iterator[Change]:
    left_out = frozenset(measure.left_out)
    for path, changed in sorted(edited.items()):
        if path in left_out:
            continue
        lines = measure.files.get(path)
        if lines is None:
            if path in measure.absent:
                yield Change(path, Count(), (), measure.absent[path])
            continue
        starts = statement_starts(now.read(path))
        touched = {starts.get(line, line) for line in changed} & lines.statements
        yield Change(path, Count(len(touched), len(touched & lines.run)), tuple(sorted(touched - lines.run)))


def _recorded(kept: Compared) -> dict[str, Count]:
    path = kept.settings.coverage.ratchet
    return read_ratchet(kept.tree.read(path), path) if path in kept.tree else {}

"""All contracts of a configuration on one tree: import-linter's verdicts, and what it could not have seen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass, replace

from grimp import ImportGraph

from laneshift.code.facts import Import
from laneshift.lanes.contracts.declared import Contract, declared
from laneshift.lanes.contracts.imports import Direct, imports_of
from laneshift.lanes.contracts.judge import Ground, judge
from laneshift.lanes.contracts.options import Options, Table
from laneshift.lanes.contracts.packages import Found, find
from laneshift.lanes.contracts.terms import BadOption
from laneshift.lanes.contracts.verdicts import Step, Verdict


@dataclass(frozen=True)
class Known:
    """A graph with the lines and kinds of its imports."""

    graph: ImportGraph
    lines: Mapping[tuple[str, str], Mapping[int, str]]

    def describe(self, importer: str, imported: str) -> Step:
        """One import with its lines."""
        at = self.lines.get((importer, imported), {})
        return Step(importer, imported, tuple(sorted(at)), tuple(sorted(set(at.values()))))


def check(
    options: Options, paths: Iterable[str], written: Callable[[str], Iterable[Import]], source_roots: Iterable[str]
) -> tuple[Verdict, ...]:
    """One verdict for each contract, in the order of the configuration.

    `paths` are the Python files of the tree, `written` gives the imports that stand in one. Raises `Refused` when a
    root package is not in the tree.
    """
    found = find(paths, options.root_packages, source_roots)
    everything = {**found.seen, **found.orphans}
    wide = imports_of(found, everything, written, deep=True)
    is_more = bool(found.orphans) or wide.is_far
    seen = imports_of(found, found.seen, written).direct if is_more else wide.direct
    strict = known(found, found.seen, _counted(options, seen, dynamic=False), options.with_externals)
    wider = None
    if is_more or any(one.kind == "dynamic" for one in wide.direct):
        wider = known(found, everything, _counted(options, wide.direct, dynamic=True), options.with_externals, strict)
    return tuple(_verdict(options, table, found, strict, wider) for table in options.contracts)


def known(
    found: Found,
    modules: Mapping[str, str],
    imports: Iterable[Direct],
    with_externals: bool,
    less: Known | None = None,
) -> Known:
    """Feed a graph of grimp's with modules and imports, in a fixed order: a new one, or a copy of that of `less`."""
    lines: dict[tuple[str, str], dict[int, str]] = {}
    for importer, imported, line, kind, outside in imports:
        if with_externals or not outside:
            lines.setdefault((importer, imported), {}).setdefault(line, kind)
    names = [*sorted(found.namespaces), *sorted(set(modules.values()))]
    if less is not None and less.lines.keys() <= lines.keys():
        graph, new = deepcopy(less.graph), lines.keys() - less.lines.keys()
        names = sorted(set(names) - graph.modules)
    else:
        graph, new = ImportGraph(), set(lines)
    for name in names:
        graph.add_module(name)
    own: dict[str, bool] = {}
    for importer, imported in sorted(new):
        if imported not in own:
            own[imported] = found.is_own(imported)
            if not own[imported]:
                graph.add_module(imported, is_squashed=True)
        graph.add_import(importer=importer, imported=imported)
    return Known(graph, lines)


def _counted(options: Options, imports: Iterable[Direct], *, dynamic: bool) -> Iterable[Direct]:
    left_out = {"type-checking"} if options.without_type_checking else set()
    left_out |= set() if dynamic else {"dynamic"}
    return (one for one in imports if one.kind not in left_out)


def _verdict(options: Options, table: Table, found: Found, strict: Known, wider: Known | None) -> Verdict:
    name, kind = str(table.get("name", "")), str(table.get("type", ""))
    if kind in options.custom_types:
        return Verdict(name, kind, "not-checked", reason="a type of the project's own, which only its code can judge")
    if not name:
        return Verdict(name, kind, "invalid", reason="the contract has no name")
    try:
        contract = declared(table)
        verdict = _judged(Verdict(name, kind, "kept"), contract, options, found, strict)
    except BadOption as fault:
        return Verdict(name, kind, "invalid", reason=str(fault))
    return verdict if wider is None else _with_unseen(verdict, contract, options, found, wider)


def _judged(verdict: Verdict, contract: Contract, options: Options, found: Found, known: Known) -> Verdict:
    ground = Ground(deepcopy(known.graph), found.roots, options.with_externals, known.describe)
    breaches, warnings = judge(contract, ground)
    return replace(verdict, status="broken" if breaches else "kept", breaches=breaches, warnings=warnings)


def _with_unseen(verdict: Verdict, contract: Contract, options: Options, found: Found, wider: Known) -> Verdict:
    """Breaches on the wider graph count where the narrow one has none: chains may differ and say the same."""
    try:
        more = _judged(verdict, contract, options, found, wider)
    except BadOption as fault:
        told = f"not judged with the imports that import-linter cannot see: {fault}"
        return replace(verdict, warnings=(*verdict.warnings, told))
    before = {breach.what for breach in verdict.breaches}
    return replace(verdict, unseen=tuple(breach for breach in more.breaches if breach.what not in before))

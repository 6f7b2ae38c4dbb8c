"""Step 2, check_deps: every import of the module resolves at its destination, and its lane may make it there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from laneshift.code.dotted import is_standard
from laneshift.code.graph import ImportGraph
from laneshift.steps.beside import BREAKS, WAITS_FOR, beside, contracts_of
from laneshift.steps.newly_broken import newly_broken
from laneshift.steps.work import Outcome, Parts, Work

_NAMED = 3


def check_deps(work: Work, parts: Parts) -> Outcome:
    """Only what the move adds counts; how many imports were unresolved before is recorded."""
    before = parts.graph(work.base_tree)
    if work.verify_only:
        told = {"unresolved_before": len(before.unresolved)}
        return Outcome("passed", f"{len(before.unresolved)} unresolved import(s) on record", work.tree, told)
    applied = parts.applied(work)
    after = parts.graph(applied.integrated, near=work.base_tree)
    broken = newly_broken(parts, work.base_tree, applied.integrated, applied.result.relocations)
    contracts = contracts_of(parts, work.base_tree, applied.integrated, broken.modules)
    alone, (others, broken) = broken, beside(work, parts, broken, contracts)
    missing = tuple(dict.fromkeys((*alone.missing, *broken.missing)))
    breaches = list(map(str, alone.crossings)) if broken.crossings else []
    facts: dict[str, object] = {
        "unresolved_before": len(before.unresolved),
        "newly_unresolved": [f"{path}: {name}" for path, name in missing],
        "lane_violations": breaches,
        "new_cycles": _new_cycles(before, after, alone.modules),
    }
    if contracts:
        facts[BREAKS] = list(map(str, contracts))
    if others.items and not breaches:
        facts[WAITS_FOR] = list(others.items)
        # What else moves decides here, so the evidence has it, and later steps go by it.
        facts["beside"] = others.tree.oid
    # What is third-party depends on the Python that asks, so it must not reach the evidence digest.
    seen = {"third_party": sorted(_third_party(after, applied.result.relocations.values()))}
    if missing:
        summary = f"{missing[0][0]} would import {missing[0][1]}, which is not there"
        return Outcome("failed", summary, work.tree, facts, seen)
    if breaches:
        still = f"; so it would be where {_some(others.items)} moved too" if others.items else ""
        return Outcome("failed", f"the destination's lane forbids it: {breaches[0]}{still}", work.tree, facts, seen)
    once = f", once {_some(others.items)} moved too" if others.items else ""
    return Outcome("passed", f"every import resolves at the destination{once}", work.tree, facts, seen)


def _some(items: Sequence[str]) -> str:
    more = f" and {len(items) - _NAMED} more" if len(items) > _NAMED else ""
    return ", ".join(items[:_NAMED]) + more


def _third_party(graph: ImportGraph, paths: Iterable[str]) -> set[str]:
    needed = {top for path in paths if path in graph.resolved for top in graph.outside(path)}
    return {top for top in needed if not is_standard(top)}


def _new_cycles(before: ImportGraph, after: ImportGraph, modules: Mapping[str, str]) -> list[str]:
    """Moved modules that can reach themselves through imports now, and could not before. Told, not judged."""
    return sorted(new for old, new in modules.items() if _in_cycle(after, new) and not _in_cycle(before, old))


def _in_cycle(graph: ImportGraph, module: str) -> bool:
    reaching = graph.reverse_closure([module])
    return any(edge.imported in reaching for edge in graph.imports(module) if edge.imported != module)

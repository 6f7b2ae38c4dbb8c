"""Step 1, review: facts about the module, a score, a risk, and one paragraph that says what stands out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from laneshift.code.facts import Facts
from laneshift.code.selection import select_tests
from laneshift.matriz.risk.counting import CODE_FORMS, counted
from laneshift.matriz.risk.score import Risk
from laneshift.matriz.risk.score import score as score_of
from laneshift.steps.work import Outcome, Parts, Work

_MANY_IMPORTERS = 25
_LARGE = 1000
_LISTED = 20


@dataclass(frozen=True, slots=True)
class Weight:
    """One thing that makes a move riskier, in points of 100, and why."""

    points: int
    reason: str


def review(work: Work, parts: Parts) -> Outcome:
    """Never stops an item: it tells, and the later steps judge."""
    graph = parts.graph(work.base_tree)
    paths = moved_paths(work)
    names = [name for path in paths if (name := graph.modules.by_path.get(path)) is not None]
    known = parts.index.facts(work.base_tree)
    facts = [known[path] for path in paths if path in known]
    importers = sorted({edge.importer for name in names for edge in graph.importers(name)} - set(names))
    tests = select_tests(graph, known, names, parts.settings.tests.selection_limit)
    refused = any(parts.index.refusal(work.base_tree, path) for path in paths if path in known)
    weights = weigh(facts, len(importers), tests.reachable, refused=refused)
    likely = _likely(work, parts, paths, tests.reachable)
    score = max(0, 100 - sum(weight.points for weight in weights))
    told: Mapping[str, Any] = {
        "lines": sum(fact.lines for fact in facts),
        "classes": sum(fact.classes for fact in facts),
        "functions": sum(fact.functions for fact in facts),
        "public": sorted({symbol.name for fact in facts for symbol in fact.public}),
        "effects_at_import": [f"line {e.line}: {e.kind} {e.name}".rstrip() for f in facts for e in f.effects][:_LISTED],
        "importers": len(importers),
        "first_importers": importers[:_LISTED],
        "tests_that_reach_it": tests.reachable,
        "score": score,
        "risk": risk(score),
        "risk_percent": round(100 * likely.score),
        "risk_factors": [f"{each.name}: {each.why}" for each in likely.factors],
        "finding": paragraph(work.intent.item, weights, score),
    }
    shown = f"score {score}, {len(importers)} importer(s); {likely.line}"
    return Outcome("passed", shown, work.tree, told)


def _likely(work: Work, parts: Parts, paths: Sequence[str], tests: int) -> Risk:
    """How likely the item is to want a person, by what its tree and its intent tell."""
    known = parts.index.facts(work.base_tree)
    result = None if work.verify_only else parts.applied(work).result
    measured = counted(
        parts.graph(work.base_tree),
        {path: known[path] for path in paths if path in known},
        parts.lanes,
        paths,
        work.intent.src,
        "" if work.verify_only else work.intent.dst,
        tests=tests,
        dynamic=0 if result is None else len(result.notices),
        strings=0 if result is None else sum(edit.form not in CODE_FORMS for edit in result.edits),
    )
    return score_of(measured)


def moved_paths(work: Work) -> list[str]:
    """The Python files that the item is about, on the base."""
    src = work.intent.src
    if src in work.base_tree:
        return [src]
    return sorted(path for path in work.base_tree.entries if path.startswith(f"{src}/") and path.endswith(".py"))


def weigh(facts: list[Facts], importers: int, tests: int, *, refused: bool) -> list[Weight]:
    """What makes this move riskier than another; `refused` when this Python does not compile one of its files."""
    found = []
    if importers > _MANY_IMPORTERS:
        found.append(Weight(20, f"{importers} modules import it"))
    if not tests:
        found.append(Weight(30, "no test of the project reaches it"))
    if any(fact.effects for fact in facts):
        found.append(Weight(15, "it does work when it is imported"))
    if refused:
        found.append(Weight(30, "this Python cannot compile all of it"))
    if any(fact.links.is_open for fact in facts):
        found.append(Weight(10, "its names are not all known without running it"))
    if sum(fact.lines for fact in facts) > _LARGE:
        found.append(Weight(10, f"it has more than {_LARGE} lines of code"))
    return found


def risk(score: int) -> str:
    """The word for a score."""
    return "low" if score >= 80 else "medium" if score >= 50 else "high"


def paragraph(item: str, weights: list[Weight], score: int) -> str:
    """One paragraph for people."""
    if not weights:
        return f"{item} scores {score}: tests reach it, few modules import it, and importing it does nothing else."
    return f"{item} scores {score}: " + ", and ".join(weight.reason for weight in weights) + "."

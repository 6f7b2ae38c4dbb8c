"""Step 1, review: facts about the module, the risk with its factors, and one paragraph that says what stands out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from laneshift.code.selection import select_tests
from laneshift.matriz.risk.counting import CODE_FORMS, counted
from laneshift.matriz.risk.score import Risk
from laneshift.matriz.risk.score import score as score_of
from laneshift.steps.work import Outcome, Parts, Work

_LISTED = 20
_NAMED = 3
_NOT_COMPILED = "this Python cannot compile all of it"


def review(work: Work, parts: Parts) -> Outcome:
    """Never stops an item: it tells, and the later steps judge."""
    graph = parts.graph(work.base_tree)
    paths = moved_paths(work)
    names = [name for path in paths if (name := graph.modules.by_path.get(path)) is not None]
    known = parts.index.facts(work.base_tree)
    facts = [known[path] for path in paths if path in known]
    importers = sorted({edge.importer for name in names for edge in graph.importers(name)} - set(names))
    tests = select_tests(graph, known, names, parts.settings.tests.selection_limit)
    likely = _likely(work, parts, paths, tests.reachable)
    percent = round(100 * likely.score)
    told: Mapping[str, Any] = {
        "lines": sum(fact.lines for fact in facts),
        "classes": sum(fact.classes for fact in facts),
        "functions": sum(fact.functions for fact in facts),
        "public": sorted({symbol.name for fact in facts for symbol in fact.public}),
        "effects_at_import": [f"line {e.line}: {e.kind} {e.name}".rstrip() for f in facts for e in f.effects][:_LISTED],
        "importers": len(importers),
        "first_importers": importers[:_LISTED],
        "tests_that_reach_it": tests.reachable,
        "score": 100 - percent,
        "risk": likely.level,
        "risk_percent": percent,
        "risk_factors": [f"{each.name}: {each.why}" for each in likely.factors],
        "finding": paragraph(work.intent.item, likely),
    }
    shown = f"{len(importers)} importer(s); {likely.line}"
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
        refused=_NOT_COMPILED
        if any(parts.index.refusal(work.base_tree, path) for path in paths if path in known)
        else "",
    )
    return score_of(measured)


def moved_paths(work: Work) -> list[str]:
    """The Python files that the item is about, on the base."""
    src = work.intent.src
    if src in work.base_tree:
        return [src]
    return sorted(path for path in work.base_tree.entries if path.startswith(f"{src}/") and path.endswith(".py"))


def paragraph(item: str, likely: Risk) -> str:
    """One paragraph for people."""
    why = "; ".join(each.why for each in likely.factors[:_NAMED]) or "nothing speaks against it"
    return f"{item} has a {likely.level} risk of wanting a person, {likely.score:.0%}: {why}."

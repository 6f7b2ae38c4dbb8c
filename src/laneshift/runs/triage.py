"""Which items of a plan to look at first: the riskiest, with what speaks against them. Changes no order of work."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import NamedTuple

from laneshift.code.graph import ImportGraph
from laneshift.matriz.knowledge import ATTENTION
from laneshift.matriz.risk.counting import counted
from laneshift.matriz.risk.score import Risk, ranked, score
from laneshift.runs.plan import Plan, PlannedItem
from laneshift.runs.planning import lanes_of
from laneshift.runs.workshop import Workshop

_TEST_WAYS = 4


class Triaged(NamedTuple):
    """An item and its risk."""

    item: PlannedItem
    risk: Risk


def triage(shop: Workshop, plan: Plan, only: Collection[str] | None = None) -> list[Triaged]:
    """The items that a run would work on, the riskiest first; equal ones in plan order. `only` names some of them."""
    items = [item for item in plan.items if item.to_run and (only is None or item.id in only)]
    if not items:
        return []
    tree = shop.repository.tree(plan.base_tree)
    graph = ImportGraph.of(tree, shop.index, plan.rules.roots)
    facts = shop.index.facts(tree)
    lanes = lanes_of(shop.settings(tree), tree)
    past = _past(shop, plan)
    moves = {item.src: item.dst for item in plan.items if item.to_run and not item.verify_only and not item.codemod}
    found = []
    for item in items:
        files = [item.src] if item.src in graph.resolved else list(graph.files_below(item.src))
        reached = graph.reverse_closure([graph.node(path) for path in files], limit=_TEST_WAYS)
        paths = (graph.path(node) for node in reached)
        measured = counted(
            graph,
            {path: facts[path] for path in files},
            lanes,
            files,
            item.src,
            "" if item.verify_only else item.dst,
            tests=sum(path is not None and path not in files and facts[path].is_test for path in paths),
            dynamic=item.notices,
            past=past[item.id],
            beside={src: dst for src, dst in moves.items() if src != item.src},
        )
        risk = score(measured)
        found.append((Triaged(item, risk), risk))
    return ranked(found)


def _past(shop: Workshop, plan: Plan) -> Counter[str]:
    """How often items of these names did not go through, in whatever batch."""
    own = {item.id for item in plan.items}
    settled = shop.journal.records(kind="item.settled")
    bad = (str(one.facts["item"]) for one in settled if one.facts["state"] in ATTENTION)
    return Counter(item for item in bad if item in own)

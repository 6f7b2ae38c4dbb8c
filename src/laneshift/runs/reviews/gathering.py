"""The facts of a change, read from the plan, the journal and the evidence."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from laneshift.code.codemods.fix import agent_of
from laneshift.code.codemods.records import Codemod
from laneshift.code.codemods.submitted import SUBMISSION, submitted_by
from laneshift.evidence.records import Record
from laneshift.landing.train import Coupled, Train
from laneshift.runs.approval_journal import RESTED
from laneshift.runs.attesting import is_judging
from laneshift.runs.plan import Plan, PlannedItem
from laneshift.runs.reviews.facts import AgentFacts, CanaryFacts, ChangeFacts, ItemFacts, SuiteFacts, gates_of
from laneshift.runs.reviews.names import HEADS, branch_of
from laneshift.runs.workshop import Workshop

Facts = Mapping[str, Any]


def gathered(shop: Workshop, plan: Plan, train: Train, argument: Facts) -> ChangeFacts:
    """What the change of `train` tells. `argument` is that of the step: {key, remote, revert, lane}."""
    records = shop.journal.records(prefix=f"{plan.id}/")
    judged = _judged(shop, records)
    state = shop.state(plan)
    counted = [state.item(each.item) for each in train.items]
    items = tuple(_item(item, each, judged) for item, each in zip(counted, train.items, strict=True))
    waived = {item: frozenset(str(each["gate"]) for each in told["waived"]) for item, told in state.waived.items()}
    suite = _last(records, "suite.ran", tree=train.tree)
    canary, rested = state.report, _last(records, RESTED, tip=train.tip)
    return ChangeFacts(
        plan=plan.id,
        batch=plan.batch,
        lane=argument["lane"],
        target=plan.target.removeprefix(HEADS),
        remote=argument["remote"],
        branch=branch_of(plan.batch, argument["lane"]),
        base=train.base,
        tip=train.tip,
        items=items,
        gates=gates_of(items, waived),
        suite=_suite(suite),
        canary=None if canary is None else CanaryFacts(canary["done"], canary["bad"], canary["ok"], canary["result"]),
        approvers=tuple(map(str, rested.get("approvers", ()))) if rested else (),
        digests=_digests(plan, train, argument),
        evidence=_evidence(suite, canary, argument),
        left_out=train.dropped,
        agents=tuple(told for item in counted for told in _agents(item)),
    )


def _digests(plan: Plan, train: Train, argument: Facts) -> tuple[tuple[str, str], ...]:
    return (
        ("Plan", plan.digest),
        ("Base", train.base),
        ("Tree of the base", train.base_tree),
        ("Commit", train.tip),
        ("Tree", train.tree),
        ("Prepared revert", str(argument["revert"])),
    )


def _evidence(suite: Facts | None, canary: Facts | None, argument: Facts) -> tuple[tuple[str, str], ...]:
    told = (
        ("Outcomes of the suite", suite.get("outcomes", "") if suite else ""),
        ("Log of the suite", suite.get("log", "") if suite else ""),
        ("Result of the canary", canary["result"] if canary else ""),
        ("Landing", argument["key"]),
    )
    return tuple((what, str(digest)) for what, digest in told if digest)


def _suite(facts: Facts | None) -> SuiteFacts | None:
    if facts is None:
        return None
    return SuiteFacts(facts["passed"], len(facts["on_base"]), len(facts["flaky"]))


def _item(item: PlannedItem, coupled: Coupled, judged: Mapping[str, Mapping[str, str]]) -> ItemFacts:
    what = f"codemod {_codemod(item)}" if item.codemod else f"{item.src} → {item.dst}"
    return ItemFacts(item.id, what, item.lane, item.files, coupled.commit, judged.get(item.id, {}))


def _agents(item: PlannedItem) -> Iterator[AgentFacts]:
    """What agents did to an item: submitted it, mended it, or both."""
    codemod, fix = item.intent.codemod, item.intent.fix
    if codemod is not None and codemod.name == SUBMISSION:
        yield AgentFacts(item.id, submitted_by(codemod).partition(" <")[0], "submitted", codemod.paths)
    if fix is not None:
        yield AgentFacts(item.id, agent_of(fix), "mended", fix.paths)


def _codemod(item: PlannedItem) -> str:
    found: Codemod | None = item.intent.codemod
    return found.name if found is not None else ""


def _judged(shop: Workshop, records: Iterable[Record]) -> dict[str, dict[str, str]]:
    """By item, what each gate said when it last looked at it."""
    notes = {str(record.facts["item"]): str(record.facts["notes"]) for record in records if is_judging(record)}
    found = {}
    for item, digest in notes.items():
        told: Any = json.loads(shop.store.get(digest))
        found[item] = {str(gate): str(verdict) for gate, verdict in told.get("facts", {}).items()}
    return found


def _last(records: Iterable[Record], kind: str, **facts: str) -> Facts | None:
    last = None
    for record in records:
        if record.kind == kind and all(record.facts.get(name) == value for name, value in facts.items()):
            last = record.facts
    return last

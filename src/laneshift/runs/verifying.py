"""Verify: the journal's chain, the evidence files, and every landed tree computed again from its intents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from laneshift.code.intents import Intent, Rules
from laneshift.errors import LaneshiftError
from laneshift.evidence.canonical import is_digest
from laneshift.evidence.records import Record
from laneshift.landing.train import replay
from laneshift.repo.objects import Repository
from laneshift.runs.events import Event
from laneshift.runs.plan import Plan
from laneshift.runs.working import state_of
from laneshift.runs.workshop import Workshop

_EVIDENCE = ("notes", "log", "outcomes", "outcome")


@dataclass(frozen=True)
class Verification:
    """What was looked at and what was found. No finding over nothing looked at is not a success."""

    records: int
    evidence_files: int
    trees: int
    findings: tuple[str, ...] = field(default=())


def verify(shop: Workshop, plan: Plan) -> Verification:
    """Check the whole journal and replay each landing of `plan`."""
    findings = [str(finding) for finding in shop.journal.check()]
    records = shop.journal.records()
    expected = evidence_of(records)
    findings += [str(fault) for fault in shop.store.verify(expected)]
    landings = state_of(shop, plan).landings
    trees = 0
    for landed in landings:
        found = list(_replayed(shop, landed))
        trees += len(landed["trees"])
        findings += found
    return Verification(len(records), len(expected), trees, tuple(findings))


def evidence_of(records: Iterable[Record]) -> set[str]:
    """Digests of every evidence file that the journal speaks of."""
    told = (record.facts.get(name) for record in records for name in _EVIDENCE)
    return {value for value in told if isinstance(value, str) and is_digest(value)}


def _replayed(shop: Workshop, landed: Mapping[str, Any]) -> Iterator[str]:
    repository = shop.repository
    rules = Rules(tuple(landed["rules"]["roots"]), landed["rules"]["characterization_dir"])
    intents = [Intent(**intent) for intent in landed["intents"]]
    try:
        base = repository.tree(landed["base"])
        computed = replay(base, intents, rules)
    except LaneshiftError as error:
        yield f"landing {landed['tip'][:12]} cannot be replayed: {error.what}"
        return
    if base.oid != landed["base_tree"]:
        yield f"base {landed['base'][:12]} has tree {base.oid}, the journal says {landed['base_tree']}"
    for said, tree in zip(landed["trees"], computed, strict=True):
        shop.report(Event("verify", said["item"], said["item"]))
        yield from _compared(repository, said, tree)
    if computed and computed[-1] != landed["tree"]:
        yield f"landing {landed['tip'][:12]} has tree {landed['tree']}, its intents give {computed[-1]}"
    if repository.tree(landed["revert"]).oid != landed["base_tree"]:
        yield f"the prepared revert {landed['revert'][:12]} does not have the base's tree"


def _compared(repository: Repository, said: Mapping[str, Any], tree: str) -> Iterator[str]:
    if said["tree"] != tree:
        yield f"item {said['item']}: the journal says tree {said['tree']}, its intent gives {tree}"
    try:
        held = repository.tree(said["commit"]).oid
    except LaneshiftError as error:
        yield f"item {said['item']}: {error.what}"
        return
    if held != tree:
        yield f"item {said['item']}: commit {said['commit'][:12]} has tree {held}, its intent gives {tree}"

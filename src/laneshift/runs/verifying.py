"""Verify: the journal's chain, the evidence, the refs, the approvals, and every landed tree computed from its intents.

A journal that was tampered with proves nothing about landings, so nothing is replayed from it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from laneshift.code.intents import Intent, Rules
from laneshift.errors import LaneshiftError, NeedsPerson
from laneshift.evidence.canonical import is_digest
from laneshift.evidence.records import Record
from laneshift.landing.swap import LANDED, REVERTS
from laneshift.landing.train import replay
from laneshift.repo.commits import is_ancestor
from laneshift.repo.objects import Repository
from laneshift.repo.refs import read
from laneshift.repo.remote_names import tracking_ref
from laneshift.runs.approval_audit import audited
from laneshift.runs.events import Event
from laneshift.runs.landed_here import bring
from laneshift.runs.plan import Plan
from laneshift.runs.sealing import checked
from laneshift.runs.state import fold
from laneshift.runs.workshop import Workshop

_UNTOLD = "no landing was replayed: a journal that was changed cannot tell what landed"
_EVIDENCE = ("notes", "log", "outcomes", "outcome", "evidence", "details", "envelope", "signers", "revoked", "result")


@dataclass(frozen=True)
class Verification:
    """What was looked at and what was found. No finding over nothing looked at is not a success."""

    records: int
    evidence_files: int
    trees: int
    findings: tuple[str, ...] = field(default=())
    approvers: tuple[str, ...] = field(default=())
    """Whose approvals of the landings were checked again."""
    seals: int = 0
    """How many seals of the journal were held against it."""
    signed: int = 0
    """How many records, from the first, a seal signed by a key of the repository covers."""


def verify(shop: Workshop, plan: Plan) -> Verification:
    """Check the whole journal and all evidence, then the refs of `plan` and the replay of each of its landings."""
    findings = [str(finding) for finding in shop.journal.check()]
    if findings:
        findings.append(_UNTOLD)
        findings += [str(fault) for fault in shop.store.verify()]
        return Verification(0, 0, 0, tuple(findings))
    records = shop.journal.records()
    sealed = checked(shop.repository, records, shop.journal.checkpoint().origin, shop.keys)
    if sealed.findings:
        findings += [*sealed.findings, _UNTOLD, *(str(fault) for fault in shop.store.verify())]
        return Verification(len(records), 0, 0, tuple(findings), (), sealed.seals, sealed.signed)
    expected = evidence_of(records)
    findings += [str(fault) for fault in shop.store.verify(expected)]
    findings += _not_here(shop, plan)
    findings += _refs(shop.repository, plan, records)
    trees = 0
    for landed in fold(plan, records).landings:
        found, count = _replayed(shop, landed)
        trees += count
        findings += found
    approvals = audited(shop, plan, records)
    findings += approvals.findings
    return Verification(
        len(records), len(expected), trees, tuple(findings), approvals.approvers, sealed.seals, sealed.signed
    )


def evidence_of(records: Iterable[Record]) -> set[str]:
    """Digests of every evidence file that the journal speaks of."""
    told = (record.facts.get(name) for record in records for name in _EVIDENCE)
    return {value for value in told if isinstance(value, str) and is_digest(value)}


def _not_here(shop: Workshop, plan: Plan) -> Iterator[str]:
    """Why what another clone landed cannot be looked at in this one."""
    try:
        bring(shop, plan)
    except LaneshiftError as error:
        yield f"what was landed from another clone cannot be had here: {error.what} {error.why}".rstrip()


def _refs(repository: Repository, plan: Plan, records: Sequence[Record]) -> Iterator[str]:
    """Refs that do not hold what the last landing of the batch put there. A rollback keeps the landing in history."""
    landings = [r for r in records if r.kind == "land.recorded" and r.facts["batch"] == plan.batch]
    if not landings or landings[-1].facts["plan"] != plan.id:
        return
    landed = landings[-1].facts
    for ref, said in ((LANDED + plan.batch, landed["tip"]), (REVERTS + plan.batch, landed["revert"])):
        there = read(repository, ref)
        if there != said:
            yield f"ref {ref} is at {there or 'nothing'}, the journal says {said}"
    standing = fold(plan, records).landed
    remote = landed.get("remote", "")
    target = tracking_ref(remote, landed["target"]) if remote else landed["target"]
    there = read(repository, target)
    if standing is not None and (there is None or not is_ancestor(repository, standing["tip"], there)):
        tip = standing["tip"]
        yield f"ref {target} is at {there or 'nothing'}, which does not contain the landed commit {tip}"


def _replayed(shop: Workshop, landed: Mapping[str, Any]) -> tuple[list[str], int]:
    """What is wrong with one landing, and how many of its trees were computed again."""
    try:
        details = json.loads(shop.store.get(landed["details"]))
        base = shop.repository.tree(landed["base"])
        rules = Rules(tuple(details["rules"]["roots"]), details["rules"]["characterization_dir"])
        computed = replay(base, [Intent.from_json(intent) for intent in details["intents"]], rules)
    except NeedsPerson:
        raise  # with another tool than the pinned one nothing can be said about the landing
    except LaneshiftError as error:
        return [f"landing {landed['tip'][:12]} cannot be replayed: {error.what}"], 0
    findings = list(_against(shop.repository, landed, base.oid, computed))
    for said, tree in zip(details["trees"], computed, strict=True):
        shop.report(Event("verify", said["item"], said["item"]))
        findings += _compared(shop.repository, said, tree)
    return findings, len(computed)


def _against(repository: Repository, landed: Mapping[str, Any], base: str, computed: list[str]) -> Iterator[str]:
    if base != landed["base_tree"]:
        yield f"base {landed['base'][:12]} has tree {base}, the journal says {landed['base_tree']}"
    if not computed or computed[-1] != landed["tree"]:
        yield f"landing {landed['tip'][:12]} has tree {landed['tree']}, its intents give {(computed or ['none'])[-1]}"
    for name, wanted in (("revert", landed["base_tree"]), ("tip", landed["tree"])):
        try:
            held = repository.tree(landed[name]).oid
        except LaneshiftError as error:
            yield f"the {name} {landed[name][:12]} of the landing: {error.what}"
            continue
        if held != wanted:
            yield f"the {name} {landed[name][:12]} of the landing has tree {held}, not {wanted}"


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

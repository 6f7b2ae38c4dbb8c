"""Verify: the journal's chain, the evidence, the refs, the approvals, and every landed tree computed from its intents.

A journal that was tampered with proves nothing about landings, so nothing is replayed from it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence

from laneshift.errors import Fault, LaneshiftError
from laneshift.evidence.canonical import is_digest
from laneshift.evidence.records import Record
from laneshift.landing.swap import LANDED, REVERTS
from laneshift.repo.commits import is_ancestor
from laneshift.repo.objects import Repository
from laneshift.repo.refs import read
from laneshift.repo.remote_names import tracking_ref
from laneshift.runs.approval_audit import audited
from laneshift.runs.attestation_audit import audit_attestations
from laneshift.runs.attesting import is_judging
from laneshift.runs.events import Event
from laneshift.runs.key_ring import pinned
from laneshift.runs.landed_here import bring
from laneshift.runs.plan import Plan
from laneshift.runs.replaying import Replay, Replayed
from laneshift.runs.seal_sharing import seals_at
from laneshift.runs.sealing import checked
from laneshift.runs.state import fold
from laneshift.runs.verification import Verification
from laneshift.runs.workshop import Workshop

_DIGITS = 64
UNTOLD = "no landing was replayed: a journal that was changed cannot tell what landed"
_EVIDENCE = (
    *("notes", "log", "outcomes", "outcome", "evidence", "details"),
    *("body", "checks"),
    *("envelope", "signers", "revoked", "passkeys", "result", "bundle"),
)


def verify(shop: Workshop, plan: Plan, *, replay: bool = True) -> Verification:
    """Check the whole journal and all evidence, then the refs of `plan` and, with `replay`, each of its landings."""
    shop = pinned(shop, shop.repository.tree(read(shop.repository, plan.target) or plan.base))
    findings = [str(finding) for finding in shop.journal.check()]
    if findings:
        findings.append(UNTOLD)
        findings += [str(fault) for fault in shop.store.verify()]
        return Verification(0, 0, 0, tuple(findings))
    records = shop.journal.records()
    remotes = (str(record.facts.get("remote", "")) for record in records if record.kind == "land.recorded")
    others, lost = seals_at(shop, filter(None, remotes))
    for each in lost:
        shop.report(Event("verify", each))
    sealed = checked(shop.repository, records, shop.journal.checkpoint().origin, shop.keys, others)
    if sealed.findings:
        findings += [*sealed.findings, UNTOLD, *(str(fault) for fault in shop.store.verify())]
        return Verification(len(records), 0, 0, tuple(findings), seals=sealed.seals, signed=sealed.signed)
    expected = evidence_of(records)
    for digest, record in _of_gates(shop, records):
        expected.setdefault(digest, record)
    findings += [f"{fault}{_speaker(fault, expected)}" for fault in shop.store.verify(expected)]
    findings += _not_here(shop, plan)
    findings += _refs(shop.repository, plan, records)
    again = Replay(shop.repository, shop.store.get, shop.report)
    landings = [record for record in records if record.kind == "land.recorded" and record.facts["plan"] == plan.id]
    found = sum((again.of(record.facts, record.tool) for record in landings), Replayed()) if replay else Replayed()
    findings += found.findings
    approvals = audited(shop, plan, records)
    findings += approvals.findings
    attested = audit_attestations(shop, plan, records)
    findings += attested.findings
    return Verification(
        records=len(records),
        evidence_files=len(expected),
        trees=found.trees,
        findings=tuple(findings),
        approvers=approvals.approvers,
        seals=sealed.seals,
        signed=sealed.signed,
        unclaimed=found.unclaimed,
        replayed=replay,
        attestations=attested.held,
    )


def evidence_of(records: Iterable[Record]) -> dict[str, Record]:
    """By digest, the first record that speaks of each evidence file."""
    found: dict[str, Record] = {}
    for record in records:
        for name in _EVIDENCE:
            value = record.facts.get(name)
            if isinstance(value, str) and is_digest(value):
                found.setdefault(value, record)
    return found


def _of_gates(shop: Workshop, records: Iterable[Record]) -> Iterator[tuple[str, Record]]:
    """The evidence of single gates, which only the notes of the step speak of."""
    for record in filter(is_judging, records):
        try:
            notes = json.loads(shop.store.get(str(record.facts["notes"])))
        except LaneshiftError:
            continue  # notes that are gone or damaged are a finding of their own
        # A step that could not even ask its gates has no verdicts.
        for verdict in notes.get("seen", {}).get("verdicts", ()):
            if is_digest(verdict["evidence"]):
                yield verdict["evidence"], record


def _speaker(fault: Fault, expected: Mapping[str, Record]) -> str:
    """Which record rests on the evidence that a fault is about: the fault says its digest, or a path made of it."""
    record = expected.get("sha256:" + fault.where.replace("/", "")[-_DIGITS:])
    return f"; record {record.seq} ({record.key}) speaks of it" if record else ""


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

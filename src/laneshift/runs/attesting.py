"""Attestations of a landing: signed, kept as evidence, and noted in the journal before the landing is sealed.

Nothing is made where there is no key. Making them again, after a crash, finds those on record and adds what is missing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from laneshift.evidence.attestations.dsse import signed
from laneshift.evidence.attestations.sigstore_bundle import bundled
from laneshift.evidence.canonical import Json, digest_of
from laneshift.evidence.keys.port import Signer
from laneshift.evidence.records import Record
from laneshift.runs.attested import Draft, Landing, drafts
from laneshift.runs.plan import Plan
from laneshift.runs.workshop import Workshop

MADE = "attestation.made"


def attest(shop: Workshop, plan: Plan, record: Record) -> int:
    """Make the attestations of the landing that `record` tells of; how many are on record now.

    Raises `CheckFailed` for evidence that is gone, and what signing raises.
    """
    signer = shop.ring.signer("attestation")
    if signer is None:
        return 0
    tree = shop.repository.tree(str(record.facts["tree"]))
    found = drafts(landing_of(shop, plan, record), tree, shop.settings(tree).attestations)
    for draft in found:
        key = key_of(record, draft.name)
        if shop.journal.get(key) is None:
            facts = _signed(shop, draft, signer) | {"plan": plan.id, "tip": record.facts["tip"]}
            shop.journal.append(key, MADE, facts, durable=True)
    return len(found)


def key_of(record: Record, name: str) -> str:
    """The key of the record about one attestation of a landing."""
    return f"{record.key.removesuffix('/recorded')}/attested/{record.facts['tip']}/{name}"


def landing_of(shop: Workshop, plan: Plan, record: Record) -> Landing:
    """The landing with all that is on record about it. Raises `CheckFailed` for evidence that is gone."""
    before = [each for each in shop.journal.records(prefix=f"{plan.id}/") if each.seq < record.seq]
    suite = _last(before, "suite.ran", tree=record.facts["tree"])
    started = _last(before, "land.started", key=record.facts["key"])
    settled = {str(each.facts["item"]): each for each in before if each.kind == "item.settled"}
    return Landing(
        plan,
        record,
        json.loads(shop.store.get(str(record.facts["details"]))),
        suite,
        _outcomes(shop, suite) if suite else {},
        {item: settled[item] for item in record.facts["items"] if item in settled},
        started.at if started else record.at,
    )


def _signed(shop: Workshop, draft: Draft, signer: Signer) -> dict[str, Json]:
    payload = draft.statement.payload()
    bundle = shop.store.put(bundled(signed(payload, signer)), durable=True)
    subject = draft.statement.subjects[0]
    return {
        "attestation": draft.name,
        "predicate": draft.statement.predicate_type,
        "subject": subject.as_json(),
        "payload": digest_of(payload),
        "bundle": bundle,
        "key": signer.key_id,
    }


def _outcomes(shop: Workshop, suite: Record) -> Mapping[str, str]:
    """By test id; empty for a suite that is one command and tells of no tests."""
    outcomes = suite.facts.get("outcomes")
    found: Any = json.loads(shop.store.get(str(outcomes))) if outcomes else {}
    return found if isinstance(found, dict) else {}


def _last(records: Iterable[Record], kind: str, **facts: Json) -> Record | None:
    last = None
    for record in records:
        if record.kind == kind and all(record.facts.get(name) == value for name, value in facts.items()):
            last = record
    return last

"""Attestations of a landing: signed, kept as evidence, and noted in the journal before the landing is sealed.

Nothing is made where there is no key. Making them again, after a crash, finds those on record and adds what is missing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from laneshift import __version__
from laneshift.errors import LaneshiftError
from laneshift.evidence.attestations.dsse import signed
from laneshift.evidence.attestations.sigstore_bundle import bundled, read_bundle
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
    found = wanted_of(shop, plan, record)
    for draft in found:
        key = key_of(record, draft.name)
        if shop.journal.get(key) is None:
            _record(shop, record, key, draft, signer)
    return len(found)


def wanted_of(shop: Workshop, plan: Plan, record: Record) -> list[Draft]:
    """What a landing deserves to have attested, by the settings of its tree. Raises as `landing_of` does."""
    tree = shop.repository.tree(str(record.facts["tree"]))
    return drafts(landing_of(shop, plan, record), tree, shop.settings(tree).attestations)


def key_of(record: Record, name: str) -> str:
    """The key of the record about one attestation of a landing."""
    return f"{record.key.removesuffix('/recorded')}/attested/{record.facts['tip']}/{name}"


def landing_of(shop: Workshop, plan: Plan, record: Record) -> Landing:
    """The landing with all that is on record about it. Raises `CheckFailed` for evidence that is gone."""
    before = [each for each in shop.journal.records(prefix=f"{plan.id}/") if each.seq < record.seq]
    suite = _last(before, "suite.ran", tree=record.facts["tree"])
    started = _last(before, "land.started", key=record.facts["key"])
    settled = {str(each.facts["item"]): each for each in before if each.kind == "item.settled"}
    judged = {str(each.facts["item"]): each for each in before if is_judging(each)}
    return Landing(
        plan,
        record,
        json.loads(shop.store.get(str(record.facts["details"]))),
        suite,
        _outcomes(shop, suite) if suite else {},
        {item: settled[item] for item in record.facts["items"] if item in settled},
        {item: _verdicts(shop, judged[item]) for item in record.facts["items"] if item in judged},
        started.at if started else record.at,
    )


def _record(shop: Workshop, landing: Record, key: str, draft: Draft, signer: Signer) -> None:
    """Sign a draft, keep it as evidence, and note it in the journal under `key`."""
    payload = draft.statement.payload()
    bundle = shop.store.put(bundled(signed(payload, signer)), durable=True)
    subject = draft.statement.subjects[0]
    facts: dict[str, Json] = {
        "plan": landing.facts["plan"],
        "tip": landing.facts["tip"],
        "attestation": draft.name,
        "predicate": draft.statement.predicate_type,
        "subject": subject.as_json(),
        "payload": digest_of(payload),
        "bundle": bundle,
        "key": signer.key_id,
    }
    shop.journal.append(key, MADE, facts, durable=True)


def _outcomes(shop: Workshop, suite: Record) -> Mapping[str, str]:
    """By test id; empty for a suite that is one command and tells of no tests."""
    outcomes = suite.facts.get("outcomes")
    found: Any = json.loads(shop.store.get(str(outcomes))) if outcomes else {}
    return found if isinstance(found, dict) else {}


def is_judging(record: Record) -> bool:
    """Whether a record tells what the gates said of an item; its notes hold the verdicts."""
    return record.kind == "step.ended" and record.facts["step"] == "gates"


def _verdicts(shop: Workshop, judged: Record) -> Mapping[str, str]:
    """By gate, what the gates said of an item when they last looked at it."""
    notes: Any = json.loads(shop.store.get(str(judged.facts["notes"])))
    return {str(gate): str(verdict) for gate, verdict in notes.get("facts", {}).items()}


def _last(records: Iterable[Record], kind: str, **facts: Json) -> Record | None:
    last = None
    for record in records:
        if record.kind == kind and all(record.facts.get(name) == value for name, value in facts.items()):
            last = record
    return last


def attest_again(shop: Workshop) -> int:
    """Sign again, with the key that signs now, what only keys that count no more had signed; how many that were.

    Only what a landing of this version says of itself is signed: nothing is copied from what is there.
    """
    signer = shop.ring.signer("attestation")
    records = shop.journal.records(kind=MADE)
    if signer is None or not records:
        return 0
    counted = 0
    for landing in shop.journal.records(kind="land.recorded"):
        mine = [record for record in records if record.facts.get("tip") == landing.facts["tip"]]
        if mine and landing.tool == __version__:
            counted += _renewed(shop, landing, mine, signer)
    return counted


def _renewed(shop: Workshop, landing: Record, mine: list[Record], signer: Signer) -> int:
    plan = shop.plans.load(str(landing.facts["plan"]))
    counted = 0
    for draft in wanted_of(shop, plan, landing):
        of_name = [record for record in mine if record.facts.get("attestation") == draft.name]
        if any(_counts(shop, record) for record in of_name):
            continue
        _record(shop, landing, f"{key_of(landing, draft.name)}/by/{signer.key_id}", draft, signer)
        counted += 1
    return counted


def _counts(shop: Workshop, record: Record) -> bool:
    try:
        read_bundle(shop.store.get(str(record.facts["bundle"]))).hold(shop.ring, record.at)
    except (LaneshiftError, ValueError):
        return False
    return True

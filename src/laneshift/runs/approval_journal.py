"""What the journal has of approvals: those given, attempts refused, and what each landing rested on.

A record only says where an envelope lies. Whether it approves anything is found out anew each time, from the envelope.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from laneshift.errors import LaneshiftError, Refused
from laneshift.evidence.canonical import is_digest
from laneshift.evidence.records import Record
from laneshift.rollout.approval import Envelope, Refusal
from laneshift.runs.approval_envelope import bytes_of, envelope_in
from laneshift.runs.approval_keys import Keys
from laneshift.runs.approval_proof import Proved
from laneshift.runs.paths import visible
from laneshift.runs.plan import Plan
from laneshift.runs.workshop import Workshop

GIVEN, REFUSED, RESTED, AUTOMATIC = "approval.given", "approval.refused", "approval.rested", "approval.automatic"
_SHOWN = 400


@dataclass(frozen=True, slots=True)
class Rest:
    """What a landing rests on: approvals that counted `at` (unix seconds), and what they were checked with."""

    approvals: Sequence[Proved]
    keys: Keys
    repository: str
    canary: str
    at: int


def record_given(shop: Workshop, plan: Plan, proof: Proved, keys: Keys) -> Record:
    """Keep an approval that was found good, with the keys that it was checked with. Twice is once."""
    envelope = proof.checked.envelope
    subject = envelope.subject
    kept = shop.store.put(bytes_of(envelope), durable=True)
    facts = {
        "plan": plan.id,
        **{name: value for name, value in subject.as_json().items() if name not in ("plan", "type")},
        "plan_digest": subject.plan,
        "digest": subject.digest,
        "method": envelope.method,
        "envelope": kept,
        "key": proof.key,
        **kept_keys(shop, keys),
    }
    return shop.journal.append(f"{plan.id}/approval/given/{kept}", GIVEN, facts, durable=True)


def record_refused(shop: Workshop, plan: Plan, refusal: Refusal, during: str, envelope: str = "") -> None:
    """Record an attempt that came to nothing. `envelope` is the digest of what was offered, where it can be told."""
    facts = {
        "plan": plan.id,
        "approver": visible(refusal.approver)[:_SHOWN],
        "code": refusal.code,
        "why": visible(refusal.why)[:_SHOWN],
        "during": during,
        "offered": envelope,
    }
    shop.journal.append(f"{plan.id}/approval/refused/{secrets.token_hex(8)}", REFUSED, facts)


def record_rested(shop: Workshop, plan: Plan, key: str, tip: str, by: Rest | None) -> None:
    """Record on what the landing of `tip` rests; None is the leave that the settings give."""
    told: dict[str, object] = {"plan": plan.id, "tip": tip, "automatic": by is None}
    if by is not None:
        told |= {
            "approvals": [proof.digest for proof in by.approvals],
            "approvers": [proof.checked.envelope.subject.approver for proof in by.approvals],
            "repository": by.repository,
            "canary": by.canary,
            "checked": by.at,
            **kept_keys(shop, by.keys),
        }
    shop.journal.append(f"{key}/rested/{tip}/{secrets.token_hex(8)}", RESTED, told, durable=True)


def record_automatic(shop: Workshop, plan: Plan, lanes: Iterable[str]) -> None:
    """Record that somebody asked to go without a person, where the settings allow it."""
    shop.journal.append(f"{plan.id}/approval/automatic", AUTOMATIC, {"plan": plan.id, "lanes": sorted(lanes)})


def kept_keys(shop: Workshop, keys: Keys) -> dict[str, str]:
    """Where the keys of people are kept for later, and the commit that had them."""
    revoked = "" if keys.revoked is None else shop.store.put(keys.revoked, durable=True)
    told = {"keys_at": keys.tip, "signers": shop.store.put(keys.signers, durable=True), "revoked": revoked}
    return told if keys.passkeys is None else {**told, "passkeys": shop.store.put(keys.passkeys, durable=True)}


def of_plan(shop: Workshop, plan: Plan, kind: str) -> list[Record]:
    """The records of this kind about `plan`, in order."""
    return [r for r in shop.journal.records(kind=kind, prefix=f"{plan.id}/") if r.facts.get("plan") == plan.id]


def envelope_at(shop: Workshop, digest: object) -> Envelope | Refusal:
    """The envelope that is kept under a digest, or why there is none. Nothing is trusted for being kept."""
    if not is_digest(digest):
        return Refusal("approval.unreadable", "the journal does not say where the approval is kept")
    try:
        return envelope_in(shop.store.get(str(digest)))
    except Refused as error:
        return Refusal(error.code, error.why or error.what)
    except LaneshiftError as error:
        return Refusal("approval.unreadable", f"what the journal speaks of cannot be read: {error.what} {error.why}")

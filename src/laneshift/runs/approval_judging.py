"""Approvals of plans: what a person signs, what is accepted of what was signed, and how things stand with a plan.

Nothing is taken from what an approval says without finding it out here again: the plan, its pins, its canary and the
repository are computed, keys are read from the target's tip, and the stored envelopes are checked anew each time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from laneshift.errors import Fault, LaneshiftError, NeedsPerson, Refused
from laneshift.repo.ssh_signatures import sign
from laneshift.rollout.approval import Checked, Envelope, Facts, Policy, Refusal, Standing, Subject, refused, standing
from laneshift.rollout.subject import NAMESPACE
from laneshift.runs.approval_envelope import digest_of_envelope
from laneshift.runs.approval_facts import Ground, facts_of, ground_of
from laneshift.runs.approval_journal import GIVEN, envelope_at, of_plan, record_given, record_refused
from laneshift.runs.approval_keys import Keys, keys_at
from laneshift.runs.approval_proof import Proved, one_key_each, proved
from laneshift.runs.plan import Plan
from laneshift.runs.workshop import Workshop

_HOUR = 3600


@dataclass(frozen=True, slots=True)
class Given:
    """An approval that was found good, and how things stand with the plan."""

    envelope: Envelope
    digest: str
    key: str
    standing: Standing

    def as_json(self, plan: Plan) -> dict[str, Any]:
        """The approval of `plan`, as plain data."""
        return {
            "plan": plan.id,
            "envelope": self.envelope.as_json(),
            "digest": self.envelope.subject.digest,
            "recorded": self.digest,
            "key": self.key,
            "approvers": list(self.standing.approvers),
            "enough": self.standing.holds,
        }


@dataclass(frozen=True)
class Bench:
    """What approvals of one plan are judged by, as it is now. `now` is in unix seconds."""

    shop: Workshop
    plan: Plan
    ground: Ground
    policy: Policy
    facts: Facts
    keys: Keys
    now: int


def bench_of(shop: Workshop, plan: Plan, tip: str = "") -> Bench:
    """How approvals of `plan` are judged now; keys are those of commit `tip`, by default where the target is known.

    Raises `Refused`: `approval.no-signers`, `approval.bad-revoked`, and what keeps the repository from having a name.
    """
    ground = ground_of(shop, plan)
    keys = keys_at(shop.repository, ground.settings, tip or ground.tip)
    return Bench(shop, plan, ground, Policy.of(ground.settings), facts_of(shop, plan), keys, shop.clock())


def offered(bench: Bench, approver: str) -> Subject:
    """What `approver` would sign now. Raises `Refused` for whoever may not, before any key is asked for."""
    facts, hours = bench.facts, bench.ground.settings.approval.hours
    subject = Subject(
        facts.repository, facts.plan, facts.pins, facts.canary, approver, bench.now, bench.now + hours * _HOUR
    )
    why = refused(bench.policy, Checked(Envelope(subject, "ssh", {})), bench.now, facts)
    if why is not None:
        raise _turned_away(bench, why)
    # Read as an approval from elsewhere would be, so that nothing is signed that nobody could read.
    return Subject.from_json(subject.as_json())


def signed(subject: Subject, key: str) -> Envelope:
    """The subject, signed with an SSH key by its owner. Raises as `sign` does."""
    return Envelope(subject, "ssh", {"signature": sign(key, NAMESPACE, subject.signed)})


def accepted(bench: Bench, envelope: Envelope, *, keep: bool) -> Given:
    """Check an approval, wherever it comes from, and keep it when `keep` is set.

    Raises `Refused` with the reason of its own that each bad approval has; the attempt is in the journal.
    """
    proof = proved(envelope, bench.keys)
    why = refused(bench.policy, proof.checked, bench.now, bench.facts)
    if why is not None:
        raise _turned_away(bench, why, digest_of_envelope(envelope))
    if keep:
        record_given(bench.shop, bench.plan, proof, bench.keys)
    return Given(envelope, proof.digest, proof.key, standings(bench)[0])


def standings(bench: Bench) -> tuple[Standing, list[Proved]]:
    """How things stand with the approvals that the journal speaks of, and those of them that count."""
    found: list[Proved] = []
    lost: list[Refusal] = []
    for record in of_plan(bench.shop, bench.plan, GIVEN):
        envelope = envelope_at(bench.shop, record.facts.get("envelope"))
        if isinstance(envelope, Refusal):
            lost.append(envelope)
        else:
            found.append(proved(envelope, bench.keys))
    each = one_key_each(found)
    held = standing(bench.policy, [one.checked for one in each], bench.now, bench.facts)
    counting = [one for one in each if refused(bench.policy, one.checked, bench.now, bench.facts) is None]
    return Standing(held.approvers, (*lost, *held.refusals), held.holds), counting


def turned_away(shop: Workshop, plan: Plan, error: LaneshiftError, approver: str = "") -> None:
    """Record an attempt that never came to be judged: no envelope, or one that cannot be read."""
    record_refused(shop, plan, Refusal(error.code, error.why or error.what, approver), "approve")


def missing(bench: Bench, held: Standing, during: str) -> NeedsPerson:
    """The error for a plan that nobody, or not enough people, approved. It is in the journal with its reason."""
    last = held.refusals[-1]
    # Where an approval was given and does not count, why it does not says more than that there is none.
    told = held.refusals[-2] if last.code == "approval.missing" and len(held.refusals) > 1 else last
    record_refused(bench.shop, bench.plan, told, during)
    return NeedsPerson(
        told.code,
        f"the {during} of {bench.plan.id} has to be approved by {_how_many(bench.policy)} first",
        where=bench.plan.id,
        why=told.why,
        cure=next_step(bench.plan, told.code),
        faults=_faults(held.refusals),
    )


def next_step(plan: Plan, code: str) -> str:
    """The command that brings a plan nearer to its approval."""
    verb = "canary" if code in ("approval.no-canary", "approval.canary-red") else "approve"
    return f"laneshift {verb} {plan.id}"


def _how_many(policy: Policy) -> str:
    return "two people" if policy.two_person else "a person"


def _faults(refusals: Sequence[Refusal]) -> list[Fault]:
    return [Fault(refusal.code, refusal.approver or "approval", refusal.why) for refusal in refusals]


def _turned_away(bench: Bench, why: Refusal, envelope: str = "") -> Refused:
    record_refused(bench.shop, bench.plan, why, "approve", envelope)
    cure = next_step(bench.plan, why.code) if why.code in _MENDED else "docs/approvals.md says who may approve and how"
    what = f"this approval of {bench.plan.id} is refused"
    return Refused(why.code, what, where=why.approver, why=why.why, cure=cure)


_MENDED = frozenset({"approval.no-canary", "approval.canary-red", "approval.drift", "approval.expired"})

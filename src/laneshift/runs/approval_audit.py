"""Verify, for approvals: what each landing rested on is checked again, years later and without a network.

The keys are those that were kept when the target moved, and they must be those of the commit it moved from. The time is
that of the landing, so that what has expired or was revoked since does not speak against what was right then.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from laneshift.config import Settings
from laneshift.errors import LaneshiftError
from laneshift.evidence.canonical import digest_of
from laneshift.evidence.records import Record
from laneshift.repo.objects import Tree
from laneshift.rollout.approval import Policy, Refusal, auto_allowed, standing
from laneshift.runs.approval_facts import CANARY, canary_of, facts_with
from laneshift.runs.approval_journal import AUTOMATIC, RESTED, envelope_at
from laneshift.runs.approval_keys import Keys, site_of
from laneshift.runs.approval_proof import Proved, one_key_each, proved
from laneshift.runs.plan import Plan
from laneshift.runs.state import fold
from laneshift.runs.workshop import Workshop


@dataclass(frozen=True, slots=True)
class Audited:
    """What was found, and who approved: as many names as approvals were checked again."""

    findings: tuple[str, ...]
    approvers: tuple[str, ...]


def audited(shop: Workshop, plan: Plan, records: Sequence[Record]) -> Audited:
    """Check every approval that a landing of `plan` rested on. `records` are the whole journal, known to be sound."""
    settings = shop.settings(shop.repository.tree(plan.base))
    if not Policy.of(settings).required:
        return Audited((), ())
    findings: list[str] = []
    approvers: list[str] = []
    for landed in fold(plan, records).landings:
        rest = next((r for r in reversed(records) if r.kind == RESTED and _about(r, plan, landed)), None)
        name = f"landing {landed['tip'][:12]}"
        if rest is None:
            findings.append(f"{name} rests on no approval")
        elif rest.facts.get("automatic") is True:
            findings += [f"{name}: {why}" for why in _automatic(settings, plan, records, rest)]
        else:
            found, names = _checked(shop, plan, settings, landed, rest, records)
            findings += [f"{name}: {why}" for why in found]
            approvers += names
    return Audited(tuple(findings), tuple(approvers))


def _about(record: Record, plan: Plan, landed: Mapping[str, Any]) -> bool:
    return record.facts.get("plan") == plan.id and record.facts.get("tip") == landed["tip"]


def _automatic(settings: Settings, plan: Plan, records: Sequence[Record], rest: Record) -> Iterator[str]:
    lanes = {item.lane for item in plan.items if item.to_run}
    if not auto_allowed(settings.approval.auto_approve, lanes):
        yield "it went without a person, and the settings do not allow that"
    asked = (r.seq < rest.seq for r in records if r.kind == AUTOMATIC and r.facts.get("plan") == plan.id)
    if not any(asked):
        yield "it went without a person, and nobody had asked for that"


def _checked(
    shop: Workshop, plan: Plan, settings: Settings, landed: Mapping[str, Any], rest: Record, records: Sequence[Record]
) -> tuple[list[str], list[str]]:
    facts = rest.facts
    try:
        keys = _keys(shop, settings, facts)
        findings = list(_other_keys(shop.repository.tree(landed["base"]), settings, landed, keys))
        proofs, lost = _proofs(shop, keys, facts["approvals"])
        canary, ok = _canary(shop, plan, records, rest)
        about = facts_with(plan, facts["repository"], canary, ok=ok)
        held = standing(Policy.of(settings), [one.checked for one in proofs], facts["checked"], about)
    except (LaneshiftError, KeyError, TypeError) as error:
        return [f"what it rests on cannot be checked: {error}"], []
    reasons = [*lost, *held.refusals]
    findings += [f"approval of {why.approver or 'nobody'}: {why.why} [{why.code}]" for why in reasons]
    if sorted(held.approvers) != sorted(facts["approvers"]):
        findings.append(f"the journal says {', '.join(facts['approvers'])} approved, and it was {held.approvers}")
    return findings, list(held.approvers)


def _keys(shop: Workshop, settings: Settings, facts: Mapping[str, Any]) -> Keys:
    signers = shop.store.get(facts["signers"])
    revoked, passkeys = (shop.store.get(held) if held else None for held in (facts["revoked"], facts.get("passkeys")))
    return Keys(facts["keys_at"], signers, revoked, passkeys, site_of(settings))


def _other_keys(base: Tree, settings: Settings, landed: Mapping[str, Any], keys: Keys) -> Iterator[str]:
    """Keys that are kept, and were not those of the commit that the target moved from."""
    if keys.tip != landed["base"]:
        yield f"its keys are those of {keys.tip[:12]}, and it was built on {landed['base'][:12]}"
    wanted = settings.approval
    # An empty file says what no file says.
    files = ((wanted.signers, keys.signers), (wanted.revoked, keys.revoked), (wanted.passkeys, keys.passkeys))
    for path, kept in files:
        held = base.read(path) if path and path in base else None
        if (held or b"") != (kept or b""):
            told = digest_of(kept) if kept is not None else "nothing"
            yield f"{path or 'a file of revoked keys'} as it was kept ({told}) is not that of {landed['base'][:12]}"


def _proofs(shop: Workshop, keys: Keys, digests: Sequence[str]) -> tuple[list[Proved], list[Refusal]]:
    envelopes = [envelope_at(shop, digest) for digest in digests]
    found = [proved(envelope, keys) for envelope in envelopes if not isinstance(envelope, Refusal)]
    return one_key_each(found), [envelope for envelope in envelopes if isinstance(envelope, Refusal)]


def _canary(shop: Workshop, plan: Plan, records: Sequence[Record], rest: Record) -> tuple[str, bool]:
    """The last canary of the plan before the landing, and whether it was good."""
    ran = [r for r in records if r.kind == CANARY and r.facts.get("plan") == plan.id and r.seq < rest.seq]
    return canary_of(shop, plan, ran[-1]) if ran else ("", True)

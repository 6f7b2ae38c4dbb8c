"""Which approvals of a plan stand, and whether they are enough. Pure: proofs were checked before, by `Checked.fault`.

An approval counts when its proof holds and it is about this repository, this plan, its pins and its canary as they are
now; when it is made, not over, and no older than the settings allow; and when its approver is one of `approval.people`.
No agent ever approves, least of all its own plan; where two people are needed, the owner of the agent that made the
plan is not one of them. A person counts once, whatever the number of keys or signatures. A plan whose canary is missing
or red cannot be approved at all.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from laneshift import config
from laneshift.rollout.subject import METHODS, Envelope, Subject

__all__ = ["Checked", "Envelope", "Facts", "Policy", "Refusal", "Standing", "Subject", "auto_allowed", "standing"]

FORWARD = 300
"""Seconds by which the clock of an approver may run ahead."""

_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an approval does not count, or why those that do are not enough. `approver` is as claimed, or empty."""

    code: str
    why: str
    approver: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """An approval whose proof was checked; `fault` is empty when it holds.

    Otherwise it is `wrong-key`, `edited`, `revoked-key`, `other-site` (or nobody verified, for a passkey) or
    `unknown-method`, and `why` says more.
    """

    envelope: Envelope
    fault: Literal["", "wrong-key", "edited", "revoked-key", "other-site", "unknown-method"] = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Policy:
    """Who may approve. `agents` has the owner of each agent by the agent's address; `hours` is the longest life."""

    people: tuple[str, ...]
    two_person: bool = False
    agents: Mapping[str, str] = field(default_factory=dict)
    required: bool = True
    hours: int = 168

    @classmethod
    def of(cls, settings: config.Settings) -> Policy:
        """The policy in the settings of a plan's base."""
        wanted = settings.approval
        agents = {agent.email.casefold(): agent.owner.casefold() for agent in settings.agents.values()}
        return cls(tuple(wanted.people), wanted.two_person, agents, wanted.required, wanted.hours)


@dataclass(frozen=True, slots=True)
class Facts:
    """What an approval has to be about, as it is now. `canary` is empty as long as none was recorded."""

    repository: str
    plan: str
    pins: str
    canary: str
    author: str
    canary_ok: bool = True


@dataclass(frozen=True, slots=True)
class Standing:
    """Whose approvals count, in the order given, and every refusal.

    When it does not hold, the last refusal says what is missing for the plan as a whole.
    """

    approvers: tuple[str, ...]
    refusals: tuple[Refusal, ...]
    holds: bool


def standing(policy: Policy, approvals: Sequence[Checked], now: int, facts: Facts) -> Standing:
    """Which of `approvals` stand at `now` (unix seconds), and whether they are enough."""
    approvers: dict[str, str] = {}
    refusals = []
    for checked in approvals:
        refusal = refused(policy, checked, now, facts)
        if refusal is None:
            name = checked.envelope.subject.approver
            approvers.setdefault(name.casefold(), name)
        else:
            refusals.append(refusal)
    lacking = _lacking(policy, facts, tuple(approvers.values()))
    if lacking is not None:
        refusals.append(lacking)
    return Standing(tuple(approvers.values()), tuple(refusals), lacking is None)


def refused(policy: Policy, checked: Checked, now: int, facts: Facts) -> Refusal | None:
    """Why one approval does not count, or None: the first reason that applies.

    The proof comes first: what an unproved text says about plans and people is no news.
    """
    subject = checked.envelope.subject
    if checked.fault:
        return _refusal(checked.fault, checked.why or _FAULTS[checked.fault], subject)
    if checked.envelope.method not in METHODS:
        return _refusal("unknown-method", _FAULTS["unknown-method"], subject)
    return _about_others(subject, facts) or _out_of_time(policy, subject, now) or _not_theirs(policy, subject, facts)


def auto_allowed(allowed: Collection[str], lanes: Iterable[str]) -> bool:
    """Whether every lane of a plan's items may go without a person; never for a plan without items."""
    found = {*lanes}
    return bool(found) and found <= {*allowed}


_FAULTS = {
    "wrong-key": "the key that signed is not one of the approver's",
    "edited": "the signature is not over this approval",
    "revoked-key": "the key that signed was revoked",
    "other-site": "the passkey signed for another site, or did not verify who used it",
    "unknown-method": "nothing here can check such a proof",
}


def _about_others(subject: Subject, facts: Facts) -> Refusal | None:
    if subject.repository != facts.repository:
        return _refusal("other-repository", f"it is about the repository {subject.repository}", subject)
    if subject.plan != facts.plan:
        return _refusal("other-plan", f"it is about the plan {subject.plan}, this one is {facts.plan}", subject)
    if subject.pins != facts.pins:
        return _refusal("drift", f"the pins were {subject.pins}, they are {facts.pins}", subject)
    if not facts.canary:
        return _no_canary(subject.approver)
    if subject.canary != facts.canary:
        return _refusal("drift", f"the canary's result was {subject.canary}, it is {facts.canary}", subject)
    return None if facts.canary_ok else _red_canary(subject.approver)


def _out_of_time(policy: Policy, subject: Subject, now: int) -> Refusal | None:
    if subject.made > now + FORWARD:
        return _refusal("not-yet", f"it was made {subject.made - now} s from now", subject)
    end = min(subject.expires, subject.made + policy.hours * _SECONDS)
    return _refusal("expired", f"it ended {now - end} s ago", subject) if now >= end else None


def _not_theirs(policy: Policy, subject: Subject, facts: Facts) -> Refusal | None:
    """Whether the approver is a person, and free to judge this plan. Doubts about upper and lower case refuse."""
    name, author = subject.approver.casefold(), facts.author.casefold()
    owners = {agent.casefold(): owner.casefold() for agent, owner in policy.agents.items()}
    if name in owners:
        own = name == author
        return _refusal("own-agent" if own else "not-a-person", "an agent never approves", subject)
    if subject.approver not in policy.people:
        return _refusal("not-a-person", f"{subject.approver} is not in approval.people", subject)
    if policy.two_person and owners.get(author) == name:
        return _refusal("own-agent", f"{subject.approver} owns the agent that made the plan", subject)
    return None


def _lacking(policy: Policy, facts: Facts, approvers: tuple[str, ...]) -> Refusal | None:
    if not policy.required:
        return None
    if not facts.canary:
        return _no_canary("")
    if not facts.canary_ok:
        return _red_canary("")
    if not approvers:
        return Refusal("approval.missing", "nobody has approved this plan as it is now")
    if policy.two_person and len(approvers) < 2:
        why = f"two people have to approve, and so far only {approvers[0]} did"
        return Refusal("approval.one-person", why, approvers[0])
    return None


def _refusal(code: str, why: str, subject: Subject) -> Refusal:
    return Refusal(f"approval.{code}", why, subject.approver)


def _no_canary(approver: str) -> Refusal:
    return Refusal("approval.no-canary", "the plan has no canary yet that could be approved", approver)


def _red_canary(approver: str) -> Refusal:
    return Refusal("approval.canary-red", "the canary of this plan failed", approver)

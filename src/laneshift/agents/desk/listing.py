"""What there is to do and where it is: plans, packs, items, claims and submissions as an agent is told of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from laneshift.agents.claims.port import Claim
from laneshift.agents.desk.bounds import cut, first
from laneshift.agents.desk.told import ClaimTold, ItemTold, PackTold, PlanTold, SubmissionTold
from laneshift.agents.packs.pack import Pack
from laneshift.agents.standing import PackStanding
from laneshift.evidence.records import Record
from laneshift.runs.plan import Plan
from laneshift.runs.state import ATTENTION, BatchState


def plan_told(plan: Plan, state: BatchState) -> PlanTold:
    """A plan with its items counted."""
    return PlanTold(plan=plan.id, batch=plan.batch, target=plan.target, **state.counts())


def items_told(plan: Plan, state: BatchState, packs: Sequence[Pack]) -> Iterator[ItemTold]:
    """Every item of a plan, in its order."""
    pack_of = {item: pack.id for pack in packs for item in pack.items}
    for item in plan.items:
        found = state.items[item.id]
        yield ItemTold(
            plan=plan.id,
            item=item.id,
            state=found.state,
            step=found.step,
            cause=cut(found.cause),
            pack=pack_of.get(item.id, ""),
        )


def needs_attention(items: Iterable[ItemTold]) -> list[ItemTold]:
    """Those that somebody has to look at."""
    return [item for item in items if item.state in ATTENTION]


def pack_told(plan: Plan, pack: PackStanding) -> PackTold:
    """A pack in short."""
    return PackTold(
        plan=plan.id,
        pack=pack.pack,
        agent=pack.agent,
        items=pack.items,
        files=pack.files,
        weight=pack.weight,
        state=pack.state,
        waits_for=first(pack.waits_for)[0],
        holder=pack.holder,
        until=pack.until,
    )


def claim_told(claim: Claim, agent: str) -> ClaimTold:
    """A claim as `agent` is told of it: the token of another's is nobody's business."""
    mine = claim.agent == agent
    return ClaimTold(
        claim=claim.id,
        plan=claim.plan,
        pack=claim.pack,
        agent=claim.agent,
        token=claim.token if mine else 0,
        items=len(claim.items),
        files=len(claim.files),
        until=claim.until,
        mine=mine,
    )


def submissions_told(records: Iterable[Record], plans: Sequence[Plan]) -> list[SubmissionTold]:
    """What was submitted for these plans, the newest first."""
    wanted = {plan.id for plan in plans}
    found = (_submission(record) for record in records if record.facts.get("plan") in wanted)
    return sorted(found, key=lambda each: -each.at)


def _submission(record: Record) -> SubmissionTold:
    facts = record.facts
    told = {name: str(facts.get(name, "")) for name in ("plan", "pack", "agent", "commit", "branch", "record")}
    accepted, suggested = bool(facts.get("accepted")), bool(facts.get("suggested"))
    return SubmissionTold(accepted=accepted, suggested=suggested, at=record.at, **told)

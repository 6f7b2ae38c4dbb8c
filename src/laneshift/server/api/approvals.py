"""Approvals: how things stand with a plan, what a person would sign, and taking in what was signed."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from laneshift.errors import LaneshiftError, Refused
from laneshift.evidence.canonical import canonical
from laneshift.rollout.subject import Subject
from laneshift.runs.approval_asking import Asked, begin
from laneshift.runs.approval_envelope import envelope_in
from laneshift.runs.approval_journal import AUTOMATIC, GIVEN, REFUSED, RESTED, of_plan
from laneshift.runs.approval_judging import accepted, bench_of, standings, turned_away
from laneshift.runs.awaiting import needs_approval, unapproved
from laneshift.runs.pinning import refuse_drift
from laneshift.runs.plan import Plan
from laneshift.runs.working import check_base
from laneshift.server.answers import answer
from laneshift.server.auth.principal import LOCAL, Principal
from laneshift.server.guard import PlanGuard, parts_of, somebody
from laneshift.server.listing import UNCHANGED
from laneshift.server.parts import Parts

router = APIRouter(tags=["approvals"])
_KINDS = (GIVEN, REFUSED, RESTED, AUTOMATIC)


class Recorded(BaseModel):
    """One record of the journal about approvals. `at` is in unix milliseconds."""

    kind: str
    at: int
    facts: dict[str, Any]


class Approvals(BaseModel):
    """How things stand. `needs` is the verb that the plan needs first, "" for none; `why` says what is missing."""

    plan: str
    required: bool
    needs: str
    holds: bool
    approvers: list[str]
    why: list[str]
    records: list[Recorded]


class SubjectTold(BaseModel):
    """What a person signs, its digest, and that digest in base64url as a passkey's challenge."""

    subject: dict[str, Any]
    digest: str


class EnvelopeGiven(BaseModel):
    """A subject with the proof that its approver agreed, as `laneshift approve --out` writes it."""

    model_config = ConfigDict(extra="forbid")
    subject: dict[str, Any]
    method: str
    proof: dict[str, Any]


class ApprovalTaken(BaseModel):
    """An approval that was found good and kept. `enough` says whether the plan may go on."""

    plan: str
    envelope: dict[str, Any]
    digest: str
    recorded: str
    key: str
    approvers: list[str]
    enough: bool


@router.get("/plans/{plan}/approvals", response_model=Approvals, responses=UNCHANGED, summary="Approvals of a plan")
def approvals(request: Request, found: Annotated[Plan, Depends(PlanGuard("approval.read"))]) -> Response:
    """Who approved the plan as it is now, judged anew from the stored envelopes, and what the journal has of it."""
    return answer(request, told(parts_of(request), found))


@router.post("/plans/{plan}/approvals/offers", response_model=SubjectTold, summary="What you would sign")
def offer(request: Request, found: Annotated[Plan, Depends(PlanGuard("plan.approve"))]) -> Response:
    """The plan, its pins and its canary as they are now. Refused to whoever may not approve, before they sign."""
    subject = offered_to(parts_of(request), found, somebody(request))
    return JSONResponse({"subject": subject.as_json(), "digest": subject.digest})


@router.post("/plans/{plan}/approvals", response_model=ApprovalTaken, status_code=201, summary="Approve a plan")
def approve(
    request: Request, found: Annotated[Plan, Depends(PlanGuard("plan.approve"))], given: EnvelopeGiven
) -> Response:
    """Take in what was signed. Everything that it says is found out anew here; the attempt is in the journal."""
    shop, principal = parts_of(request).shop, somebody(request)
    try:
        envelope = envelope_in(canonical(given.model_dump()))
    except LaneshiftError as error:
        turned_away(shop, found, error)
        raise
    if principal.via != LOCAL and envelope.subject.approver.casefold() != principal.name.casefold():
        foreign = Refused("access.denied", "this approval is somebody else's", where=envelope.subject.approver)
        turned_away(shop, found, foreign, principal.name)
        raise foreign
    check_base(shop, found)
    refuse_drift(shop, found)
    taken = accepted(bench_of(shop, found), envelope, keep=True)
    return JSONResponse(taken.as_json(found), 201)


def told(parts: Parts, found: Plan) -> dict[str, Any]:
    """How things stand with a plan, as plain data."""
    shop = parts.shop
    required = needs_approval(shop, found)
    records = sorted((r for kind in _KINDS for r in of_plan(shop, found, kind)), key=lambda record: record.seq)
    return {
        "plan": found.id,
        "required": required,
        "needs": unapproved(shop, parts.states.of(found)),
        **(_standing(parts, found) if required else {"holds": True, "approvers": [], "why": []}),
        "records": [{"kind": r.kind, "at": r.at, "facts": dict(r.facts)} for r in records],
    }


def offered_to(parts: Parts, plan: Plan, principal: Principal) -> Subject:
    """What `principal` would sign for `plan`, in their own name. Raises as `begin` does."""
    person = "" if principal.via == LOCAL else principal.name
    subject = begin(parts.shop, plan, Asked(person)).subject
    if subject is None:
        raise Refused("approval.unreadable", "there is nothing to sign")
    return subject


def _standing(parts: Parts, plan: Plan) -> dict[str, Any]:
    """Who approved, judged now; keys that cannot be read are told as what is missing."""
    try:
        held, _ = standings(bench_of(parts.shop, plan))
    except LaneshiftError as error:
        return {"holds": False, "approvers": [], "why": [f"{error.what} [{error.code}]"]}
    why = [f"{refusal.why} [{refusal.code}]" for refusal in held.refusals]
    return {"holds": held.holds, "approvers": list(held.approvers), "why": why}

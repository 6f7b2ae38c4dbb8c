"""`/id/webauthn/challenge` and `/id/webauthn/verify`: what a passkey is asked, and what its answer does."""

from __future__ import annotations

import logging
import secrets
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from laneshift.errors import Refused
from laneshift.rollout.subject import Envelope, Subject
from laneshift.runs.approval_judging import accepted, bench_of
from laneshift.runs.pinning import refuse_drift
from laneshift.runs.working import check_base
from laneshift.server.api.approvals import ApprovalTaken, offered_to
from laneshift.server.auth.passkeys import ceremonies
from laneshift.server.auth.passkeys.challenges import SECONDS, Challenge, Purpose
from laneshift.server.auth.passkeys.cookies import ceremony_in, set_ceremony, set_session
from laneshift.server.auth.passkeys.people import Person, StoredPasskey
from laneshift.server.auth.passkeys.sessions import VIA, hashed
from laneshift.server.auth.passkeys.site import LiveSite
from laneshift.server.auth.principal import Principal
from laneshift.server.guard import Everybody, PlanGuard, parts_of
from laneshift.server.identity.statuses import STATUSES
from laneshift.server.limits.kept_answer import NOT_KEPT
from laneshift.server.parts import Parts

_LOG = logging.getLogger("laneshift.server")
router = APIRouter(tags=["passkeys"], responses=STATUSES)
_OPEN = [Depends(Everybody("who has no session yet proves by a passkey, or by a link, who they are"))]
_Text = Annotated[str, Field(max_length=300)]


class ChallengeAsked(BaseModel):
    """What for. `link` is the text of an enrolment, for who has no session; `plan` is what is to be approved."""

    model_config = ConfigDict(extra="forbid")
    purpose: Purpose
    link: _Text = ""
    plan: _Text = ""


class ChallengeTold(BaseModel):
    """What the browser is to give its passkey: `options` for `create` (register) or `get` (the others).

    `subject` and `digest` are what an approval is about: the challenge is the digest.
    """

    challenge: str
    purpose: Purpose
    seconds: int
    person: str
    options: dict[str, Any]
    subject: dict[str, Any] | None
    digest: str


class AnswerGiven(BaseModel):
    """The credential as `toJSON()` gives it, and the challenge that it answers. `label` is for a new passkey."""

    model_config = ConfigDict(extra="forbid")
    challenge: _Text
    credential: dict[str, Any]
    label: Annotated[str, Field(max_length=60)] = ""


class AnswerTaken(BaseModel):
    """Whose passkey it was. `line` is what the repository has to say of a new one for it to approve."""

    purpose: Purpose
    person: str
    passkey: str
    line: str
    approval: ApprovalTaken | None


@router.post("/webauthn/challenge", response_model=ChallengeTold, dependencies=_OPEN, summary="Ask a passkey")
def challenge(request: Request, asked: ChallengeAsked) -> Response:
    """A challenge for this browser and this session alone, for 60 seconds. That of an approval is its digest."""
    request.scope["state"][NOT_KEPT] = True
    parts = parts_of(request)
    site, now = parts.passkeys.site(), parts.shop.clock()
    ceremony = secrets.token_urlsafe(32)
    person, bytes_, told = _asked(request, parts, asked)
    kept = parts.passkeys.challenges.ask(asked.purpose, _binder(request, ceremony), bytes_, told, now)
    mine = parts.passkeys.people.passkeys(person) if person else []
    if asked.purpose == "register":
        options = ceremonies.to_register(site, person, bytes_, mine)
    else:
        options = ceremonies.to_sign(site, bytes_, mine)
    subject = Subject.from_json(told["subject"]) if "subject" in told else None
    answer = {
        "challenge": kept.id,
        "purpose": asked.purpose,
        "seconds": SECONDS,
        "person": person,
        "options": options,
        "subject": subject.as_json() if subject else None,
        "digest": subject.digest if subject else "",
    }
    found = JSONResponse(answer)
    set_ceremony(found, ceremony, secure=site.secure)
    return found


@router.post("/webauthn/verify", response_model=AnswerTaken, dependencies=_OPEN, summary="Answer as a passkey")
def verify(request: Request, given: AnswerGiven) -> Response:
    """Take in what a passkey signed. Whatever comes of it, the challenge does not count a second time."""
    request.scope["state"][NOT_KEPT] = True
    parts = parts_of(request)
    site, now = parts.passkeys.site(), parts.shop.clock()
    binder = _binder(request, ceremony_in(request, secure=site.secure))
    kept = parts.passkeys.challenges.take(given.challenge, binder, now)
    if kept.purpose == "register":
        passkey = _registered(request, parts, site, kept, given)
    else:
        passkey = _proved(parts, site, kept, given, _session(request))
        if kept.purpose == "approve":
            return JSONResponse(_told(kept, passkey, _approved(request, parts, kept, passkey, given)))
    _LOG.info("passkey %s of %s: %s", passkey.id, passkey.person, kept.purpose)
    answer = JSONResponse(_told(kept, passkey))
    if kept.purpose == "sign-in" or kept.told.get("link"):
        before = _session(request)
        instead = before.via.removeprefix(VIA) if before else ""
        text = parts.passkeys.sessions.begin(passkey.person, passkey.id, now, site.session_seconds, instead)
        set_session(answer, text, site.session_seconds, secure=site.secure)
    return answer


def _asked(request: Request, parts: Parts, asked: ChallengeAsked) -> tuple[str, bytes, dict[str, Any]]:
    """Who is asked ("" for whoever it is), the challenge, and what it is about."""
    if asked.purpose == "sign-in":
        return "", ceremonies.fresh(), {}
    if asked.purpose == "register" and asked.link:
        found = parts.passkeys.enrolments.find(asked.link, parts.shop.clock())
        return found.name, ceremonies.fresh(), {"person": found.name, "link": found.hash}
    principal = _signed_in(request)
    if asked.purpose == "register":
        return principal.name, ceremonies.fresh(), {"person": principal.name, "link": ""}
    plan = PlanGuard("plan.approve")(request, asked.plan)
    subject = offered_to(parts, plan, principal)
    return principal.name, subject.challenge, {"plan": plan.id, "subject": subject.as_json()}


def _registered(request: Request, parts: Parts, site: LiveSite, kept: Challenge, given: AnswerGiven) -> StoredPasskey:
    now, link = parts.shop.clock(), str(kept.told["link"])
    name, label = str(kept.told["person"]), given.label if given.label.isprintable() else ""
    passkey = ceremonies.registered(site, name, kept.challenge, given.credential, now, label)
    if link:
        enrolled = parts.passkeys.enrolments.take(link, now)
        person = Person(enrolled.name, enrolled.roles, now, enrolled.made_by)
    else:
        principal = _signed_in(request)
        person = Person(principal.name, principal.roles, now, principal.id)
    parts.passkeys.people.add(person, passkey)
    return passkey


def _proved(
    parts: Parts, site: LiveSite, kept: Challenge, given: AnswerGiven, principal: Principal | None
) -> StoredPasskey:
    """The passkey that answered, in the same request taken note of: a counter that stays is a copy or a replay."""
    people = parts.passkeys.people
    passkey = people.passkey(ceremonies.credential_id(given.credential))
    if passkey is None:
        raise ceremonies.refused("this passkey is not known here")
    theirs = kept.purpose == "sign-in" or (principal is not None and principal.name == passkey.person)
    if not theirs:
        raise ceremonies.refused("this passkey is somebody else's")
    _, counter = ceremonies.asserted(site, passkey, kept.challenge, given.credential)
    if not people.used(passkey.id, counter):
        raise ceremonies.refused("this passkey was used, or deleted, meanwhile")
    return passkey


def _approved(
    request: Request, parts: Parts, kept: Challenge, passkey: StoredPasskey, given: AnswerGiven
) -> dict[str, Any]:
    """Have the approval judged like one from anywhere: by what the repository names, not by what this server knows."""
    plan = PlanGuard("plan.approve")(request, str(kept.told["plan"]))
    proof = ceremonies.proof_of(passkey, given.credential)
    # Read as one from elsewhere would be, so that nothing is kept that nobody could read.
    envelope = Envelope.from_json({"subject": kept.told["subject"], "method": "passkey", "proof": proof})
    check_base(parts.shop, plan)
    refuse_drift(parts.shop, plan)
    return accepted(bench_of(parts.shop, plan), envelope, keep=True).as_json(plan)


def _told(kept: Challenge, passkey: StoredPasskey, approval: dict[str, Any] | None = None) -> dict[str, Any]:
    line = passkey.line if kept.purpose == "register" else ""
    told = {"purpose": kept.purpose, "person": passkey.person, "passkey": passkey.id, "line": line}
    return {**told, "approval": approval}


def _binder(request: Request, ceremony: str) -> str:
    """Stands for the session and the browser of a request."""
    principal: Principal | None = request.state.principal
    return hashed(f"{principal.via if principal else ''}\n{ceremony}")


def _session(request: Request) -> Principal | None:
    principal: Principal | None = request.state.principal
    return principal if principal is not None and principal.via.startswith(VIA) else None


def _signed_in(request: Request) -> Principal:
    principal = _session(request)
    if principal is None:
        cure = "sign in with a passkey first; an access key does not do"
        raise Refused("access.no-credential", "this is only for people who are signed in", cure=cure)
    return principal

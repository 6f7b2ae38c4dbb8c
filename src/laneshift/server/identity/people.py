"""Who comes in by passkey: passkeys, sessions, links for new people, and the end of each."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from laneshift.errors import Refused
from laneshift.server.answers import answer
from laneshift.server.auth.passkeys.cookies import end_session
from laneshift.server.auth.passkeys.enrolments import PAGE
from laneshift.server.auth.passkeys.people import StoredPasskey
from laneshift.server.auth.passkeys.sessions import VIA
from laneshift.server.auth.policies import REPOSITORY
from laneshift.server.auth.principal import Principal
from laneshift.server.guard import Guard, allowed, parts_of
from laneshift.server.identity.statuses import STATUSES
from laneshift.server.limits.kept_answer import NOT_KEPT
from laneshift.server.listing import UNCHANGED

router = APIRouter(tags=["passkeys"], responses=STATUSES)
CURRENT = "current"
_HOUR = 3600
_Word = Annotated[str, Field(min_length=1, max_length=40)]


class PasskeyTold(BaseModel):
    """A passkey. `line` is what the repository has to say for it to approve. `made` is in unix seconds."""

    id: str
    person: str
    label: str
    made: int
    counter: int
    line: str


class PasskeysTold(BaseModel):
    """Passkeys, oldest first."""

    items: list[PasskeyTold]


class PersonTold(BaseModel):
    """Somebody who comes in by passkey."""

    name: str
    roles: list[str]
    made: int
    made_by: str
    passkeys: list[PasskeyTold]


class PeopleTold(BaseModel):
    """Everybody, by name."""

    items: list[PersonTold]


class SessionTold(BaseModel):
    """One browser in which somebody is signed in. Times are unix seconds."""

    id: str
    person: str
    passkey: str
    made: int
    expires: int
    current: bool


class SessionsTold(BaseModel):
    """Sessions, oldest first."""

    items: list[SessionTold]


class LinkAsked(BaseModel):
    """A link for one person to register one passkey, within some hours. The roles replace those that they have."""

    model_config = ConfigDict(extra="forbid", strict=True)
    name: str = Field(min_length=1, max_length=254)
    roles: list[_Word] = Field(min_length=1, max_length=20)
    hours: int = Field(default=24, ge=1, le=168)


class LinkMade(BaseModel):
    """The link, this once. What follows `#` is the secret: browsers never send it with an address."""

    name: str
    roles: list[str]
    path: str
    expires: int


class Ended(BaseModel):
    """What is no more."""

    ended: str


@router.get("/passkeys", response_model=PasskeysTold, responses=UNCHANGED, summary="Your passkeys")
def passkeys(request: Request, principal: Annotated[Principal, Depends(Guard("self.read"))]) -> Response:
    """Those of the person who asks, and the line of each for the repository's file of passkeys."""
    own = parts_of(request).passkeys.people.passkeys(principal.name) if principal.kind == "person" else []
    return answer(request, {"items": [_told(each) for each in own]})


@router.delete("/passkeys/{passkey}", response_model=Ended, summary="Delete a passkey")
def forget(request: Request, _: Annotated[Principal, Depends(Guard("self.read"))], passkey: str) -> Response:
    """Its sessions end with it. Your own, while you are signed in; anybody's for whoever may enrol people."""
    people = parts_of(request).passkeys.people
    found = people.passkey(passkey)
    if found is None or not _is_own(request, found.person):
        allowed(request, "person.enroll", REPOSITORY)
    people.forget(passkey)
    return JSONResponse({"ended": passkey})


@router.get("/people", response_model=PeopleTold, responses=UNCHANGED, summary="Who comes in by passkey")
def everybody(request: Request, _: Annotated[Principal, Depends(Guard("person.enroll"))]) -> Response:
    """People, their roles, and their passkeys."""
    people = parts_of(request).passkeys.people
    items = [
        {
            "name": person.name,
            "roles": list(person.roles),
            "made": person.made,
            "made_by": person.made_by,
            "passkeys": [_told(each) for each in people.passkeys(person.name)],
        }
        for person in people.all()
    ]
    return answer(request, {"items": items})


@router.delete("/people/{name}", response_model=Ended, summary="Remove somebody")
def remove(request: Request, _: Annotated[Principal, Depends(Guard("person.enroll"))], name: str) -> Response:
    """With all passkeys and sessions. What they approved is judged by the repository, as ever."""
    parts_of(request).passkeys.people.remove(name)
    return JSONResponse({"ended": name})


@router.post("/enrolments", response_model=LinkMade, status_code=201, summary="Invite somebody")
def invite(
    request: Request, principal: Annotated[Principal, Depends(Guard("person.enroll"))], asked: LinkAsked
) -> Response:
    """A link that is told once and works once."""
    parts = parts_of(request)
    seconds, now = asked.hours * _HOUR, parts.shop.clock()
    text = parts.passkeys.link(asked.name, tuple(asked.roles), principal.id, seconds)
    request.scope["state"][NOT_KEPT] = True
    told = {"name": asked.name, "roles": asked.roles, "path": f"{PAGE}#{text}", "expires": now + seconds}
    return JSONResponse(told, 201)


@router.get("/sessions", response_model=SessionsTold, responses=UNCHANGED, summary="Your sessions")
def sessions(request: Request, principal: Annotated[Principal, Depends(Guard("self.read"))]) -> Response:
    """Where you are signed in."""
    parts = parts_of(request)
    mine = principal.name.casefold() if principal.kind == "person" else ""
    items = [
        {
            "id": each.id,
            "person": each.person,
            "passkey": each.passkey,
            "made": each.made,
            "expires": each.expires,
            "current": principal.via == f"{VIA}{each.id}",
        }
        for each in parts.passkeys.sessions.all(parts.shop.clock())
        if each.person.casefold() == mine
    ]
    return answer(request, {"items": items})


@router.delete("/sessions/{session}", response_model=Ended, summary="Sign out")
def sign_out(request: Request, principal: Annotated[Principal, Depends(Guard("self.read"))], session: str) -> Response:
    """End a session, `current` for the one that asks: your own, or anybody's for whoever may enrol people."""
    parts = parts_of(request)
    own = principal.via.removeprefix(VIA) if principal.via.startswith(VIA) else ""
    wanted = own if session == CURRENT and own else session
    live = {each.id: each for each in parts.passkeys.sessions.all(parts.shop.clock())}
    if wanted not in live or not _is_own(request, live[wanted].person):
        allowed(request, "person.enroll", REPOSITORY)
    parts.passkeys.sessions.end(wanted)
    found = JSONResponse({"ended": wanted})
    if wanted == own:
        end_session(found, secure=_secure(request))
    return found


def _is_own(request: Request, person: str) -> bool:
    """Whether it is that of whoever asks, who is signed in: a key for other things does not sign anybody out."""
    principal: Principal | None = request.state.principal
    signed_in = principal is not None and principal.via.startswith(VIA)
    return signed_in and principal is not None and principal.name.casefold() == person.casefold()


def _secure(request: Request) -> bool:
    try:
        return parts_of(request).passkeys.site().secure
    except Refused:
        return False


def _told(passkey: StoredPasskey) -> dict[str, object]:
    names = ("id", "person", "label", "made", "counter", "line")
    return {name: getattr(passkey, name) for name in names}

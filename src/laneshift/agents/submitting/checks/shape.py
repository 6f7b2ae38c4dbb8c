"""Who made the commits, and what they say: each is the agent's own, in the form that the project asks for."""

from __future__ import annotations

from collections.abc import Iterator

from laneshift.agents.submitting.ground import Ground, Made
from laneshift.agents.submitting.objecting import line_of, objection
from laneshift.agents.submitting.submission import Objection
from laneshift.repo.message import check as message_faults
from laneshift.repo.message_form import read

NAME = "shape"
_HEADERS = frozenset({"tree", "parent", "author", "committer", "gpgsig"})
_PEOPLE = frozenset({"co-authored-by", "signed-off-by", "reviewed-by", "acked-by", "tested-by", "approved-by"})
_OWN = "laneshift-"


def check(ground: Ground) -> Iterator[Objection]:
    """Headers, both people, text and trailers of every commit."""
    for step in ground.steps:
        if not step.changed:
            yield objection("nothing", "", f"commit {step.made.oid[:12]} changes nothing", "leave it out")
        yield from _people(ground, step.made)
        yield from _text(ground, step.made)


def _people(ground: Ground, made: Made) -> Iterator[Objection]:
    who, short = ground.who, made.oid[:12]
    for name in sorted({*made.headers} - _HEADERS):
        yield objection("header", "", f"commit {short} has the header {name!r}", "commit with git's plain headers")
    for role, (_, email) in (("author", made.author), ("committer", made.committer)):
        if email.casefold() != who.email.casefold():
            what = f"the {role} of commit {short} is {email!r}, not {who.name}"
            yield objection(role, "", what, f"git config user.email {who.email}, then commit again")


def _text(ground: Ground, made: Made) -> Iterator[Objection]:
    place = f"commit {made.oid[:12]}"
    for fault in message_faults(made.message, ground.scopes):
        number = int(fault.where.rpartition(":")[2])
        cure = fault.cure or "write the text that the pack gives"
        yield objection("message", place, fault.what, cure, number, line_of(made.message, number))
    told = read(made.message)
    for number, (key, value) in zip(told.trailer_lines, told.trailers, strict=True):
        if why := _forged(ground, key.lower(), value):
            yield objection("trailer", place, why, "leave the trailer out", number, line_of(made.message, number))


def _forged(ground: Ground, key: str, value: str) -> str:
    """Why a trailer says what an agent has no say in; empty where it does not."""
    pack = ground.pack
    if key in _PEOPLE and f"<{ground.who.email}>".casefold() not in value.casefold():
        return f"{key} names somebody else than the agent"
    mine = {"laneshift-item": pack.items, "laneshift-pack-item": pack.items}
    mine |= {"laneshift-pack": (pack.id,), "laneshift-plan": (pack.plan,)}
    if key.startswith(_OWN) and value not in mine.get(key, ()):
        return f"{key} is not for this agent to say" if key not in mine else f"{key} names another than the pack's"
    return ""

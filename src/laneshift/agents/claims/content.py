"""What a claim is about, as one JSON text, and how it is told. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from laneshift.agents.claims.port import Claim
from laneshift.errors import Fault, Refused
from laneshift.evidence.canonical import digest_of

_SHOWN = 3
_LISTS = ("items", "files")


def names(plan: str, items: Iterable[str], files: Iterable[str]) -> dict[str, tuple[str, str]]:
    """What is held at most once, by a name in ASCII: what kind of thing it is, and which.

    Items count within their plan, files within the repository.
    """
    held = {json.dumps(["item", plan, item]): ("item", item) for item in items}
    return held | {json.dumps(["file", path]): ("file", path) for path in files}


def text_of(claim: Claim) -> str:
    """All of it but the time when it ends, which changes."""
    plain = asdict(claim)
    del plain["until"]
    return json.dumps(plain, sort_keys=True)


def claim_of(text: str, until: int) -> Claim:
    """What `text_of` wrote, with the time when it ends."""
    plain = json.loads(text)
    lists = {name: tuple(plain[name]) for name in _LISTS}
    return Claim(**{**plain, **lists}, until=until)


def facts_of(claim: Claim) -> dict[str, Any]:
    """What the journal says of it. Files are told by their number and their digest: there may be thousands."""
    told = json.dumps(sorted(claim.files)).encode()
    return {
        "claim": claim.id,
        "plan": claim.plan,
        "pack": claim.pack,
        "agent": claim.agent,
        "items": list(claim.items),
        "files": len(claim.files),
        "files_digest": digest_of(told),
        "token": claim.token,
        "until": claim.until,
        "base": claim.base,
        "branch": claim.branch,
    }


def taken(holders: Mapping[int, tuple[Claim, list[tuple[str, str]]]]) -> Refused:
    """The refusal that names every holder, with what it holds of what was asked for, and until when."""
    faults = [
        Fault("claim.taken", claim.id, f"{claim.agent} holds {_told(things)} until {shown(claim.until)}")
        for _, (claim, things) in sorted(holders.items())
    ]
    who = ", ".join(sorted({claim.agent for claim, _ in holders.values()}))
    soonest = min(claim.until for claim, _ in holders.values())
    return Refused(
        "claim.taken",
        f"held by {who}",
        why=f"the first of it is free at {shown(soonest)}, unless its holder goes on",
        cure="take another pack, or wait; `laneshift agent status` lists who holds what",
        faults=faults,
    )


def lost(claim: str, why: str) -> Refused:
    """The refusal for somebody who does not hold the claim."""
    cure = "stop work on it; claim the pack again if it is free"
    return Refused("claim.lost", f"{claim[:80]!r} is not held by whoever asks", why=why, cure=cure)


def ended_by(record: str) -> str:
    """Why a claim is let go under which the submission `record` was accepted."""
    return f"{record} was accepted"


def shown(seconds: int) -> str:
    """A time in unix seconds as people read it."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def _told(things: list[tuple[str, str]]) -> str:
    named = ", ".join(f"{kind} {name!r}" for kind, name in sorted(things)[:_SHOWN])
    return named if len(things) <= _SHOWN else f"{named} and {len(things) - _SHOWN} more"

"""Packs as they are handed to agents: their briefs, and the claims on them."""

from __future__ import annotations

from collections.abc import Iterable

from laneshift.agents.claims.claiming import claim
from laneshift.agents.claims.port import Claim, Claims
from laneshift.agents.desk.asked import Claim as ClaimAsked
from laneshift.agents.desk.asked import Release
from laneshift.agents.desk.told import Brief, Claimed, Released
from laneshift.agents.packs.brief import markdown
from laneshift.agents.packs.kept import read
from laneshift.agents.packs.pack import Pack
from laneshift.agents.registry import Registered
from laneshift.errors import Refused
from laneshift.forge.port import Changes
from laneshift.runs.plan import Plan
from laneshift.runs.workshop import Workshop


def pack_named(shop: Workshop, plan: Plan, name: str) -> Pack:
    """The pack of this plan. Raises `Refused` where it has none of this name."""
    return read(shop, plan.id, name)


def mine(claims: Iterable[Claim], agent: str, pack: Pack) -> Claim | None:
    """What this agent holds of the pack; the last, should there be several."""
    own = [each for each in claims if (each.agent, each.plan, each.pack) == (agent, pack.plan, pack.id)]
    return max(own, key=lambda each: each.token, default=None)


def claimed(
    shop: Workshop, claims: Claims, changes: Changes, agent: Registered, pack: Pack, wanted: ClaimAsked
) -> Claimed:
    """A new claim of `agent` on the pack, or the one that is shown for longer.

    Who shows none gets none while somebody holds the pack, be it the same agent elsewhere: only one of them has it.
    Raises `Refused` as `claiming.claim` does, and `claim.lost` for one that is not its own or does not hold.
    """
    if wanted.claim:
        _own(claims, agent, wanted.claim)
        held = claims.beat(wanted.claim, wanted.token, wanted.seconds)
    else:
        held = claim(shop, claims, changes, pack.id, agent.name, wanted.seconds)
    return Claimed(
        claim=held.id,
        token=held.token,
        until=held.until,
        seconds=wanted.seconds,
        plan=pack.plan,
        pack=pack.id,
        items=list(held.items),
        files=list(held.files),
        base=held.base or pack.base,
        branch=held.branch,
        next=f"get_pack {pack.plan} {pack.id}, commit on {held.base or pack.base}, dry_run it, then submit",
    )


def released(claims: Claims, agent: Registered, wanted: Release) -> Released:
    """Let go of a claim of one's own. Raises `Refused` (`claim.lost`) for one that is another's, or nobody's."""
    _own(claims, agent, wanted.claim)
    held = claims.release(wanted.claim, wanted.token, wanted.why)
    return Released(claim=wanted.claim, held=held, next="list_work")


def _own(claims: Claims, agent: Registered, name: str) -> None:
    """Tokens are numbers that can be guessed: whose claim it is, is asked first."""
    if not any(each.agent == agent.name and each.id == name for each in claims.all()):
        raise Refused("claim.lost", "you hold no such claim", where=name, cure="status tells what you hold")


def briefed(pack: Pack, claims: Iterable[Claim]) -> Brief:
    """The brief, with whoever holds the pack."""
    held = next((each for each in claims if (each.plan, each.pack) == (pack.plan, pack.id)), None)
    return Brief(
        plan=pack.plan,
        pack=pack.id,
        agent=pack.agent,
        base=pack.base,
        mission=pack.mission,
        items=list(pack.items),
        owned=list(pack.owned),
        editable=list(pack.editable),
        context=list(pack.context),
        steps=list(pack.steps),
        commands=list(pack.commands),
        acceptance=list(pack.acceptance),
        commit_text=pack.commit_text,
        rollback=list(pack.rollback),
        never=list(pack.never),
        after=list(pack.after),
        holder=held.agent if held else "",
        markdown=markdown(pack),
        next=f"claim {pack.plan} {pack.id}" if held is None else "submit, when the work is committed",
    )

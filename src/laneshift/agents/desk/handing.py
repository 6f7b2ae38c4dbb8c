"""Packs as they are handed to agents: their briefs, and the claims on them."""

from __future__ import annotations

from collections.abc import Iterable

from laneshift.agents.claims.port import Claim, Claims
from laneshift.agents.desk.asked import Release
from laneshift.agents.desk.told import Brief, Claimed, Released
from laneshift.agents.packs.brief import markdown
from laneshift.agents.packs.kept import read
from laneshift.agents.packs.pack import Pack
from laneshift.agents.registry import Registered
from laneshift.errors import Refused
from laneshift.runs.plan import Plan
from laneshift.runs.workshop import Workshop


def pack_named(shop: Workshop, plan: Plan, name: str) -> Pack:
    """The pack of this plan. Raises `Refused` where it has none of this name."""
    return read(shop, plan.id, name)


def mine(claims: Iterable[Claim], agent: str, pack: Pack) -> Claim | None:
    """What this agent holds of the pack; the last, should there be several."""
    own = [each for each in claims if (each.agent, each.plan, each.pack) == (agent, pack.plan, pack.id)]
    return max(own, key=lambda each: each.token, default=None)


def claimed(claims: Claims, agent: Registered, pack: Pack, seconds: int) -> Claimed:
    """The claim of `agent` on the pack: a new one, or its own for longer.

    Raises `Refused`: `claim.taken`, and `claim.lost` where its own lapsed at this very moment.
    """
    own = mine(claims.all(), agent.name, pack)
    if own is not None:
        held = claims.beat(own.id, own.token, seconds)
    else:
        held = claims.take(agent.name, pack.plan, pack.id, pack.items, sorted(pack.writes), seconds, base=pack.base)
    return Claimed(
        claim=held.id,
        token=held.token,
        until=held.until,
        seconds=seconds,
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
    own = [each for each in claims.all() if each.agent == agent.name and each.id == wanted.claim]
    if not own:
        raise Refused("claim.lost", "you hold no such claim", where=wanted.claim, cure="status tells what you hold")
    held = claims.release(wanted.claim, wanted.token, wanted.why)
    return Released(claim=wanted.claim, held=held, next="list_work")


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

"""An agent claims a pack: everything that speaks against it is looked at before anything is held."""

from __future__ import annotations

from laneshift.agents.claims.port import Claim, Claims
from laneshift.agents.claims.preflight import refuse_open_changes
from laneshift.agents.packs.ended import accepted, has_ended, start
from laneshift.agents.packs.kept import find
from laneshift.agents.packs.pack import Pack
from laneshift.agents.registry import Registered, known
from laneshift.errors import Refused
from laneshift.forge.port import Changes
from laneshift.repo.ref_names import check, component
from laneshift.repo.refs import RefUpdate, read, swap
from laneshift.runs.workshop import Workshop

SECONDS = 3600
"""How long a claim holds where nobody says."""


def working_branch(pack: Pack) -> str:
    """The full name of the ref that the work on a pack is left at until it is submitted."""
    return check(f"refs/heads/laneshift/work/{component(pack.agent)}/{component(pack.id)}")


def submitted_branch(plan_id: str, pack_id: str) -> str:
    """The short name of the branch that has what was accepted of a pack."""
    return f"laneshift/agents/{component(plan_id)}/{component(pack_id)}"


def agent_of(shop: Workshop, plan_id: str, name: str, action: str) -> Registered:
    """The agent with this name as the branch that the plan lands on has it now; its own branch is never asked.

    Raises `Refused` as `registry.known` does.
    """
    plan = shop.plans.load(plan_id)
    tip = read(shop.repository, plan.target) or plan.base
    return known(shop.settings(shop.repository.tree(tip)), name, action)


def claim(shop: Workshop, claims: Claims, changes: Changes, pack_id: str, agent: str, seconds: int = SECONDS) -> Claim:
    """Hold the items and files of a pack for `seconds`, and have a branch to work on, which the claim names.

    Raises `Refused`: `packs.no-such-pack`, `agents.unknown`, `agents.not-allowed`, `claim.not-yours`, `claim.ended`,
    `claim.too-early`, `claim.open-change`, `claim.taken`; `NeedsPerson` (`claim.start-conflict`).
    """
    pack = find(shop, pack_id)
    agent_of(shop, pack.plan, agent, "claiming")
    if pack.agent != agent:
        cure = f"laneshift agent packs PLAN --agents {agent} makes packs for it"
        raise Refused("claim.not-yours", f"{pack.id} was made for {pack.agent}, not for {agent}", cure=cure)
    taken = accepted(shop, pack.plan)
    if has_ended(shop, pack, taken):
        raise Refused("claim.ended", f"the work of {pack.id} is done", cure="laneshift agent status")
    begins = start(shop, pack)
    branch = working_branch(pack)
    own = {branch.removeprefix("refs/heads/"), *(submitted_branch(pack.plan, name) for name in (pack.id, *pack.after))}
    refuse_open_changes(shop.repository, changes, pack.writes, own)
    _let_go(claims, pack)
    held = claims.take(agent, pack.plan, pack.id, pack.items, pack.writes, seconds, base=begins, branch=branch)
    if read(shop.repository, branch) is None:
        swap(shop.repository, [RefUpdate(branch, None, begins)], reason=f"laneshift: {held.id}")
    return held


def _let_go(claims: Claims, pack: Pack) -> None:
    """Release what is still held of packs that this one comes after: they have ended, else it would be too early."""
    for each in claims.all():
        if each.plan == pack.plan and each.pack in pack.after:
            claims.release(each.id, each.token, f"ended, and {pack.id} comes after it")


def of_pack(claims: Claims, pack_id: str, agent: str) -> Claim:
    """The claim that `agent` holds on a pack now. Raises `Refused` (`claim.lost`) where it holds none."""
    for each in claims.all():
        if each.pack == pack_id and each.agent == agent:
            return each
    raise Refused(
        "claim.lost",
        f"{agent} does not hold {pack_id[:120]}",
        why="it never did, it let go, its work was accepted, or the claim lapsed",
        cure=f"laneshift agent status; where it is free, laneshift agent claim {pack_id[:120]} --agent {agent}",
    )

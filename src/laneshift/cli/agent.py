"""`laneshift agent`: packs of work for coding agents, who holds which, and where they stand."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from laneshift.cli import agent_fix, agent_run, agent_submit
from laneshift.cli.session import AsJson, Directory, Verbose, session
from laneshift.errors import Refused

PackId = Annotated[str, typer.Argument(help="A pack, as `laneshift agent packs` names it.")]
Name = Annotated[str, typer.Option("--agent", metavar="NAME", help="The agent, as the settings name it.")]
Token = Annotated[int, typer.Option("--token", min=0, help="The token of the claim; 0 for the one that holds now.")]


def add(app: typer.Typer) -> None:
    """Give the program these verbs."""
    app.callback()(_group)
    app.command("packs")(packs)
    app.command("claim")(claim)
    app.command("release")(release)
    app.command("status")(status)
    agent_submit.join(app)
    agent_run.join(app)
    agent_fix.join(app)


def _group() -> None:
    """Coding agents: what they are handed, what they hold, what they mend, and what becomes of what they bring."""


def packs(
    plan: Annotated[str, typer.Argument(help="A plan's id, its batch's name, or a plan file.")],
    agents: Annotated[
        str, typer.Option("--agents", metavar="A,B", help="For these; by default all that may commit.")
    ] = "",
    items: Annotated[str, typer.Option("--items", metavar="A,B", help="Of these items; by default all left.")] = "",
    directory: Directory = Path(),
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Cut what remains of a plan into briefs whose write sets are disjoint, evenly, and keep them."""
    with session(directory, as_json, verbose) as talk:
        from laneshift.agents.asking import asked
        from laneshift.agents.packs.kept import keep
        from laneshift.cli.agent_view import show_division
        from laneshift.cli.opened import opened
        from laneshift.wiring import open_claims

        shop = opened(talk)
        found = shop.plans.load(plan)
        shop.plans.keep(found)
        division = asked(shop, open_claims(shop), found, _names(agents), _names(items))
        keep(shop, division)
        folder = shop.repository.state_dir / "packs" / found.id
        then = f"laneshift agent claim {division.packs[0].id} --agent {division.packs[0].agent}"
        data = {**division.as_json(), "folder": str(folder)}
        talk.result(data, lambda out: show_division(out, division, folder), then)


def claim(
    pack: PackId,
    agent: Name,
    seconds: Annotated[int, typer.Option("--seconds", min=1, help="How long it holds, from now.")] = 3600,
    beat: Annotated[bool, typer.Option("--beat", help="Go on holding what is held already.")] = False,
    token: Token = 0,
    directory: Directory = Path(),
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Hold a pack, or with `--beat` go on holding it: nobody else may take its items or write its files meanwhile."""
    with session(directory, as_json, verbose) as talk:
        from laneshift.agents.claims import claiming
        from laneshift.agents.packs.kept import lay_out, read
        from laneshift.cli.agent_view import claim_data, show_claim
        from laneshift.cli.opened import opened
        from laneshift.wiring import changes, open_claims

        shop = opened(talk)
        claims = open_claims(shop)
        if beat:
            mine = claiming.of_pack(claims, pack, agent)
            held = claims.beat(mine.id, token or mine.token, seconds)
        else:
            if token:
                raise Refused("usage.claim", "--token is of a claim that holds", cure="give it with --beat")
            held = claiming.claim(shop, claims, changes(shop.repository), pack, agent, seconds)
        brief = lay_out(shop, read(shop, held.plan, held.pack))
        then = f"laneshift agent submit {pack} --agent {agent}"
        talk.result(claim_data(held, brief), lambda out: show_claim(out, held, brief), then)


def release(
    pack: PackId,
    agent: Name,
    why: Annotated[str, typer.Option("--why", metavar="TEXT", help="For whoever takes it next.")] = "",
    token: Token = 0,
    directory: Directory = Path(),
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Let go of a pack. The branch with the work on it stays."""
    with session(directory, as_json, verbose) as talk:
        from laneshift.agents.claims.claiming import of_pack
        from laneshift.cli.opened import opened
        from laneshift.wiring import open_claims

        claims = open_claims(opened(talk))
        mine = of_pack(claims, pack, agent)
        let_go = claims.release(mine.id, token or mine.token, why)
        data = {"claim": mine.id, "pack": mine.pack, "agent": agent, "released": let_go, "branch": mine.branch}
        told = f"{mine.pack} is free again; what was done is on {mine.branch}"
        talk.result(data, lambda out: out.print(told, markup=False, soft_wrap=True), "laneshift agent status")


def status(
    plan: Annotated[str, typer.Argument(help="A plan or a batch; by default every batch's newest plan.")] = "",
    directory: Directory = Path(),
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Show packs, who holds which until when, what was submitted, and branches that are ready to be merged."""
    with session(directory, as_json, verbose) as talk:
        from laneshift.agents.standing import standing, taken_up
        from laneshift.cli.agent_view import show_standing, then_of
        from laneshift.cli.opened import opened
        from laneshift.wiring import changes, open_claims

        shop = opened(talk)
        claims = open_claims(shop)
        claims.lapse()
        held, asked = claims.all(), changes(shop.repository)
        plans = [shop.plans.load(plan)] if plan else shop.plans.newest()
        found = [standing(shop, held, asked, each.id) for each in plans]
        now = shop.clock()
        data = {"plans": [each.as_json() for each in found], "now": now}
        talk.result(data, lambda out: show_standing(out, found, now), then_of(found, taken_up(shop)))


def _names(text: str) -> list[str]:
    return [name for name in (part.strip() for part in text.split(",")) if name]

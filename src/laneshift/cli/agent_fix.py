"""`laneshift agent fix PLAN [ITEM]`: have an agent mend an item that failed, or plan again with what was mended."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from laneshift.cli.session import AsJson, Directory, Session, Verbose, session
from laneshift.errors import Refused


def join(app: typer.Typer) -> None:
    """Give `laneshift agent` this verb."""
    app.command("fix")(fix)


def fix(
    plan: Annotated[str, typer.Argument(help="A plan's id, its batch's name, or a plan file.")],
    item: Annotated[str, typer.Argument(help="An item of the plan that was set aside.")] = "",
    agent: Annotated[str, typer.Option("--agent", metavar="NAME", help="Who mends; as configured.")] = "",
    plan_again: Annotated[
        bool, typer.Option("--plan", help="Make the plan again with its fixes, to be approved.")
    ] = False,
    directory: Directory = Path(),
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Run an item again and offer what fails to an agent, in the sandbox, with the files of the item alone to edit."""
    with session(directory, as_json, verbose) as talk:
        if bool(item) == plan_again or (plan_again and agent):
            raise Refused(
                "usage.fix", "give an ITEM to mend, or --plan and no item", cure="laneshift agent fix PLAN ITEM"
            )
        if plan_again:
            _plan(talk, plan)
        else:
            _mend(talk, plan, item, agent)


def _mend(talk: Session, name: str, item: str, agent: str) -> None:
    from dataclasses import asdict

    from laneshift.cli.fix_view import attempt_lines
    from laneshift.cli.opened import opened
    from laneshift.cli.state_view import next_command, state_data
    from laneshift.runs import working
    from laneshift.runs.awaiting import unapproved
    from laneshift.runs.fixing.asking import mend
    from laneshift.runs.fixing.attempts import attempts_at

    shop = opened(talk)
    plan = shop.plans.load(name)
    state = mend(shop, plan, item, agent, working.run)
    found, attempts = state.items[item], attempts_at(shop, plan, item)

    def show(console: Console) -> None:
        for line in attempt_lines(attempts):
            console.print(line, markup=False, soft_wrap=True)
        console.print(f"{item} is {found.state} {found.cause}".rstrip(), markup=False, soft_wrap=True)

    then = next_command(state, unapproved(shop, state))
    told = {**state_data(state), "item": asdict(found), "attempts": [asdict(each) for each in attempts]}
    talk.result(told, show, then if found.state != "quarantined" else f"laneshift inspect {plan.id} {item}")
    raise typer.Exit(1 if found.state in ("quarantined", "held") else 0)


def _plan(talk: Session, name: str) -> None:
    from laneshift.cli.opened import opened
    from laneshift.cli.state_view import next_command
    from laneshift.runs import working
    from laneshift.runs.awaiting import unapproved
    from laneshift.runs.fixing.planning import plan_again

    shop = opened(talk)
    before = shop.plans.load(name)
    plan = plan_again(shop, before)
    mended = [item.id for item in plan.items if item.fix]

    def show(console: Console) -> None:
        console.print(
            f"plan {plan.id} is {before.id} with what was mended in {', '.join(mended)}", markup=False, soft_wrap=True
        )
        console.print(f"digest {plan.digest}", markup=False, soft_wrap=True)

    state = working.state_of(shop, plan)
    told = {"plan": plan.id, "digest": plan.digest, "before": before.id, "mended": mended, "counts": plan.counts()}
    talk.result(told, show, next_command(state, unapproved(shop, state)))

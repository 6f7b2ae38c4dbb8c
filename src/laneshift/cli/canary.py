"""`laneshift canary PLAN`: the deterministic sample goes first, and is tested together; nothing lands."""

from __future__ import annotations

import shlex
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from laneshift.cli.session import AsJson, Directory, Verbose, Workers, session
from laneshift.errors import Refused


def add(app: typer.Typer) -> None:
    """Give the program this verb."""
    app.command("canary")(canary)


def canary(
    plan: Annotated[str, typer.Argument(help="A plan's id, its batch's name, or a plan file.")],
    size: Annotated[
        str, typer.Option("--size", metavar="SHARE", help="The share of the items, such as 0.10; as configured.")
    ] = "",
    workers: Workers = 0,
    directory: Directory = Path(),
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Run the items of the canary, test them together, and report what that says about the rest."""
    with session(directory, as_json, verbose) as talk:
        from laneshift.cli.canary_view import canary_data, show_canary
        from laneshift.cli.opened import opened
        from laneshift.cli.state_view import next_command
        from laneshift.runs import working
        from laneshift.runs.awaiting import unapproved

        share = share_of(size)
        shop = opened(talk)
        chosen = shop.plans.load(plan)
        found = working.canary(shop, chosen, workers, share)
        state = working.state_of(shop, chosen)

        def show(console: Console) -> None:
            show_canary(console, found, state)

        stopped = state.in_state("quarantined", "held")
        look = shlex.join(["laneshift", "inspect", state.plan.id, *stopped[:1]])
        then = look if stopped and not found.ok else next_command(state, unapproved(shop, state))
        talk.result(canary_data(found), show, then)
        raise typer.Exit(0 if found.ok else 1)


def share_of(text: str) -> Decimal | None:
    """The share that a person wrote, exactly; None for an empty text. Raises `Refused` for what is no share."""
    if not text:
        return None
    try:
        share = Decimal(text)
    except InvalidOperation:
        share = Decimal(0)
    if not (share.is_finite() and 0 < share <= 1 and len(text) <= len("0.0000000001")):
        raise Refused("canary.bad-size", f"{text!r} is no share of the items", cure="give more than 0 and at most 1.0")
    return share

"""`laneshift approve PLAN`: sign what a plan would do with an SSH key, or take in what was signed elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from laneshift.cli.session import AsJson, Directory, Verbose, session


def add(app: typer.Typer) -> None:
    """Give the program this verb."""
    app.command("approve")(approve)


def approve(
    plan: Annotated[str, typer.Argument(help="A plan's id, its batch's name, or a plan file.")],
    person: Annotated[
        str, typer.Option("--as", metavar="PERSON", help="Who approves; by default git's user.email.")
    ] = "",
    key: Annotated[
        str, typer.Option("--key", metavar="FILE", help="The SSH key to sign with; by default git's user.signingkey.")
    ] = "",
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write the approval to a file; record nothing.")
    ] = None,
    envelope: Annotated[
        Path | None, typer.Option("--envelope", metavar="FILE", help="Record an approval that was signed elsewhere.")
    ] = None,
    directory: Directory = Path(),
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Sign the plan, its pins and its canary as they are now. Any drift voids the approval."""
    with session(directory, as_json, verbose) as talk:
        from laneshift.cli.approve_view import given_data, next_of, show_given, show_offer
        from laneshift.cli.opened import opened
        from laneshift.runs import approval_asking

        shop = opened(talk)
        chosen = shop.plans.load(plan)
        asked = approval_asking.Asked(person, key, out, envelope)
        asking = approval_asking.begin(shop, chosen, asked)
        if asking.subject is not None and not as_json:
            talk.progress.stop()
            show_offer(talk.talk, shop, chosen, asking.subject)
        given = asking.finish()

        def show(console: Console) -> None:
            show_given(console, given, out)

        talk.result(given_data(given, chosen), show, next_of(given, chosen, out))

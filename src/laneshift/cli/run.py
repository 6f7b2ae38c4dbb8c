"""`laneshift run PLAN`: the nine steps for each item, in parallel, resumable."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from laneshift.cli.session import AsJson, Directory, Verbose, Workers, session


def add(app: typer.Typer) -> None:
    """Give the program this verb."""
    app.command("run")(run)


def run(
    plan: Annotated[str, typer.Argument(help="A plan's id, its batch's name, or a plan file.")],
    workers: Workers = 0,
    directory: Directory = Path(),
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Bring every waiting item through the nine steps; quarantined ones are tried again."""
    with session(directory, as_json, verbose) as talk:
        from laneshift.cli.opened import opened
        from laneshift.cli.state_view import exit_code, next_command, show_attention, state_data, status_line
        from laneshift.runs import working

        shop = opened(talk)
        chosen = shop.plans.load(plan)
        talk.progress.expect(len(working.state_of(shop, chosen).to_run()))
        state = working.run(shop, chosen, workers)

        def show(console: Console) -> None:
            show_attention(console, state)
            console.print(status_line(state), markup=False, soft_wrap=True)

        talk.result(state_data(state), show, next_command(state))
        raise typer.Exit(exit_code(state))

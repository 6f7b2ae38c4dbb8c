"""`laneshift run PLAN`: the nine steps for each item, in parallel, resumable."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from laneshift.cli.session import AsJson, AutoApprove, Directory, Verbose, Workers, session
from laneshift.errors import Refused


def add(app: typer.Typer) -> None:
    """Give the program this verb."""
    app.command("run")(run)


def run(
    plan: Annotated[str, typer.Argument(help="A plan's id, its batch's name, or a plan file.")],
    workers: Workers = 0,
    go_on: Annotated[
        str, typer.Option("--go-on", metavar="REASON", help="Lift the pause of a run, for this reason.")
    ] = "",
    next_item: Annotated[bool, typer.Option("--next", help="Only the item that is next.")] = False,
    lane: Annotated[str, typer.Option("--lane", metavar="LANE", help="With --next: the next one for this lane.")] = "",
    auto: AutoApprove = False,
    directory: Directory = Path(),
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Bring every waiting item through the nine steps, stage by stage; quarantined ones are tried again."""
    with session(directory, as_json, verbose) as talk:
        if lane and not next_item:
            raise Refused("usage.lane", "--lane says of which items --next takes one", cure="give --next as well")
        from laneshift.cli.next_item import one_of
        from laneshift.cli.opened import opened
        from laneshift.cli.state_view import next_command, run_exit, show_attention, show_pause, state_data, status_line
        from laneshift.runs import working
        from laneshift.runs.awaiting import unapproved

        shop = opened(talk)
        chosen = shop.plans.load(plan)
        before = working.state_of(shop, chosen)
        only = one_of(shop, before, lane) if next_item else None
        talk.progress.expect(len(before.to_run() if only is None else only))
        state = working.run(shop, chosen, workers, go_on, auto=auto, only=only)

        def show(console: Console) -> None:
            show_attention(console, state)
            console.print(status_line(state), markup=False, soft_wrap=True)
            show_pause(console, state)

        talk.result(state_data(state), show, next_command(state, unapproved(shop, state)))
        raise typer.Exit(run_exit(state))

"""`laneshift ship FILE`: plan, canary, run and land in one go, stopping where a person has to approve."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from laneshift.cli.batch_file import HELP, read_batch
from laneshift.cli.landing import landing_line
from laneshift.cli.session import AsJson, AutoApprove, Directory, Remote, Verbose, Workers, session


def add(app: typer.Typer) -> None:
    """Give the program this verb."""
    app.command("ship")(ship)


def ship(
    file: Annotated[Path, typer.Argument(help=HELP)],
    target: Annotated[str, typer.Option(help="The branch to land on; by default the one checked out.")] = "",
    skip_refused: Annotated[bool, typer.Option("--skip-refused", help="Ship the rest when items are refused.")] = False,
    workers: Workers = 0,
    remote: Remote = None,
    auto: AutoApprove = False,
    directory: Directory = Path(),
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Plan the batch, run every item, and land what is ready; where a person has to approve, stop for that first."""
    with session(directory, as_json, verbose) as talk:
        from laneshift.cli.opened import opened
        from laneshift.cli.plan_view import show_plan
        from laneshift.cli.ship_canary import canary_first
        from laneshift.cli.state_view import (
            next_command,
            run_exit,
            show_attention,
            show_pause,
            state_data,
            status_line,
        )
        from laneshift.runs import working
        from laneshift.runs.awaiting import unapproved
        from laneshift.runs.holding import holding
        from laneshift.runs.lock_file import batch_place
        from laneshift.runs.planning import Order, make_plan

        shop = opened(talk)
        name, data = read_batch(file)
        place = batch_place(name, shop.repository.work_dir)
        order = Order(name, data, target=target, skip_refused=skip_refused, place=place)
        # From the plan on, or a landing that is just ending leaves a plan of what was there before it.
        with holding(shop, f"shipping of {order.file}"):
            planned = make_plan(shop, order)
            plan = planned.plan
            if not as_json:
                talk.progress.stop()
                show_plan(talk.talk, planned)
            if not auto:
                canary_first(talk, shop, plan, workers)
            talk.progress.expect(sum(item.to_run for item in plan.items))
            outcome = working.ship(shop, plan, workers, remote, auto=auto)
            state = working.state_of(shop, plan)

        def show(console: Console) -> None:
            show_attention(console, state)
            console.print(status_line(state), markup=False, soft_wrap=True)
            show_pause(console, state)
            console.print(landing_line(outcome, plan.target), markup=False, soft_wrap=True)

        told = {**state_data(state), "landing": outcome}
        talk.result(told, show, next_command(state, unapproved(shop, state)))
        raise typer.Exit(run_exit(state))

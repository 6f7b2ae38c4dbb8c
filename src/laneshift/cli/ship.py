"""`laneshift ship FILE`: plan, run and land in one go."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from laneshift.cli.land import landing_line
from laneshift.cli.plan import read_batch
from laneshift.cli.session import AsJson, Directory, Remote, Verbose, Workers, session


def add(app: typer.Typer) -> None:
    """Give the program this verb."""
    app.command("ship")(ship)


def ship(
    file: Annotated[Path, typer.Argument(help="The batch: TSV of module, src, dst; or TOML or JSON.")],
    target: Annotated[str, typer.Option(help="The branch to land on; by default the one checked out.")] = "",
    skip_refused: Annotated[bool, typer.Option("--skip-refused", help="Ship the rest when items are refused.")] = False,
    workers: Workers = 0,
    remote: Remote = None,
    directory: Directory = Path(),
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Plan the batch, run every item, and land what is ready."""
    with session(directory, as_json, verbose) as talk:
        from laneshift.cli.opened import opened
        from laneshift.cli.plan_view import show_plan
        from laneshift.cli.state_view import exit_code, next_command, show_attention, state_data, status_line
        from laneshift.runs import working
        from laneshift.runs.planning import Order, make_plan

        shop = opened(talk)
        planned = make_plan(shop, Order(str(file), read_batch(file), target=target, skip_refused=skip_refused))
        plan = planned.plan
        if not as_json:
            talk.progress.stop()
            show_plan(talk.talk, planned)
        talk.progress.expect(sum(item.to_run for item in plan.items))
        outcome = working.ship(shop, plan, workers, remote)
        state = working.state_of(shop, plan)

        def show(console: Console) -> None:
            show_attention(console, state)
            console.print(status_line(state), markup=False, soft_wrap=True)
            console.print(landing_line(outcome, plan.target), markup=False, soft_wrap=True)

        talk.result({**state_data(state), "landing": outcome}, show, next_command(state))
        raise typer.Exit(exit_code(state))

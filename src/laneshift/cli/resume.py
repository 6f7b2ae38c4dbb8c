"""`laneshift resume`: take up whatever was begun and not ended."""

from __future__ import annotations

from pathlib import Path

import typer
from rich.console import Console

from laneshift.cli.session import AsJson, Directory, Verbose, Workers, session


def add(app: typer.Typer) -> None:
    """Give the program this verb."""
    app.command("resume")(resume)


def resume(
    workers: Workers = 0, directory: Directory = Path(), as_json: AsJson = False, verbose: Verbose = False
) -> None:
    """Go on after a crash, a kill or an interruption, from exactly where the journal says."""
    with session(directory, as_json, verbose) as talk:
        from laneshift.cli.opened import opened
        from laneshift.cli.state_view import next_command, run_exit, show_attention, show_pause, state_data, status_line
        from laneshift.runs import resuming, working
        from laneshift.runs.awaiting import unapproved

        shop = opened(talk)
        resumed = resuming.resume(shop, workers)
        states = [working.state_of(shop, found.plan) for found in resumed]
        errors = [found.error for found in resumed if found.error is not None]

        def show(console: Console) -> None:
            if not states:
                console.print("nothing was left unfinished")
            for state in states:
                show_attention(console, state)
                console.print(status_line(state), markup=False, soft_wrap=True)
                show_pause(console, state)
            for error in errors:
                console.print(f"{error.what} [{error.code}]", markup=False, soft_wrap=True)

        then = next((next_command(state, unapproved(shop, state)) for state in states), "laneshift status")
        told = {"resumed": [state_data(state) for state in states], "errors": [error.as_dict() for error in errors]}
        talk.result(told, show, then)
        codes = [*(run_exit(state) for state in states), *(error.exit_code for error in errors)]
        raise typer.Exit(max(codes, default=0))

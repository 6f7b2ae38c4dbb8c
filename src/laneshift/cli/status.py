"""`laneshift status`: each batch in one line."""

from __future__ import annotations

from pathlib import Path

import typer
from rich.console import Console

from laneshift.cli.session import AsJson, Directory, Verbose, session


def add(app: typer.Typer) -> None:
    """Give the program this verb."""
    app.command("status")(status)


def status(directory: Directory = Path(), as_json: AsJson = False, verbose: Verbose = False) -> None:
    """Show total, done, remaining and the next item of every batch. Reads, and never waits for a run."""
    with session(directory, as_json, verbose) as talk:
        from laneshift.cli.opened import opened
        from laneshift.cli.state_view import next_command, show_attention, state_data, status_line
        from laneshift.runs import working

        shop = opened(talk)
        states = [working.state_of(shop, plan) for plan in shop.plans.newest()]

        def show(console: Console) -> None:
            if not states:
                console.print("no batch has been planned")
            for state in states:
                console.print(status_line(state), markup=False, soft_wrap=True)
                if verbose:
                    show_attention(console, state)

        then = next_command(states[0]) if states else "laneshift plan FILE.tsv"
        talk.result({"batches": [state_data(state) for state in states]}, show, then)

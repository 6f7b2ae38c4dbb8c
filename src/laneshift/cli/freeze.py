"""`laneshift freeze`: nothing lands from now on."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from laneshift.cli.session import AsJson, Directory, Verbose, session

Why = Annotated[str, typer.Option("--why", metavar="TEXT", help="Why, in one line that goes on record.")]
Person = Annotated[str, typer.Option("--as", metavar="PERSON", help="Who does it; by default git's user.email.")]


def add(app: typer.Typer) -> None:
    """Give the program this verb."""
    app.command("freeze")(freeze)


def freeze(
    why: Why, person: Person = "", directory: Directory = Path(), as_json: AsJson = False, verbose: Verbose = False
) -> None:
    """Stop every landing, on record, until `laneshift thaw`. Runs go on, and the way back stays open."""
    with session(directory, as_json, verbose) as talk:
        from laneshift.cli.opened import opened
        from laneshift.runs import freezing
        from laneshift.runs.approval_asking import person_of

        shop = opened(talk)
        held = freezing.freeze(shop, person_of(shop, person), why)
        late = freezing.on_their_way(shop)

        def show(console: Console) -> None:
            console.print(f"frozen by {held.who}: {held.reason}", markup=False, soft_wrap=True)
            for plan in late:
                console.print(f"on its way already: the landing of {plan}", markup=False, soft_wrap=True)

        then = "laneshift resume, which says what became of it" if late else 'laneshift thaw --why "REASON"'
        talk.result({"frozen": asdict(held), "on_its_way": late}, show, then)

"""`laneshift thaw`: what was frozen lands again."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import typer

from laneshift.cli.freeze import Person, Why
from laneshift.cli.session import AsJson, Directory, Verbose, session


def add(app: typer.Typer) -> None:
    """Give the program this verb."""
    app.command("thaw")(thaw)


def thaw(
    why: Why, person: Person = "", directory: Directory = Path(), as_json: AsJson = False, verbose: Verbose = False
) -> None:
    """End a freeze, on record: landings go on when they are asked for again."""
    with session(directory, as_json, verbose) as talk:
        from laneshift.cli.opened import opened
        from laneshift.runs import freezing
        from laneshift.runs.approval_asking import person_of

        shop = opened(talk)
        ended = freezing.thaw(shop, person_of(shop, person), why)
        line = f"thawed: {ended.key}, by {ended.who}: {ended.reason}"
        talk.result(
            {"thawed": asdict(ended)},
            lambda console: console.print(line, markup=False, soft_wrap=True),
            "laneshift status",
        )

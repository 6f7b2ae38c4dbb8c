"""`laneshift land PLAN`: combined test, culprit isolation, one compare-and-swap."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from laneshift.cli.session import AsJson, AutoApprove, Directory, Remote, Verbose, session


def add(app: typer.Typer) -> None:
    """Give the program this verb."""
    app.command("land")(land)


def land(
    plan: Annotated[str, typer.Argument(help="A plan's id, its batch's name, or a plan file.")],
    only: Annotated[
        list[str] | None, typer.Option("--only", metavar="ITEM", help="Land this item; repeatable.")
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="Combine and test, and land nothing.")] = False,
    remote: Remote = None,
    pull_request: Annotated[
        bool | None,
        typer.Option("--pull-request/--swap", help="Have people merge it at the forge, or move the target now."),
    ] = None,
    auto: AutoApprove = False,
    directory: Directory = Path(),
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Combine the ready items, run the whole suite once, find culprits, and move the target in one swap."""
    with session(directory, as_json, verbose) as talk:
        from laneshift.cli.landing import landed
        from laneshift.runs.arguments import Landing

        by = None if pull_request is None else "pull-request" if pull_request else "swap"
        raise typer.Exit(landed(talk, plan, Landing(tuple(only or ()), check, remote, by), auto=auto))

"""`laneshift lanes promote`: may this module enter the next lane."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from shlex import quote
from typing import Annotated

import typer
from rich.console import Console

from laneshift.cli.session import AsJson, Directory, Verbose, session


def join(app: typer.Typer) -> None:
    """Give the group this verb."""
    app.command("promote")(promote)


def promote(
    module: Annotated[str, typer.Option("--check", metavar="MODULE", help="A path or a dotted name.")],
    to: Annotated[str, typer.Option("--to", metavar="LANE", help="The lane to enter; else the next level's.")] = "",
    coverage: Annotated[Path | None, typer.Option("--coverage", metavar="FILE", help="From `coverage json`.")] = None,
    tree: Annotated[str, typer.Option("--tree", metavar="REV", help="Look at this commit or tree.")] = "HEAD",
    directory: Directory = Path(),
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Try every criterion for promotion: passed, failed, errored, or not applicable and why. Exit 1 if any blocks."""
    with session(directory, as_json, verbose) as talk:
        from laneshift.cli.opened import opened
        from laneshift.runs.lane_promotion import promotion

        shop = opened(talk)
        lane, found = promotion(shop.index, shop.repository.tree(tree), module, to, coverage, shop.sandbox)
        blocked = any(each.blocks for each in found)

        def show(console: Console) -> None:
            width = max(len(each.name) for each in found)
            for each in found:
                console.print(f"{each.status:<14}  {each.name:<{width}}  {each.reason}", markup=False, soft_wrap=True)
            console.print(f"{module} {'may not enter' if blocked else 'may enter'} {lane.name}", markup=False)

        data = {"module": module, "lane": lane.name, "may_enter": not blocked, "criteria": [asdict(e) for e in found]}
        again = f"laneshift lanes promote --check {quote(module)} --to {quote(lane.name)}"
        talk.result(data, show, again if blocked else "laneshift plan FILE")
        raise typer.Exit(1 if blocked else 0)

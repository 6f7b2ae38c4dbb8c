"""`laneshift rollback BATCH`: the prepared revert, in one ref update."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from laneshift.cli.session import AsJson, Directory, Verbose, session


def add(app: typer.Typer) -> None:
    """Give the program this verb."""
    app.command("rollback")(rollback)


def rollback(
    batch: Annotated[str, typer.Argument(help="The batch's name, or a plan's id.")],
    directory: Directory = Path(),
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Take the last landing of a batch back."""
    with session(directory, as_json, verbose) as talk:
        from laneshift.cli.opened import opened
        from laneshift.runs.rolling_back import roll_back

        shop = opened(talk)
        plan = shop.plans.load(batch)
        done = roll_back(shop, plan)

        def show(console: Console) -> None:
            same = "equals" if done.tree == done.base_tree else "differs from"
            branch = plan.target.removeprefix("refs/heads/")
            console.print(f"{len(done.items)} item(s) taken back from {branch}: commit {done.tip[:12]}", soft_wrap=True)
            console.print(f"tree {done.tree} {same} the tree before the landing", soft_wrap=True)

        talk.result(asdict(done), show, f"laneshift land {plan.id}")

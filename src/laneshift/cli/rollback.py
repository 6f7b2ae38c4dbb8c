"""`laneshift rollback BATCH`: the prepared revert or, on a target that moved on, inverse intents; one ref update."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from laneshift.cli.session import AsJson, Directory, Session, Verbose, session


def add(app: typer.Typer) -> None:
    """Give the program this verb."""
    app.command("rollback")(rollback)


def rollback(
    batch: Annotated[str, typer.Argument(help="The batch's name, or a plan's id.")],
    only: Annotated[
        list[str] | None, typer.Option("--only", help="Take back this item alone; repeat for more.")
    ] = None,
    rehearsal: Annotated[
        bool, typer.Option("--rehearse", help="Compute and check the way back, also before landing; move nothing.")
    ] = False,
    directory: Directory = Path(),
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Take the last landing of a batch back, also when others have landed since; or some of its items."""
    with session(directory, as_json, verbose) as talk:
        from laneshift.cli.opened import opened
        from laneshift.runs.rolling_back import roll_back

        if rehearsal:
            _rehearse(talk, batch, only or ())
            return

        shop = opened(talk)
        plan = shop.plans.load(batch)
        done = roll_back(shop, plan, only or ())

        def show(console: Console) -> None:
            name = plan.target.removeprefix("refs/heads/")
            branch = f"{name} of {done.remote}" if done.remote else name
            console.print(f"{len(done.items)} item(s) taken back from {branch}: commit {done.tip[:12]}", soft_wrap=True)
            if done.kept:
                console.print(f"what others changed since in {done.kept} path(s) is kept", soft_wrap=True)
            else:
                same = "equals" if done.tree == done.base_tree else "differs from"
                console.print(f"tree {done.tree} {same} the tree without them", soft_wrap=True)

        talk.result(asdict(done), show, f"laneshift land {plan.id}")


def _rehearse(talk: Session, batch: str, only: Sequence[str]) -> None:
    from laneshift.cli.opened import opened
    from laneshift.runs.rehearsing import rehearse

    shop = opened(talk)
    plan = shop.plans.load(batch)
    done = rehearse(shop, plan, only)

    def show(console: Console) -> None:
        what = "that landed" if done.landed else "that are ready to land"
        console.print(f"{len(done.items)} item(s) {what} can be taken back: rehearsed in {done.seconds:.2f} s")
        if done.kept:
            console.print(f"what others changed since in {done.kept} path(s) would be kept", soft_wrap=True)
        else:
            console.print(f"tree {done.tree} equals the base's", soft_wrap=True)
        console.print("nothing was moved", soft_wrap=True)

    talk.result(asdict(done), show, f"laneshift {'rollback' if done.landed else 'land'} {plan.id}")

"""`laneshift plan FILE`: what would happen. Writes a plan; changes nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from laneshift.cli.session import AsJson, Directory, Verbose, session
from laneshift.errors import Refused


def add(app: typer.Typer) -> None:
    """Give the program this verb."""
    app.command("plan")(plan)


def plan(
    file: Annotated[Path, typer.Argument(help="The batch: TSV of module, src, dst; or TOML or JSON.")],
    base: Annotated[str, typer.Option(help="The revision to plan against.")] = "HEAD",
    target: Annotated[str, typer.Option(help="The branch to land on; by default the one checked out.")] = "",
    skip_refused: Annotated[bool, typer.Option("--skip-refused", help="Plan the rest when items are refused.")] = False,
    lock: Annotated[
        Path | None, typer.Option("--lock", metavar="PATH", help="Write the plan's pins to this file as well.")
    ] = None,
    directory: Directory = Path(),
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Show what a batch would do: items, classes, edits. Writes a plan and changes nothing else."""
    with session(directory, as_json, verbose) as talk:
        from laneshift.cli.gates_view import waiver_lines
        from laneshift.cli.opened import opened
        from laneshift.cli.plan_view import planned_data, show_plan
        from laneshift.runs.awaiting import needs_approval
        from laneshift.runs.lock_file import batch_place, write_lock
        from laneshift.runs.planning import Order, make_plan
        from laneshift.runs.waiver_signing import of_tree

        shop = opened(talk)
        place = batch_place(str(file), shop.repository.work_dir)
        planned = make_plan(shop, Order(str(file), read_batch(file), base, target, skip_refused, place))
        if lock is not None:
            write_lock(lock, planned.locked)
        verb = "canary" if needs_approval(shop, planned.plan) else "run"

        on = shop.repository.tree(planned.plan.base)
        waivers = of_tree(on, shop.settings(on), shop.clock())

        def show(console: Console) -> None:
            show_plan(console, planned)
            for line in waiver_lines(waivers):
                console.print(line, markup=False, soft_wrap=True)

        data = {**planned_data(planned), "waivers": waivers.as_json()}
        talk.result(data, show, f"laneshift {verb} {planned.plan.id}")


def read_batch(file: Path) -> bytes:
    """The bytes of the batch file. Raises `Refused` when it cannot be read."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise Refused("batch.unreadable", "the batch file cannot be read", where=str(file), why=str(error)) from error

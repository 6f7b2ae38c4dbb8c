"""`laneshift dream WHAT`: what would happen if these items were landed, in several orders and selections. Does none."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from laneshift.cli.session import AsJson, Directory, Verbose, session


def add(app: typer.Typer) -> None:
    """Give the program this verb."""
    app.command("dream")(dream)


def dream(
    what: Annotated[
        str,
        typer.Argument(
            help='A scenario (JSON), a batch file, a plan, - for standard input, or "what if labs.a moved to core?".'
        ),
    ],
    paths: Annotated[
        int | None, typer.Option("--paths", help="How many ways are followed; 4.", show_default=False)
    ] = None,
    depth: Annotated[
        int | None, typer.Option("--depth", help="The most rounds of each; 2.", show_default=False)
    ] = None,
    seed: Annotated[int | None, typer.Option("--seed", help="For what is drawn; 0.", show_default=False)] = None,
    base: Annotated[str, typer.Option("--base", metavar="REV", help="Dream on this commit; not for plans.")] = "",
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write what lands on the best path as a batch (TSV).")
    ] = None,
    directory: Directory = Path(),
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Show what landing these items would come to, on several paths: edits, conflicts, lane violations, tests, risk.

    Nothing is run and nothing changes. The same scenario, seed and tree give the same result, byte for byte.
    """
    with session(directory, as_json, verbose) as talk:
        from laneshift.cli.batch_file import read_batch
        from laneshift.cli.dream_asked import written_out
        from laneshift.cli.dream_view import show_dream
        from laneshift.cli.opened import opened
        from laneshift.runs.dreaming.dreaming import dream as dreamt
        from laneshift.runs.dreaming.model import End
        from laneshift.runs.dreaming.reading import ask
        from laneshift.runs.events import Event

        shop = opened(talk)
        given = read_batch(Path("-")) if what == "-" else None
        asked = ask(shop, what, base, {"num_paths": paths, "depth": depth, "seed": seed}, given)
        found = dreamt(
            shop,
            asked.wish,
            paths=asked.paths,
            depth=asked.depth,
            seed=asked.seed,
            constraints=asked.constraints,
            heard=lambda done: shop.report(Event("dream", f"{done} expansion(s)")),
        )
        if out is not None:
            written_out(out, found)
        then = f"laneshift run {what}" if asked.wish.plan is not None else "laneshift plan " + str(out or asked.file)
        if out is None and not asked.file and asked.wish.plan is None:
            then = f'laneshift dream "{what}" --out dream.tsv'

        def show(console: Console) -> None:
            show_dream(console, found)

        talk.result(found.as_json(), show, then)
        raise typer.Exit(0 if found.end is End.COMPLETE else 1)

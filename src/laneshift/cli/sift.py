"""`laneshift sift`: part the changes of others into those that are safe and those that a person has to look at."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from laneshift.cli.session import AsJson, Directory, Verbose, session


def add(app: typer.Typer) -> None:
    """Give the program this verb."""
    app.command("sift")(sift)


def sift(
    changes: Annotated[list[str], typer.Argument(metavar="PATCH|REV..REV", help="Patches, or a range of commits.")],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where safe/, flagged/ and reasons.tsv go.")],
    allow: Annotated[
        list[str] | None, typer.Option("--allow", metavar="GLOB", help="What may be changed; by default all.")
    ] = None,
    forbid: Annotated[list[str] | None, typer.Option("--forbid", metavar="MODULE", help="Nothing imports it.")] = None,
    deleted: Annotated[int, typer.Option("--deleted", min=0, help="Statements that may go in one change.")] = 2,
    directory: Directory = Path(),
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Judge each change on syntax trees, before and after. Exit 1 where one is flagged."""
    with session(directory, as_json, verbose) as talk:
        from laneshift.cli.sifting import Asked, run

        asked = Asked(tuple(changes), out, tuple(allow or ()), tuple(forbid or ()), deleted)
        raise typer.Exit(run(talk, asked))

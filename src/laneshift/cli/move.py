"""`laneshift move SRC DST`: the move engine on its own, in the work tree."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from laneshift.cli.asked import Asked
from laneshift.cli.collecting import rare_collection
from laneshift.cli.moving import run
from laneshift.cli.session import AsJson, Directory, Verbose


def add(app: typer.Typer) -> None:
    """Give the program this verb."""
    app.command("move")(move)


def move(
    src: Annotated[str, typer.Argument(metavar="SRC", help="The module or package, as a path in the repository.")],
    dst: Annotated[str, typer.Argument(metavar="DST", help="Its new path.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change, and change nothing.")] = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="List every edit: file, line, form, before, after.")
    ] = False,
    prove: Annotated[bool, typer.Option("--prove", help="Check syntax, imports, and there and back; exit 1.")] = False,
    shim: Annotated[
        bool, typer.Option("--shim", help="Leave a module at the old path that warns and expires.")
    ] = False,
    expires: Annotated[str, typer.Option(metavar="DATE", help="When the shim expires; by default in 90 days.")] = "",
    directory: Directory = Path(),
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Move one module or package in the work tree and rewrite everything that refers to it.

    With --prove, a proof that fails stops the move before anything is written.
    """
    words = (src, dst, dry_run, explain, prove, shim, expires, directory, as_json, verbose)
    with rare_collection():
        code = run(Asked(*words))
    raise typer.Exit(code)

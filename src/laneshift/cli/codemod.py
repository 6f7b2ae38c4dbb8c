"""`laneshift codemod NAME`: change many files by a program, in batches that a person can review."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from laneshift.cli.session import AsJson, Directory, Verbose, session

Params = Annotated[list[str] | None, typer.Option("--param", "-p", metavar="NAME=VALUE", help="What it needs to know.")]
Include = Annotated[list[str] | None, typer.Option("--include", metavar="PATH", help="Only below these; repeatable.")]


def add(app: typer.Typer) -> None:
    """Give the program this verb."""
    app.command("codemod")(codemod)


def codemod(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="isolate-import, ast-grep:PATH, libcst:MODULE.CLASS, or command.")
    ],
    param: Params = None,
    include: Include = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change, and change nothing.")] = False,
    batch_size: Annotated[int, typer.Option("--batch-size", min=1, help="Files in a batch.")] = 20,
    batch_start: Annotated[int, typer.Option("--batch-start", min=1, help="The first batch to do, from 1.")] = 1,
    patch: Annotated[Path | None, typer.Option("--patch", metavar="DIR", help="Write a patch for each batch.")] = None,
    branch: Annotated[str, typer.Option("--branch", metavar="PREFIX", help="Make a branch for each batch.")] = "",
    explain: Annotated[bool, typer.Option("--explain", help="List every edit.")] = False,
    offline: Annotated[bool, typer.Option("--offline", help="Count batches without asking the remote.")] = False,
    directory: Directory = Path(),
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Apply a codemod to the work tree, or, with --patch or --branch, to the last commit. Refused files stay."""
    with session(directory, as_json, verbose) as talk:
        from laneshift.cli.codemod_view import tell
        from laneshift.cli.codemodding import Asked, run

        given, below = tuple(param or ()), tuple(include or ())
        asked = Asked(name, given, below, dry_run, batch_size, batch_start, patch, branch, offline)
        raise typer.Exit(tell(talk, run(talk, asked), explain=explain))

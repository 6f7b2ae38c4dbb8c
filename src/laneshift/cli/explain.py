"""`laneshift explain CODE`: cause and cure of an error, without a network and without a repository."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from laneshift.cli.session import AsJson, Directory, Verbose, session


def add(app: typer.Typer) -> None:
    """Give the program this verb."""
    app.command("explain")(explain)


def explain(
    code: Annotated[
        str, typer.Argument(metavar="CODE", help="The code in brackets; without one, all are listed.")
    ] = "",
    directory: Directory = Path(),
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Tell the cause and the cure of an error by its code, such as batch.duplicate-source."""
    with session(directory, as_json, verbose) as talk:
        from laneshift.cli.catalogue import entry, every

        if code:
            found = entry(code.strip("[] "))
            talk.result(asdict(found), lambda out: _show(out, found.code, found.cause, found.cure), "laneshift doctor")
            return
        known = list(every())
        data = {"codes": [asdict(each) for each in known]}
        talk.result(data, lambda out: _list(out, [each.code for each in known]), "laneshift explain CODE")


def _show(out: Console, code: str, cause: str, cure: str) -> None:
    out.print(code, style="bold", markup=False)
    for label, text in (("cause", cause), ("cure", cure)):
        out.print(f"  {label}: {text}", markup=False, soft_wrap=True)


def _list(out: Console, codes: list[str]) -> None:
    for code in codes:
        out.print(code, markup=False)

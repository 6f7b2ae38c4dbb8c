"""The `laneshift` command: every verb, and how the program ends."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from laneshift import __version__
from laneshift.cli.collecting import collection_for
from laneshift.cli.commands import Commands
from laneshift.cli.leaving import leave

# Some versions of typer carry a click of their own, so the class is found by way of one that they all export.
_USAGE_ERROR: Any = typer.BadParameter.__mro__[1]

app = typer.Typer(
    cls=Commands,
    help="Lands many code changes in one Python monorepo, in parallel, safely, and proves it.",
    no_args_is_help=True,
    context_settings={"max_content_width": 110},
    epilog="Begin with `laneshift init` and `laneshift doctor`; `laneshift VERB --help` says more about each.",
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.callback(invoke_without_command=True)
def version(
    context: typer.Context,
    show: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
    man: Annotated[bool, typer.Option("--man", help="Print the manual page, for man -l.")] = False,
    directory: Annotated[
        list[Path] | None, typer.Option("-C", metavar="DIR", help="As if started in DIR, like git; repeatable.")
    ] = None,
) -> None:
    """Lands many code changes in one Python monorepo, in parallel, safely, and proves it."""
    if show:
        typer.echo(f"laneshift {__version__}")
        raise typer.Exit
    if man:
        from laneshift.cli.manual import page

        typer.echo(page(context), nl=False)
        raise typer.Exit
    if context.invoked_subcommand is None:
        typer.echo(context.get_help(), err=True)
        raise typer.Exit(2)
    for each in directory or ():
        try:
            os.chdir(each)
        except (OSError, ValueError) as error:
            raise typer.BadParameter(f"{str(each)!r}: {error}", context, param_hint="-C") from error


def main() -> None:
    """Run the command line. Exit codes: 0 done, 1 failed, 2 usage, 3 our bug, 4 for a person, 130 interrupted."""
    try:
        with collection_for(sys.argv[1:]):
            code = app(standalone_mode=False, prog_name="laneshift")
    except _USAGE_ERROR as error:
        error.show()
        if "--json" in sys.argv:
            _tell(error.format_message())
        sys.exit(2)
    except typer.Abort:
        sys.exit(130)
    leave(code if isinstance(code, int) else 0)


def _tell(what: str) -> None:
    from laneshift.cli.talking import print_error
    from laneshift.errors import Refused

    print_error(Refused("usage.wrong", what, cure="laneshift --help"))

"""`laneshift mcp`: agents ask for work, hand it in and look at failures, over the Model Context Protocol."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from laneshift.cli.session import AsJson, Directory, Session, Verbose, session
from laneshift.errors import Refused

_EXTRA = frozenset({"mcp", "mcp_types"})


def add(app: typer.Typer) -> None:
    """Give the program this verb."""
    app.command("mcp")(mcp)


def mcp(
    agent: Annotated[str, typer.Option("--agent", metavar="NAME", help="Act as this agent of the settings.")] = "",
    config: Annotated[
        str, typer.Option("--print-config", metavar="CLIENT", help="Print what this client's settings need, and end.")
    ] = "",
    directory: Directory = Path(),
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Serve the Model Context Protocol on standard input and output, until the client goes.

    Over HTTP it is at `/mcp` of `laneshift serve`.
    """
    if config:
        with session(directory, as_json, verbose) as talk:
            _print_config(talk, config, agent or config)
        return
    from laneshift.agents.mcp.wire import kept_apart

    # Outermost: an error, too, is told on standard error, where no client takes it for a message.
    with kept_apart() as wire, session(directory, as_json, verbose) as talk:
        try:
            from laneshift.agents.mcp.server import served
            from laneshift.agents.mcp.stdio import serve
        except ModuleNotFoundError as error:
            if (error.name or "").partition(".")[0] not in _EXTRA:
                raise
            cure = "install laneshift with its extra mcp"
            raise Refused("mcp.not-installed", "the SDK of the protocol is not installed", cure=cure) from error
        from laneshift.agents.desk.local import local_desk
        from laneshift.cli.opened import opened
        from laneshift.wiring import offices

        shop = opened(talk)
        desk = local_desk(shop, offices(shop), agent)
        serve(served(lambda _: desk), wire)


def _print_config(talk: Session, client: str, agent: str) -> None:
    from laneshift.agents.plugging import plug_for

    plug = plug_for(client, ["laneshift", "mcp", "--agent", agent, "-C", str(talk.directory.resolve())])

    def show(console: Console) -> None:
        console.print(plug.text, markup=False, soft_wrap=True)

    talk.result(plug.as_json(), show, f"put this into {plug.file}")

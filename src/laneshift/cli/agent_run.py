"""`laneshift agent run PACK`: start an agent on a pack, in the sandbox, and submit what it leaves."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from laneshift.cli.session import AsJson, Directory, Verbose, session


def join(app: typer.Typer) -> None:
    """Give `laneshift agent` this verb."""
    app.command("run")(run)


def run(
    pack: Annotated[str, typer.Argument(help="A pack, as `laneshift agent packs` names it.")],
    agent: Annotated[str, typer.Option("--agent", metavar="NAME", help="The agent, as the settings name it.")],
    seconds: Annotated[int, typer.Option("--seconds", min=3, help="How long the claim holds after each beat.")] = 600,
    directory: Directory = Path(),
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Have an agent work on a pack where it reaches nothing else, and submit its work. Exit 1 where that comes to
    nothing."""
    with session(directory, as_json, verbose) as talk:
        from laneshift.agents.running.pack_run import run_pack
        from laneshift.cli.agent_submit_view import data, next_of, show
        from laneshift.cli.opened import opened
        from laneshift.wiring import agent_desk

        done = run_pack(agent_desk(opened(talk)), pack, agent, seconds)
        judged = done.judged

        def told(out: Console) -> None:
            if judged is not None:
                show(out, judged)
            else:
                out.print(f"{agent} came to nothing: {done.why}", markup=False, soft_wrap=True)

        plain = {name: getattr(done, name) for name in ("pack", "agent", "outcome", "why", "commit", "log")}
        then = next_of(judged) if judged is not None else f"laneshift agent run {pack} --agent {agent}"
        talk.result({**plain, "judged": data(judged) if judged is not None else None}, told, then)
        raise typer.Exit(0 if done.outcome in ("submitted", "suggested") else 1)

"""The canary of a `ship`, where a person has to approve before it goes on."""

from __future__ import annotations

import typer
from rich.console import Console

from laneshift.cli.canary_view import canary_data, show_canary
from laneshift.cli.session import Session
from laneshift.cli.state_view import next_command
from laneshift.runs import working
from laneshift.runs.awaiting import unapproved
from laneshift.runs.plan import Plan
from laneshift.runs.workshop import Workshop


def canary_first(talk: Session, shop: Workshop, plan: Plan, workers: int) -> None:
    """Run the canary, unless it did and holds, and end the command for the person who is to look at it.

    Where nobody has to approve, nothing happens here: the first stage of the run is the canary.
    """
    state = working.state_of(shop, plan)
    if state.ship is not None or unapproved(shop, state) != "canary":
        return
    talk.progress.expect(len(state.to_run()))
    found = working.canary(shop, plan, workers)
    state = working.state_of(shop, plan)
    needs = unapproved(shop, state)

    def show(console: Console) -> None:
        show_canary(console, found, state)

    if needs:
        talk.result(canary_data(found), show, next_command(state, needs))
        raise typer.Exit(4 if found.ok else 1)

"""`laneshift status`: each batch in one line."""

from __future__ import annotations

import time
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console, Group
from rich.live import Live
from rich.text import Text

from laneshift.cli.session import AsJson, Directory, Session, Verbose, session
from laneshift.errors import Refused
from laneshift.runs.state import BatchState
from laneshift.runs.workshop import Workshop

_SECONDS = 1.0


def add(app: typer.Typer) -> None:
    """Give the program this verb."""
    app.command("status")(status)


def status(
    watch: Annotated[bool, typer.Option("--watch", help="Keep showing it until everything stands still.")] = False,
    next_batch: Annotated[
        bool, typer.Option("--next", help="Print only the plan of the batch with the fewest items left to run.")
    ] = False,
    lane: Annotated[str, typer.Option("--lane", metavar="LANE", help="With --next: of those for this lane.")] = "",
    directory: Directory = Path(),
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Show total, done, remaining and the next item of every batch. Reads, and never waits for a run."""
    with session(directory, as_json, verbose) as talk:
        if watch and as_json:
            raise Refused("usage.watch-json", "--watch is for people and --json for programs", cure="leave one out")
        if lane and not next_batch:
            raise Refused("usage.lane", "--lane says of which batches --next chooses", cure="give --next as well")
        from laneshift.cli.opened import opened
        from laneshift.runs import working

        shop = opened(talk)
        if watch:
            _watch(talk)
        states = [working.state_of(shop, plan) for plan in shop.plans.newest()]
        if next_batch:
            _tell_next(talk, shop, states, lane)
        else:
            _tell_all(talk, shop, states, verbose)


def _tell_all(talk: Session, shop: Workshop, states: list[BatchState], verbose: bool) -> None:
    """Each batch and what holds it; with `verbose` also every item that needs a person."""
    from laneshift.cli.state_view import grounds, show_attention, state_data, status_line, train_data
    from laneshift.runs import freezing
    from laneshift.runs.train_cuts import train_sizes

    frozen = freezing.standing(shop.journal)
    sizes = train_sizes(shop, (state.plan for state in states))

    def show(console: Console) -> None:
        if frozen is not None:
            console.print(f"landings are frozen, by {frozen.who}: {frozen.reason}", markup=False, soft_wrap=True)
        if not states:
            console.print("no batch has been planned")
        for state, size in zip(states, sizes, strict=True):
            console.print(status_line(state), markup=False, soft_wrap=True)
            for line in grounds(state, size):
                console.print(f"  {line}", markup=False, soft_wrap=True)
            if verbose:
                show_attention(console, state)

    told = [{**state_data(state), "train": train_data(size)} for state, size in zip(states, sizes, strict=True)]
    talk.result({"batches": told, "frozen": frozen and asdict(frozen)}, show, _then(shop, states))


def _then(shop: Workshop, states: list[BatchState]) -> str:
    if not states:
        # What this loads is for the first hour alone.
        from laneshift.runs.leading_on import before_a_plan

        return before_a_plan(shop.repository)
    from laneshift.cli.state_view import leading, next_command
    from laneshift.runs.awaiting import unapproved

    first = leading(states)
    return next_command(first, unapproved(shop, first))


def _tell_next(talk: Session, shop: Workshop, states: list[BatchState], lane: str) -> None:
    """One line with the id of a plan, or nothing where nothing waits: made for a Makefile."""
    from laneshift.cli.next_item import lane_name
    from laneshift.runs.next_batch import fewest_left

    chosen = fewest_left(states, lane_name(shop, lane))
    if talk.as_json:
        then = f"laneshift run {chosen.plan.id}" if chosen else "laneshift status"
        talk.document({"plan": chosen.plan.id if chosen else None, "next": then})
    elif chosen:
        talk.say(chosen.plan.id)


def _watch(talk: Session) -> None:
    """Show every batch and what is being worked on, until nothing is."""
    from laneshift.cli.opened import opened
    from laneshift.cli.state_view import status_line
    from laneshift.runs import working

    shop = opened(talk)
    with Live(console=talk.talk, transient=True, auto_refresh=False) as live:
        while True:
            states = [working.state_of(shop, plan) for plan in shop.plans.newest()]
            at_work = [item for state in states for item in state.items.values() if item.state == "running"]
            lines = [Text(status_line(state)) for state in states]
            lines += [Text(f"  {item.id}: {item.step or 'starting'}", style="dim") for item in at_work]
            live.update(Group(*lines), refresh=True)
            if not any(state.unfinished for state in states):
                return
            time.sleep(_SECONDS)

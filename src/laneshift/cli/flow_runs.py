"""`laneshift flow status|list-runs|history|signal|cancel|retry`: runs of flows."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Set
from pathlib import Path
from typing import Annotated

import typer

from laneshift.cli.session import AsJson, Directory, Session, Verbose, Workers, session
from laneshift.errors import NeedsPerson, Refused
from laneshift.runs.flowing.keys import Place, below
from laneshift.runs.flowing.state import Run, flow_run
from laneshift.runs.workshop import Workshop

Id = Annotated[str, typer.Argument(metavar="RUN", help="The run's id, as `flow list-runs` shows it.")]
Person = Annotated[str, typer.Option("--as", metavar="PERSON", help="Who asks; by default git's user.email.")]
Wait = Annotated[bool, typer.Option("--wait", help="Perform it here, until it ends or waits for a person.")]
_PATIENCE_SECONDS = 1.0
_WORKERS = 4


def join(app: typer.Typer) -> None:
    """Give the program these verbs."""
    app.command("status")(status)
    app.command("list-runs")(runs)
    app.command("history")(history)
    app.command("signal")(signal)
    app.command("cancel")(cancel)
    app.command("retry")(retry)


def status(
    run: Id,
    wait: Wait = False,
    workers: Workers = 0,
    directory: Directory = Path(),
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Show where a run is. Exit 1 when it did not end well."""
    with session(directory, as_json, verbose) as talk:
        from laneshift.cli.opened import opened

        shop = opened(talk)
        told(talk, shop, flow_run(shop.journal, run), wait=wait, workers=workers)


def runs(
    open_: Annotated[bool, typer.Option("--open", help="Only those that have not ended.")] = False,
    directory: Directory = Path(),
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """List every run, the newest first."""
    with session(directory, as_json, verbose) as talk:
        from laneshift.cli.flow_view import show_runs
        from laneshift.cli.opened import opened
        from laneshift.runs.flowing.state import flow_runs

        found = [each for each in reversed(flow_runs(opened(talk).journal)) if not (open_ and each.over)]
        data = {"runs": [{**each.as_json(), "steps": len(each.steps)} for each in found]}
        talk.result(data, lambda out: show_runs(out, found), "laneshift flow status RUN")


def history(run: Id, directory: Directory = Path(), as_json: AsJson = False, verbose: Verbose = False) -> None:
    """Show everything that the journal has of a run, in order."""
    with session(directory, as_json, verbose) as talk:
        from laneshift.cli.flow_view import record_told, show_history
        from laneshift.cli.opened import opened
        from laneshift.runs.flowing import keys

        journal = opened(talk).journal
        flow_run(journal, run)
        records = journal.records(prefix=keys.of(run, ""))
        data = {"run": run, "records": [record_told(each) for each in records]}
        talk.result(data, lambda out: show_history(out, records), f"laneshift flow status {run}")


def signal(
    run: Id,
    name: Annotated[str, typer.Argument(help="The signal's name.")],
    value: Annotated[str, typer.Option("--value", metavar="JSON", help="What it says.")] = "null",
    id_: Annotated[str, typer.Option("--id", metavar="TEXT", help="Given again with this id, it counts once.")] = "",
    person: Person = "",
    directory: Directory = Path(),
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Give a run a signal, now or before a step waits for it."""
    with session(directory, as_json, verbose) as talk:
        from laneshift.cli.flow_asked import value_of
        from laneshift.cli.opened import opened
        from laneshift.runs.flowing import records

        shop = opened(talk)
        asked = records.signal(shop, run, name, value_of(value), person_of(shop, person), id_=id_)
        told(talk, shop, asked, wait=False, workers=0)


def cancel(
    run: Id, person: Person = "", directory: Directory = Path(), as_json: AsJson = False, verbose: Verbose = False
) -> None:
    """Have a run end: what it did is taken back as the flow says."""
    with session(directory, as_json, verbose) as talk:
        from laneshift.cli.opened import opened
        from laneshift.runs.flowing import records

        shop = opened(talk)
        told(talk, shop, records.cancel(shop, run, person_of(shop, person)), wait=False, workers=0)


def retry(
    run: Id,
    from_step: Annotated[str, typer.Option("--from", metavar="STEP", help="Do this one and all after it anew.")] = "",
    wait: Wait = False,
    person: Person = "",
    workers: Workers = 0,
    directory: Directory = Path(),
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Try a run again that did not end well; what is done is kept."""
    with session(directory, as_json, verbose) as talk:
        from laneshift.cli.opened import opened
        from laneshift.runs.flowing import records
        from laneshift.runs.flowing.attempts import Attempts

        shop = opened(talk)
        flow = Attempts(shop).flow(flow_run(shop.journal, run))
        asked = records.retry(shop, flow, run, person_of(shop, person), from_step=from_step)
        told(talk, shop, asked, wait=wait, workers=workers)


def told(talk: Session, shop: Workshop, run: Run, *, wait: bool, workers: int) -> None:
    """Say where the run is, after performing it if that was asked; end with the exit code that it has."""
    from laneshift.cli.flow_view import show_run

    if wait and not run.over:
        _perform(shop, run.id, workers or max(_WORKERS, os.cpu_count() or 1))
        run = flow_run(shop.journal, run.id)
    waits = sorted({name for step in run.steps.values() if not run.over for name in step.waits})
    if not run.over and waits:
        then = f"laneshift flow signal {run.id} {waits[0]}"
    elif not run.over:
        then = "laneshift worker --flows"
    else:
        then = "laneshift flow list-runs" if run.state.name == "done" else f"laneshift flow retry {run.id}"
    talk.result(run.as_json(), lambda out: show_run(out, run), then)
    if run.over and run.state.name != "done":
        raise typer.Exit(1)
    if wait and not run.over:
        raise typer.Exit(NeedsPerson.exit_code)


def person_of(shop: Workshop, named: str) -> str:
    """Who asks."""
    from laneshift.evidence.entry import actor_or_user
    from laneshift.runs.approval_asking import configured

    return named or configured(shop.repository, "user.email") or actor_or_user("")


def _perform(shop: Workshop, run: str, workers: int) -> None:
    """Perform flows here until the run ends or waits for a person; where another process does, until it ends."""
    from laneshift.cli.acting import effects_of
    from laneshift.runs.flowing.serving import LOOK_SECONDS, serve_flows

    parked: set[str] = set()
    try:
        serve_flows(shop, effects_of(shop), workers, threading.Event(), until=_ended(run, parked), parked=parked)
    except Refused as error:
        if error.code != "engine.store-held":
            raise
        while not flow_run(shop.journal, run).over:
            time.sleep(LOOK_SECONDS)


def _ended(run: str, parked: Set[str]) -> Callable[[dict[str, Run]], bool]:
    """Asks whether the run is over, or has for a while done nothing but wait in this process for a person's signal."""
    since = 0.0

    def ended(found: dict[str, Run]) -> bool:
        nonlocal since
        if found[run].over:
            return True
        since = (since or time.monotonic()) if _waits(found, run, parked) else 0.0
        return since > 0 and time.monotonic() - since >= _PATIENCE_SECONDS

    return ended


def _waits(found: dict[str, Run], run: str, parked: Set[str]) -> bool:
    """Whether every step that is open waits here for nothing but a signal."""
    mine = [each for each in found.values() if not each.over and (each.id == run or each.id.startswith(f"{run}."))]
    wholes = {each.id for each in mine}
    open_ = [
        (Place(each.id, each.attempt, step.name, step.index), step)
        for each in mine
        for step in each.steps.values()
        if not step.ended and below(each.id, step.name, step.index) not in wholes
    ]
    return bool(open_) and all(place.effect in parked and step.waits and not step.until for place, step in open_)

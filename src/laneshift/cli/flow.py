"""`laneshift flow`: processes of several steps that users define, and their runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from laneshift.cli import flow_runs
from laneshift.cli.session import AsJson, Directory, Verbose, Workers, session
from laneshift.errors import CheckFailed

Name = Annotated[str, typer.Argument(help="The flow's name.")]


def add(app: typer.Typer) -> None:
    """Give the program these verbs."""
    app.callback()(_group)
    app.command("list")(listed)
    app.command("check")(check)
    app.command("show")(show)
    app.command("run")(run)
    flow_runs.join(app)


def _group() -> None:
    """Flows: steps that outlive crashes, with retries, waits, signals, schedules and a way back."""


def listed(directory: Directory = Path(), as_json: AsJson = False, verbose: Verbose = False) -> None:
    """List every flow: what it is for, and whether it is the repository's own."""
    with session(directory, as_json, verbose) as talk:
        from laneshift.cli.flow_view import found_told, show_found
        from laneshift.cli.opened import opened
        from laneshift.runs.flowing.library import Library

        found = Library(opened(talk).repository).all()
        talk.result({"flows": found_told(found)}, lambda out: show_found(out, found), "laneshift flow show NAME")


def check(
    name: Annotated[str, typer.Argument(help="One flow; by default all of them.")] = "",
    directory: Directory = Path(),
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Judge definitions, with every fault at once and its line. Exit 1 when there is one."""
    with session(directory, as_json, verbose) as talk:
        from laneshift.cli.acting import effects_of
        from laneshift.cli.flow_view import faults_of, found_told, show_found
        from laneshift.cli.opened import opened
        from laneshift.runs.flowing.library import Library

        shop = opened(talk)
        library = Library(shop.repository, effects_of(shop))
        if name:
            library.get(name)
        found = [each for each in library.all() if name in ("", each.name)]
        faults = [fault for each in found if each.error for fault in faults_of(each.error)]
        if faults:
            what = f"{sum(each.error is not None for each in found)} of {len(found)} flow(s) have faults"
            raise CheckFailed("flow.bad-definition", what, cure="mend them, then `laneshift flow check`", faults=faults)
        talk.result({"flows": found_told(found)}, lambda out: show_found(out, found), "laneshift flow run NAME")


def show(
    name: Name,
    svg: Annotated[str, typer.Option("--svg", metavar="FILE", help="Draw its graph there, in the work tree.")] = "",
    directory: Directory = Path(),
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Show one flow: inputs, steps, what each needs; `--svg` draws it."""
    with session(directory, as_json, verbose) as talk:
        from laneshift.cli.flow_view import show_flow
        from laneshift.cli.opened import opened
        from laneshift.cli.report.files import write
        from laneshift.repo.paths import check_path
        from laneshift.reports.flow_drawing import svg_of
        from laneshift.runs.flowing.library import Library

        shop = opened(talk)
        flow = Library(shop.repository).get(name)
        path = "/".join(check_path(svg)) if svg else ""
        if path:
            write(shop.repository, {path: svg_of(flow).encode()})
        data = {"flow": flow.as_json(), "digest": flow.digest, "file": path or None}
        talk.result(data, lambda out: show_flow(out, flow, path), f"laneshift flow run {name}")


def run(
    name: Name,
    given: Annotated[
        list[str] | None, typer.Option("--input", "-i", metavar="NAME=VALUE", help="An input; lists are JSON.")
    ] = None,
    wait: Annotated[bool, typer.Option("--wait", help="Perform it here, until it ends or waits for a person.")] = False,
    key: Annotated[
        str, typer.Option("--key", metavar="TEXT", help="With the same key again, the same run is meant.")
    ] = "",
    person: flow_runs.Person = "",
    workers: Workers = 0,
    directory: Directory = Path(),
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Ask for a run of a flow; a worker performs it, or with `--wait` this command."""
    with session(directory, as_json, verbose) as talk:
        from laneshift.cli.acting import effects_of
        from laneshift.cli.flow_asked import inputs_of
        from laneshift.cli.opened import opened
        from laneshift.runs.flowing.library import Library
        from laneshift.runs.flowing.records import start

        shop = opened(talk)
        library = Library(shop.repository, effects_of(shop))
        flow = library.get(name)
        flows = library.with_parts(flow)
        by = flow_runs.person_of(shop, person)
        asked = start(shop, flows, name, inputs_of(flow, given or []), by, via="cli", key=key)
        flow_runs.told(talk, shop, asked, wait=wait, workers=workers)

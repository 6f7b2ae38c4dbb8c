"""`laneshift gates`: which checks every item goes through, and the waivers that let one of them fail."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from laneshift.cli.lanes import looked_at, put
from laneshift.cli.session import AsJson, Directory, Rev, Verbose, session
from laneshift.repo.objects import Repository


def add(app: typer.Typer) -> None:
    """Give the program these verbs."""
    app.callback()(_group)
    app.command("list")(listed)
    app.command("waive")(waive)
    app.command("waivers")(waivers)


def _group() -> None:
    """Gates: the checks that every item goes through, and signed waivers for single failures."""


def listed(tree: Rev = "", directory: Directory = Path(), as_json: AsJson = False, verbose: Verbose = False) -> None:
    """List every gate, cheapest first: where it comes from and what it checks."""
    with session(directory, as_json, verbose) as talk:
        from laneshift.cli.gates_view import gate_rows, show_gates
        from laneshift.gates.door import gates_of
        from laneshift.runs.gate_set import gate_set
        from laneshift.runs.lane_check import settings_of

        settings = settings_of(looked_at(Repository.open(talk.directory), tree))
        gates = gates_of(settings)
        rows = gate_rows(gates, gate_set(settings, gates), settings)

        def show(console: Console) -> None:
            show_gates(console, rows)

        talk.result({"gates": rows}, show, "laneshift doctor --gates")


def waive(
    gate: Annotated[str, typer.Argument(help="The gate whose failures are let pass.")],
    until: Annotated[str, typer.Option("--until", metavar="DATE", help="The last day (UTC), such as 2030-01-31.")],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why, in one line that every report shows.")],
    items: Annotated[
        list[str] | None, typer.Option("--item", metavar="GLOB", help="For these items; may be given again.")
    ] = None,
    paths: Annotated[
        list[str] | None, typer.Option("--path", metavar="GLOB", help="For changes of these paths alone.")
    ] = None,
    person: Annotated[str, typer.Option("--as", metavar="PERSON", help="Who signs; by default git's user.email.")] = "",
    key: Annotated[
        str, typer.Option("--key", metavar="FILE", help="The SSH key to sign with; by default git's user.signingkey.")
    ] = "",
    directory: Directory = Path(),
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Sign a waiver and write it into the work tree. It counts from the commit that brings it."""
    with session(directory, as_json, verbose) as talk:
        from laneshift.cli.gates_view import told
        from laneshift.runs.approval_asking import configured
        from laneshift.runs.committing import WAIVER, commit_command
        from laneshift.runs.lane_check import settings_of
        from laneshift.runs.waiver_signing import Wanted, drafted, signed

        repository, now = Repository.open(talk.directory), int(time.time())
        tree = looked_at(repository, "")
        settings = settings_of(tree)
        by = person or configured(repository, "user.email")
        draft = drafted(tree, settings, Wanted(gate, tuple(items or ()), tuple(paths or ()), reason, by, until), now)
        if not as_json:
            talk.progress.stop()
            for line in told(draft):
                talk.talk.print(line, markup=False, soft_wrap=True)
        data = signed(tree, settings, draft, key or configured(repository, "user.signingkey"), now)
        put(repository, tree, {draft.file: data})

        def show(console: Console) -> None:
            console.print(f"signed and written: {draft.file}", markup=False, soft_wrap=True)

        then = commit_command(repository, draft.file, WAIVER)
        talk.result({"file": draft.file, "text": data.decode()}, show, then)


def waivers(tree: Rev = "", directory: Directory = Path(), as_json: AsJson = False, verbose: Verbose = False) -> None:
    """List every waiver: in force and until when, or refused and why. Exit 1 when one is refused."""
    with session(directory, as_json, verbose) as talk:
        from laneshift.cli.gates_view import show_waivers, waiver_rows
        from laneshift.runs.lane_check import settings_of
        from laneshift.runs.waiver_signing import of_tree

        now = int(time.time())
        looked = looked_at(Repository.open(talk.directory), tree)
        settings = settings_of(looked)
        found = of_tree(looked, settings, now)

        def show(console: Console) -> None:
            show_waivers(console, found, settings.gates.waivers, now)

        then = f"git rm {found.refused[0].file}" if found.refused else "laneshift gates list"
        talk.result({"waivers": waiver_rows(found, now)}, show, then)
        raise typer.Exit(1 if found.refused else 0)

"""`laneshift manifest lint-rules`: what is wrong with the star rules."""

from __future__ import annotations

import os
from pathlib import Path

import typer
from rich.console import Console

from laneshift.cli.lanes_looked_at import looked_at
from laneshift.cli.session import AsJson, Directory, Rev, Verbose, session


def join(app: typer.Typer) -> None:
    """Give the group this verb."""
    app.command("lint-rules")(lint_rules)


def lint_rules(
    tree: Rev = "", directory: Directory = Path(), as_json: AsJson = False, verbose: Verbose = False
) -> None:
    """Find star rules that cannot be used, or say nothing: tried on every module of the tree. Exit 1 for any."""
    with session(directory, as_json, verbose) as talk:
        from laneshift.code.index import Index
        from laneshift.repo.objects import Repository
        from laneshift.reports.star_looking import lint

        repository = Repository.open(talk.directory)
        now = looked_at(repository, tree)
        with Index.open(repository, processes=os.cpu_count() or 1) as index:
            loaded, modules, faults, notes = lint(now, index)

        def show(console: Console) -> None:
            for fault in faults:
                console.print(str(fault), markup=False, soft_wrap=True)
            for note in notes if talk.verbose else ():
                console.print(f"note: {note}", markup=False, soft_wrap=True)
            count = len(loaded.rules.rules)
            console.print(f"{count} rule(s) tried on {modules} module(s): {len(faults)} fault(s), {len(notes)} note(s)")

        data = {
            "rules": loaded.rules_from,
            "count": len(loaded.rules.rules),
            "modules": modules,
            "faults": [each._asdict() for each in faults],
            "notes": [each._asdict() for each in notes],
        }
        rules = loaded.rules_from if loaded.own_rules else "the file that stars.rules names"
        talk.result(data, show, f"mend {rules}" if faults else "laneshift report stars")
        raise typer.Exit(1 if faults else 0)

"""`laneshift contract`: what modules promise, held against what their code says."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from laneshift.cli.lanes import looked_at, put
from laneshift.cli.session import AsJson, Directory, Rev, Session, Verbose, session
from laneshift.repo.objects import Repository

Named = Annotated[list[str] | None, typer.Argument(metavar="[MODULE]...", help="Modules, ids or files; all if none.")]


def add(app: typer.Typer) -> None:
    """Give the program these verbs."""
    app.callback()(_group)
    app.command("check")(check)
    app.command("coverage")(coverage)
    app.command("draft")(draft)


def _group() -> None:
    """Contracts: the interface, the events and the performance that a module promises."""


def check(
    modules: Named = None,
    base: Annotated[
        str, typer.Option("--base", metavar="REV", help="Promises made there need a new major to be taken back.")
    ] = "",
    tree: Rev = "",
    directory: Directory = Path(),
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Hold contracts against the code. Exit 1 when a promise is not kept."""
    with session(directory, as_json, verbose) as talk:
        from laneshift.cli import contract_view
        from laneshift.code.index import Index
        from laneshift.manifests.contracts.check import check as held

        repository = Repository.open(talk.directory)
        now = looked_at(repository, tree)
        before = repository.tree(base) if base else None
        with Index.open(repository, processes=os.cpu_count() or 1) as index:
            report = held(now, index, before, modules or ())
        then = "laneshift contract coverage" if report.passes else "mend what is named, then laneshift contract check"
        talk.result(
            contract_view.data(report),
            lambda console: contract_view.show(console, report, verbose=talk.verbose),
            then,
        )
        raise typer.Exit(0 if report.passes else 1)


def coverage(
    at_least: Annotated[float, typer.Option("--at-least", min=0.0, max=1.0, help="The share that passes.")] = 1.0,
    tree: Rev = "",
    directory: Directory = Path(),
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Show the share of modules of tier T1 that have a valid contract. Exit 1 below the share asked for."""
    with session(directory, as_json, verbose) as talk:
        from laneshift.cli import contract_view
        from laneshift.code.index import Index
        from laneshift.manifests.contracts.coverage import coverage as share_of

        repository = Repository.open(talk.directory)
        with Index.open(repository, processes=os.cpu_count() or 1) as index:
            found = share_of(looked_at(repository, tree), index)
        passes = found.share >= at_least and not found.unread
        first = next(iter(found.missing), ("", ""))[0]
        then = f"laneshift contract draft {first}" if first else "laneshift contract check"
        talk.result(
            contract_view.covered(found, passes=passes),
            lambda console: contract_view.show_coverage(console, found),
            then,
        )
        raise typer.Exit(0 if passes else 1)


def draft(
    modules: Annotated[list[str], typer.Argument(metavar="MODULE...", help="Dotted names or paths.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print the contract, and write nothing.")] = False,
    directory: Directory = Path(),
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Write a first contract for each module, from its code. It holds as it is; tighten it by hand."""
    with session(directory, as_json, verbose) as talk:
        from laneshift.code.index import Index
        from laneshift.manifests.contracts.draft import drafted

        repository = Repository.open(talk.directory)
        now = looked_at(repository, "")
        with Index.open(repository, processes=os.cpu_count() or 1) as index:
            files = dict(drafted(now, index, module) for module in modules)
        if not dry_run:
            put(repository, now, files)
        _tell(talk, files, written=not dry_run)


def _tell(talk: Session, files: dict[str, bytes], *, written: bool) -> None:
    import json

    from rich.console import Console

    def show(console: Console) -> None:
        for path, data in files.items():
            shown = f"{path}: written" if written else data.decode("utf-8").rstrip("\n")
            console.print(shown, markup=False, soft_wrap=True)

    drafts = {path: json.loads(data) for path, data in files.items()}
    then = "laneshift contract check" if written else "the same without --dry-run"
    talk.result({"drafts": drafts, "written": written}, show, then)

"""`laneshift manifest`: what each module is, kept in module.manifest.json."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from laneshift.cli import manifest_rules
from laneshift.cli.asked_early import asked_early
from laneshift.cli.collecting import rare_collection
from laneshift.cli.lanes_looked_at import looked_at
from laneshift.cli.session import AsJson, Directory, Rev, Verbose, session
from laneshift.errors import CheckFailed, Refused
from laneshift.manifests.names import KEPT_CHECK
from laneshift.repo.objects import File, Repository

Paths = Annotated[
    list[str] | None, typer.Argument(metavar="[PATH]...", help="Folders, files or dotted names; all below them.")
]
Every = Annotated[bool, typer.Option("--all", help="Every module of the repository.")]


def add(app: typer.Typer) -> None:
    """Give the program these verbs."""
    app.callback()(_group)
    app.command("generate")(generate)
    app.command("validate")(validate)
    app.command("diff")(diff)
    app.command("migrate")(migrate)
    app.command("coverage")(coverage)
    manifest_rules.join(app)


def _group() -> None:
    """Manifests: what each module offers, needs and emits, from its code, beside what people wrote about it."""


def generate(
    paths: Paths = None,
    every: Every = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Write nothing.")] = False,
    batch: Annotated[
        Path | None, typer.Option("--batch", metavar="FILE.toml", help="Write a batch of what is to change instead.")
    ] = None,
    depth: Annotated[
        int, typer.Option("--depth", min=0, max=100, help="With --batch: one item for each folder this deep.")
    ] = 0,
    directory: Directory = Path(),
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Write manifests into the work tree. What the code says is brought up to date, what people wrote stays."""
    with session(directory, as_json, verbose) as talk, rare_collection(), asked_early(directory) as early:
        if every == bool(paths):
            raise Refused("manifest.which", "say which modules", cure="name paths, or --all")
        from laneshift.cli import manifest_doing as doing

        if every and not batch and not dry_run:
            raise typer.Exit(doing.generate_all(talk, early))
        from laneshift.manifests.told import Told, remembered
        from laneshift.runs import manifesting as use

        repository = Repository.open(talk.directory)
        tree = doing.whole(repository, early)
        told = remembered(repository, tree) if every and not batch else None
        if told is None:
            made = use.work_out(repository, tree, os.cpu_count() or 1, paths or ())
            if batch is not None:
                from laneshift.cli import manifest_view as view

                view.batch(talk, batch, made, use.batch_of(made, depth))
                return
            told = (
                Told(tuple(made.written), len(made.same), made.failed, made.rejected)
                if dry_run
                else use.write(repository, tree, made, everything=every)
            )
        raise typer.Exit(doing.generated(talk, told, dry_run=dry_run))


def validate(
    paths: Paths = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Also fail for what the code says otherwise by now.")
    ] = False,
    roundtrip: Annotated[bool, typer.Option("--roundtrip", help="Also read, write and read each again.")] = False,
    tree: Rev = "",
    directory: Directory = Path(),
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Check manifests: text, schema, place. Every fault is told at once; exit 1 when there is any, or no manifest."""
    with (
        session(directory, as_json, verbose) as talk,
        rare_collection(),
        asked_early(directory, tree, unless=KEPT_CHECK) as early,
    ):
        from laneshift.cli.manifest_doing import validate as check

        raise typer.Exit(check(talk, early, paths or (), tree, strict=strict, roundtrip=roundtrip))


def diff(paths: Paths = None, directory: Directory = Path(), as_json: AsJson = False, verbose: Verbose = False) -> None:
    """Show what `generate` would change. Exit 1 when it would change anything."""
    with session(directory, as_json, verbose) as talk:
        from laneshift.cli import manifest_view as view
        from laneshift.runs import manifesting as use

        repository = Repository.open(talk.directory)
        tree = looked_at(repository, "")
        made = use.work_out(repository, tree, os.cpu_count() or 1, paths or ())
        view.differing(talk, made, list(use.differences_of(tree, made)))
        raise typer.Exit(1 if made.written or made.failed else 0)


def migrate(
    paths: Paths = None,
    every: Every = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Write nothing.")] = False,
    directory: Directory = Path(),
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Bring manifests of schema 1.0.0 and 1.1.0 to the one of this version; nothing that they say is lost."""
    with session(directory, as_json, verbose) as talk:
        from laneshift.cli import manifest_view as view
        from laneshift.repo.worktree import apply
        from laneshift.repo.writing import whole_again
        from laneshift.runs import manifesting as use

        if every == bool(paths):
            raise Refused("manifest.which", "say which manifests", cure="name paths, or --all")
        repository = Repository.open(talk.directory)
        whole_again(repository)
        tree = looked_at(repository, "")
        files, failed, count = use.migrate(tree, paths or ())
        if files and not dry_run:
            apply(repository, use.kept_modes(tree, {path: File(data) for path, data in files.items()}), tree)
        view.migrated(talk, sorted(files), failed, count, dry_run=dry_run)
        raise typer.Exit(1 if failed else 0)


def coverage(tree: Rev = "", directory: Directory = Path(), as_json: AsJson = False, verbose: Verbose = False) -> None:
    """Tell how many modules have a valid manifest, and why each other has none. Exit 1 below `manifests.goal`."""
    with session(directory, as_json, verbose) as talk:
        from laneshift.cli import manifest_view as view
        from laneshift.runs.manifesting import covered

        repository = Repository.open(talk.directory)
        found = covered(repository, looked_at(repository, tree), os.cpu_count() or 1)
        if not found.discovered:
            raise CheckFailed("manifest.nothing", "there is no module in this tree", cure="see manifests.set_aside")
        view.covered(talk, found)
        raise typer.Exit(0 if found.reached else 1)

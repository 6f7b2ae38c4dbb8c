"""`laneshift lanes manifest`: the module.lane.yaml of packages."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from laneshift.cli.session import AsJson, Directory, Verbose, session
from laneshift.errors import CheckFailed
from laneshift.repo.objects import File, Repository

Modules = Annotated[list[str] | None, typer.Argument(metavar="[MODULE]...", help="Packages; all when left out.")]


def join(app: typer.Typer) -> None:
    """Give the group these verbs."""
    group = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)
    group.command("generate")(generate)
    group.command("validate")(validate)
    app.add_typer(group, name="manifest", help="The module.lane.yaml of packages.")


def generate(
    modules: Modules = None, directory: Directory = Path(), as_json: AsJson = False, verbose: Verbose = False
) -> None:
    """Write manifests into the work tree. Name and lane follow the tree, what people wrote stays."""
    with session(directory, as_json, verbose) as talk:
        from laneshift.code.index import Index
        from laneshift.code.modules import Modules as Names
        from laneshift.lanes.manifests import generated, packages
        from laneshift.repo.worktree import apply, snapshot
        from laneshift.runs.lane_check import lanes_of, settings_of

        repository = Repository.open(talk.directory)
        tree = snapshot(repository)
        settings = settings_of(tree)
        lanes = lanes_of(settings, tree)
        with Index.open(repository, processes=os.cpu_count() or 1) as index:
            facts = index.facts(tree)
            names = Names.of(facts, settings.source_roots)
            made = generated(tree, packages(tree, names, lanes, modules or ()), names, lanes, facts)
        changed = {path: data for path, data in made.items() if path not in tree or tree.read(path) != data}
        if changed:
            apply(repository, {path: File(data) for path, data in changed.items()}, tree)

        def show(console: Console) -> None:
            for path in changed:
                console.print(f"{path}: written", markup=False, soft_wrap=True)
            console.print(f"{len(made)} manifest(s), {len(changed)} changed")

        data = {"manifests": sorted(made), "changed": sorted(changed)}
        talk.result(data, show, "laneshift lanes manifest validate")


def validate(
    modules: Modules = None,
    tree: Annotated[str, typer.Option("--tree", metavar="REV", help="Look at this commit or tree.")] = "",
    directory: Directory = Path(),
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Check manifests against the tree. Every fault is told at once; exit 1 when there is any."""
    with session(directory, as_json, verbose) as talk:
        from laneshift.code.modules import Modules as Names
        from laneshift.lanes.manifests import faults_of, packages
        from laneshift.repo.worktree import snapshot
        from laneshift.runs.lane_check import lanes_of, settings_of

        repository = Repository.open(talk.directory)
        now = repository.tree(tree) if tree else snapshot(repository)
        settings = settings_of(now)
        lanes = lanes_of(settings, now)
        names = Names.of((path for path, _ in now.below("")), settings.source_roots)
        count, faults = faults_of(now, packages(now, names, lanes, modules or ()), names, lanes)
        if faults or not count:
            raise CheckFailed(
                "lanes.bad-manifest" if faults else "lanes.nothing-checked",
                f"{len(faults)} fault(s) in {count} manifest(s)" if faults else "there is no manifest to check",
                cure="`laneshift lanes manifest generate` writes name and lane; the rest is for people to write",
                faults=faults,
            )
        text = f"{count} manifest(s) are right"
        talk.result({"manifests": count, "faults": []}, lambda console: console.print(text), "laneshift lanes check")

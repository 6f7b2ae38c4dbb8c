"""`laneshift lanes`: which lane may import which, and what stands against it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from laneshift.cli import lanes_manifest, lanes_promote
from laneshift.cli.lanes_looked_at import last_commit, looked_at
from laneshift.cli.session import AsJson, Directory, Rev, Verbose, session
from laneshift.repo.objects import File, Repository, Tree

__all__ = ["add", "last_commit", "looked_at", "put"]


def add(app: typer.Typer) -> None:
    """Give the program these verbs."""
    app.callback()(_group)
    app.command("check")(check)
    app.command("baseline")(baseline)
    app.command("explain")(explain)
    app.command("docs")(docs)
    lanes_promote.join(app)
    lanes_manifest.join(app)


def _group() -> None:
    """Lanes: what may import what, the violations that are known, and what a module needs to be promoted."""


def check(
    base: Annotated[str, typer.Option("--base", metavar="REV", help="Fail only for what is new since this one.")] = "",
    tree: Rev = "",
    directory: Directory = Path(),
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Find imports that no lane rule and no contract allows. Exit 1 for those that are not known."""
    with session(directory, as_json, verbose) as talk:
        from laneshift.cli.lanes_checker import check as look
        from laneshift.lanes.again import Question

        raise typer.Exit(look(Question(tree, base, str(directory), as_json=as_json, verbose=verbose), talk))


def baseline(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Write nothing.")] = False,
    directory: Directory = Path(),
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Write the list of known violations into the work tree. It may only grow shorter."""
    with session(directory, as_json, verbose) as talk:
        from laneshift.code.index import Index
        from laneshift.runs.committing import BASELINE, commit_command
        from laneshift.runs.lane_baseline import baseline as listed

        repository = Repository.open(talk.directory)
        now = looked_at(repository, "")
        with Index.open(repository, processes=os.cpu_count() or 1) as index:
            base = last_commit(repository)
            found = listed(index, now, base)
        written = not dry_run and put(repository, now, {found.path: found.data})
        was = "none before" if found.before is None else f"{found.before} before"
        text = f"{found.path}: {found.count} known violation(s), {was}{'' if written or dry_run else ', unchanged'}"
        data = {"path": found.path, "count": found.count, "before": found.before, "written": written}
        # The list of the last commit is the one that counts.
        if base is not None and found.path in base and base.read(found.path) == found.data:
            then = "laneshift lanes check"
        else:
            then = "laneshift lanes baseline" if dry_run else commit_command(repository, found.path, BASELINE)
        talk.result(data, lambda console: console.print(text, markup=False, soft_wrap=True), then)


def explain(
    start: Annotated[str, typer.Argument(metavar="A", help="A path, a dotted module or a lane.")],
    goal: Annotated[str, typer.Argument(metavar="B", help="Another.")],
    tree: Rev = "",
    directory: Directory = Path(),
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Show the shortest chains of imports from A to B, for each kind of import."""
    with session(directory, as_json, verbose) as talk:
        from laneshift.cli import lanes_view
        from laneshift.cli.talking import one_line
        from laneshift.code.index import Index
        from laneshift.lanes.explain import explain as chains
        from laneshift.lanes.kept import atlas_of
        from laneshift.runs.lane_check import lanes_of, settings_of

        repository = Repository.open(talk.directory)
        now = looked_at(repository, tree)
        settings = settings_of(now)
        with Index.open(repository, processes=os.cpu_count() or 1) as index:
            atlas = atlas_of(now, index, settings.source_roots)
            found = chains(atlas, lanes_of(settings, now), start, goal)

        def show(_: Console) -> None:
            for line in lanes_view.chain_lines(found, start, goal):
                talk.say(one_line(line))

        talk.result({"chains": lanes_view.chains(found)}, show, "laneshift lanes check")


def docs(directory: Directory = Path(), as_json: AsJson = False, verbose: Verbose = False) -> None:
    """Write README_LANES.md: lanes, rules and what promotion asks for."""
    with session(directory, as_json, verbose) as talk:
        from laneshift.lanes import readme
        from laneshift.runs.lane_check import lanes_of, settings_of

        repository = Repository.open(talk.directory)
        now = looked_at(repository, "")
        written = put(repository, now, {readme.FILE: readme.readme(lanes_of(settings_of(now), now))})
        text = f"{readme.FILE}: {'written' if written else 'unchanged'}"
        data = {"path": readme.FILE, "written": written}
        talk.result(data, lambda console: console.print(text), "git diff" if written else "laneshift lanes check")


def put(repository: Repository, tree: Tree, files: dict[str, bytes]) -> bool:
    """Write files into the work tree where they differ from `tree`, which it is; whether any did."""
    from laneshift.repo.worktree import apply

    changed = {path: data for path, data in files.items() if path not in tree or tree.read(path) != data}
    if changed:
        apply(repository, {path: File(data) for path, data in changed.items()}, tree)
    return bool(changed)

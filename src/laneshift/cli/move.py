"""`laneshift move SRC DST`: the move engine on its own, in the work tree."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from laneshift.cli.session import AsJson, Directory, Verbose, session

_SHOWN = 200


def add(app: typer.Typer) -> None:
    """Give the program this verb."""
    app.command("move")(move)


def move(
    src: Annotated[str, typer.Argument(help="The module or package, as a path from the repository's root.")],
    dst: Annotated[str, typer.Argument(help="Its new path.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change, and change nothing.")] = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="List every edit: file, line, form, before, after.")
    ] = False,
    directory: Directory = Path(),
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Move one module or package in the work tree and rewrite everything that refers to it."""
    with session(directory, as_json, verbose) as talk:
        from laneshift.code.moves import Move, MoveResult
        from laneshift.code.moves import move as moved
        from laneshift.repo.objects import Repository
        from laneshift.repo.worktree import apply, snapshot

        repository = Repository.open(talk.directory)
        before = snapshot(repository)
        result: MoveResult = moved(before, Move(src.rstrip("/"), dst.rstrip("/")))
        if not dry_run:
            apply(repository, changes_of(result), before)

        def show(console: Console) -> None:
            if explain:
                _explain(console, result)
            for notice in result.notices:
                console.print(
                    f"{notice.path}:{notice.line}: {notice.kind}: {notice.text}", markup=False, soft_wrap=True
                )
            for path in result.conservative:
                console.print(f"{path}: does not parse; edited by tokens", markup=False, soft_wrap=True)
            would = "would move" if dry_run else "moved"
            files = len({edit.path for edit in result.edits})
            console.print(f"{would} {len(result.relocations)} file(s), {len(result.edits)} edit(s) in {files} file(s)")

        data: dict[str, Any] = {
            "dry_run": dry_run,
            "tree_before": before.oid,
            "tree": result.tree.oid,
            "relocations": dict(result.relocations),
            "markers": list(result.markers),
            "edits": [asdict(edit) for edit in result.edits],
            "notices": [asdict(notice) for notice in result.notices],
            "conservative": list(result.conservative),
        }
        talk.result(data, show, f"laneshift move {src} {dst}" if dry_run else "git diff")


def changes_of(result: Any) -> dict[str, Any]:
    """What differs between the tree before the move and the one after it, for the work tree."""
    from laneshift.repo.differences import differences

    return {path: after for path, (_, after) in differences(result.before, result.tree).items()}


def _explain(console: Console, result: Any) -> None:
    table = Table("file", "line", "form", "before", "after", box=None, pad_edge=False)
    for edit in result.edits[:_SHOWN]:
        table.add_row(edit.path, str(edit.line), edit.form, edit.before, edit.after)
    console.print(table)
    if len(result.edits) > _SHOWN:
        console.print(f"… and {len(result.edits) - _SHOWN} more; --json has them all")

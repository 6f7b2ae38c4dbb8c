"""`laneshift report stars`: which star each module should have, and why."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from laneshift.cli.lanes import looked_at
from laneshift.cli.opened import opened
from laneshift.cli.report.files import folder_of
from laneshift.cli.session import AsJson, Directory, Rev, Verbose, session
from laneshift.cli.summary import GithubSummary, append_summary
from laneshift.repo.objects import Changes, File, Repository


def join(app: typer.Typer) -> None:
    """Give the group this verb."""
    app.command("stars")(stars)


def stars(
    out: Annotated[str, typer.Option("--out", metavar="DIR", help="Write files here, in the work tree.")] = "",
    github_summary: GithubSummary = False,
    tree: Rev = "",
    directory: Directory = Path(),
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Suggest a star for every module, with what speaks for it. Exit 1 when a ceiling stops the promotions."""
    with session(directory, as_json, verbose) as talk:
        from laneshift.cli.report.stars_view import show, then
        from laneshift.code.index import Index
        from laneshift.reports.star_data import data
        from laneshift.reports.star_files import BATCH, constellation, files, without_own
        from laneshift.reports.star_looking import look
        from laneshift.runs.capacity import landed_lately
        from laneshift.runs.lane_check import settings_of

        folder = folder_of(out)
        shop = opened(talk)
        now = looked_at(shop.repository, tree)
        daily = settings_of(now).ceilings.per_day
        with Index.open(shop.repository, processes=os.cpu_count() or 1) as index:
            found = without_own(now, look(now, index, landed_lately(shop) if daily else 0), folder)
        written = files(found, folder) if folder else {}
        if written:
            _write(shop.repository, written, f"{folder}/{BATCH}")
        if github_summary:
            append_summary(constellation(found, pictures=False))
        told = {**data(found), "files": sorted(written)}
        talk.result(told, lambda console: show(console, found, folder), then(found, folder))
        raise typer.Exit(0 if found.passes else 1)


def _write(repository: Repository, files: dict[str, bytes], batch: str) -> None:
    """Write what differs. A batch of an earlier report goes away where this one has none: it may no longer go out."""
    from laneshift.repo.worktree import apply

    tree = looked_at(repository, "")
    changes: Changes = {path: File(data) for path, data in files.items() if path not in tree or tree.read(path) != data}
    if batch in tree and batch not in files:
        changes = {**changes, batch: None}
    if changes:
        apply(repository, changes, tree)

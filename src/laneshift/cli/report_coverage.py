"""`laneshift report coverage`: what tests ran, by module, on changed lines, and against what was reached before."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from laneshift.cli.report_files import Out, folder_of, three, write
from laneshift.cli.session import AsJson, Directory, Rev, Verbose, session
from laneshift.cli.summary import GithubSummary, append_summary
from laneshift.repo.objects import Repository


def join(app: typer.Typer) -> None:
    """Give the group this verb."""
    app.command("coverage")(coverage)


def coverage(
    source: Annotated[
        Path | None, typer.Option("--from", metavar="FILE", help="JSON of coverage.py, or Cobertura XML.")
    ] = None,
    base: Annotated[
        str, typer.Option("--base", metavar="REV", help="Judge the lines that changed since this one, too.")
    ] = "",
    raise_ratchet: Annotated[
        bool, typer.Option("--raise-ratchet", help="Record what is higher than ever before; never lowers.")
    ] = False,
    out: Out = "",
    github_summary: GithubSummary = False,
    tree: Rev = "",
    directory: Directory = Path(),
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Hold what tests ran against thresholds, the change and the past. Exit 1 when something is below."""
    with session(directory, as_json, verbose) as talk:
        from laneshift.cli.report_coverage_asked import Asked, made
        from laneshift.cli.report_coverage_view import show, then
        from laneshift.reports.coverage.data import data
        from laneshift.reports.coverage.pages import html, markdown

        folder = folder_of(out)
        repository = Repository.open(talk.directory)
        found, ratchet = made(repository, Asked(source, base, tree, raise_ratchet))
        page = markdown(found)
        files = write(repository, {**ratchet, **three(folder, "coverage", data(found), page, html(found))})
        if github_summary:
            append_summary(page)
        talk.result({**data(found), "files": files}, lambda console: show(console, found, files), then(found))
        raise typer.Exit(0 if found.passes else 1)
